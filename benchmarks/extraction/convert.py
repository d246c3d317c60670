"""Turn the page tests of other projects into saved pages with their truth, see `saved`."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.extraction.paragraphs import html_paragraphs

SEED = 13  # which sites the rules are tuned on
LEAST_WORDS = 100  # a shorter truth is a test of something else, or a failure that was recorded
_MADE_UP = "lorem ipsum"
_NUMBER = re.compile(r"-?\d+$")


@dataclass(frozen=True, slots=True)
class Converted:
    """A page of another project: the lines of its truth begin with +, - or ~."""

    site: str
    html: bytes
    truth: list[str]


def convert(repositories: Path, folder: Path) -> int:
    """Write the pages of the repositories that lie in a folder; return how many."""
    count = 0
    for read in (trafilatura_pages, readability_pages, newspaper_pages, fundus_pages):
        for page in read(repositories):
            number = sha256(page.html).hexdigest()[:8]
            name = f"{read.__name__.split('_')[0]}-{number}"
            target = folder / half(page.site) / page.site / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.with_suffix(".html").write_bytes(page.html)
            target.with_suffix(".txt").write_text("\n".join(page.truth) + "\n", encoding="utf-8")
            count += 1
    return count


def half(site: str) -> str:
    """Return the half that a site is in: its rules may be tuned on the first alone."""
    name = max(site.split("."), key=len)
    return ("tuning", "check")[sha256(f"{SEED} {name}".encode()).digest()[0] % 2]


def trafilatura_pages(repositories: Path) -> Iterator[Converted]:
    """Yield the pages of trafilatura's evaluation: segments that somebody chose by hand."""
    tests = repositories / "trafilatura" / "tests"
    if not tests.is_dir():
        return
    for url, entry in json.loads((tests / "evaldata.json").read_text(encoding="utf-8")).items():
        paths = (tests / name / entry["file"] for name in ("cache", "eval"))
        for path in filter(Path.is_file, paths):
            marked = [("+", text) for text in entry["with"]]
            marked += [("-", text) for text in entry["without"]]
            truth = [f"{mark} {' '.join(text.split())}" for mark, text in marked]
            yield Converted(_site(url), path.read_bytes(), truth)


def readability_pages(repositories: Path) -> Iterator[Converted]:
    """Yield the pages of readability's tests; what is in a figure does not count."""
    for source in sorted((repositories / "readability").glob("test/test-pages/*/source.html")):
        truth = [
            f"{'~' if silent else '+'} {text}"
            for text, silent in html_paragraphs(
                source.with_name("expected.html").read_text(encoding="utf-8")
            )
        ]
        if _words(truth) >= LEAST_WORDS and _MADE_UP not in " ".join(truth).lower():
            yield Converted(_NUMBER.sub("", source.parent.name), source.read_bytes(), truth)


def newspaper_pages(repositories: Path) -> Iterator[Converted]:
    """Yield the pages of newspaper's tests."""
    for name, texts in (("newspaper", "text"), ("newspaper4k", "txt")):
        data = repositories / name / "tests" / "data"
        for html in sorted((data / "html").glob("*.html")):
            text = data / texts / f"{html.stem}.txt"
            lines = text.read_text(encoding="utf-8").splitlines() if text.is_file() else []
            truth = [f"+ {' '.join(line.split())}" for line in lines if line.strip()]
            if _words(truth) >= LEAST_WORDS:
                yield Converted(_NUMBER.sub("", html.stem), html.read_bytes(), truth)


def fundus_pages(repositories: Path) -> Iterator[Converted]:
    """Yield the pages of fundus's tests: its parsers are written by hand, one for each publisher.

    A publisher's truths are named by the version of its parser, its pages by date, in one order.
    """
    for path in sorted((repositories / "fundus").glob("tests/resources/parser/test_data/*/*.json")):
        truths = json.loads(path.read_text(encoding="utf-8"))
        pages = sorted(path.parent.glob(f"{path.stem}_[0-9]*.html.gz"))
        for version, page in zip(sorted(truths), pages, strict=True):
            body = truths[version]["body"]
            texts = body["summary"]
            for section in body["sections"]:
                texts += section["headline"] + section["paragraphs"]
            truth = [f"+ {' '.join(text.split())}" for text in texts]
            if _words(truth) >= LEAST_WORDS:
                yield Converted(path.stem, gzip.decompress(page.read_bytes()), truth)


def _site(url: str) -> str:
    """Return the site of an address, in an archive of the page that it keeps."""
    archived = url.rpartition("/http")
    host = urlsplit(f"http{archived[2]}" if archived[0] else url).hostname
    return (host or "unknown").removeprefix("www.")


def _words(truth: list[str]) -> int:
    return sum(len(line.split()) - 1 for line in truth)
