"""Coverage-guided fuzzing of what reads open input: any bytes end in articles or in one line.

    python benchmarks/fuzz.py [--seconds 60] [--keep FOLDER] [TARGET ...]

Needs atheris, which is no dependency of this project (it is compiled for few platforms): install it
into an environment of its own that has this project too. What breaks the rule is kept in FOLDER
with its traceback, once for each place in our code, and the run goes on.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ARTICLES = ROOT / "data" / "samples" / "articles"
READERS = ("txt", "md", "html", "jsonl", "csv", "rss", "parquet")
RESULT = "result"
TARGETS = (*READERS, RESULT)
SLOW = 5.0  # seconds for one input
LONGEST = 20_000  # bytes of an input
PARAGRAPH = "They sold the ferry at night, and who was asked? Nobody at all was asked."
FEED = (
    '<rss version="2.0"><channel><title>Dispatch</title><item><title>Sold</title>'
    "<link>https://dispatch.example/1</link><pubDate>Mon, 02 Oct 2023 10:00:00 GMT</pubDate>"
    f"<description>&lt;p&gt;{PARAGRAPH}&lt;/p&gt;</description></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Dispatch</title><entry><title>Sold</title>'
    '<id>urn:1</id><link href="https://dispatch.example/1"/><updated>2023-10-02T10:00:00Z</updated>'
    f'<content type="html">&lt;p&gt;{PARAGRAPH}&lt;/p&gt;</content></entry></feed>'
)
ROW = {"id": 1, "title": "Sold", "outlet": "Dispatch", "date": "2023-10-02", "text": PARAGRAPH}
TOKENS = (
    *("<p>", "</p>", "<div>", "<article>", "<li>", "<blockquote>", "<figure>", "<br>", "<!--"),
    *("<script>", "<template>", "<svg>", "<math>", "<table><tr><td>", "&nbsp;", "&#0;", "&#xd800;"),
    *(
        "<![CDATA[",
        "<item>",
        "<entry>",
        "<!ENTITY",
        "<?xml encoding=",
        "charset=",
        "application/ld+json",
    ),
    *("text", "paragraphs", "kind", "\\u0000", "\\ud800", "---\n", "> ", "```", '"";', "1e999"),
    *("from_name", "value", "choices", "labels", "start", "end", "verdict", "spans", "comment"),
)


@dataclass(slots=True)
class Watch:
    """Runs one input after the other and keeps what breaks the rule, once for each place."""

    check: Callable[[bytes], None]
    keep: Path
    seen: set[str] = field(default_factory=set)

    def __call__(self, raw: bytes) -> None:
        began = time.perf_counter()
        try:
            self.check(raw)
        except Exception as error:  # any that comes here is what is looked for
            self.found(raw, _place(error), traceback.format_exc())
        took = time.perf_counter() - began
        if took > SLOW:
            self.found(raw, "slow", f"{took:.1f} s")

    def found(self, raw: bytes, place: str, said: str) -> None:
        if place in self.seen:
            return
        self.seen.add(place)
        file = self.keep / f"{sha256(place.encode()).hexdigest()[:10]}.bin"
        file.write_bytes(raw)
        file.with_suffix(".txt").write_text(f"{place}\n\n{said}", encoding="utf-8")
        print(f"FOUND {place} -> {file}", flush=True)


def _place(error: BaseException) -> str:
    """Kind of the exception and the last line of ours that it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "/annotate/" in f.filename] or list(frames)
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def reader(suffix: str, folder: Path) -> Callable[[bytes], None]:
    """A check of the reader of one kind of file, and of the way to paragraphs behind it."""
    from annotate.articles.registry import read_file
    from annotate.core.errors import RhetoricError
    from annotate.core.io.jsonl import to_line
    from annotate.paragraphs.segment import cut

    file = folder / f"input.{suffix}"

    def check(raw: bytes) -> None:
        file.write_bytes(raw)
        try:
            for article in read_file(file):
                result = cut(article)  # refuses a ledger that does not balance
                rows = [paragraph.to_json() for paragraph in result.paragraphs]
                for row in (*rows, *(left_out.to_json() for left_out in result.ledger)):
                    to_line(row).encode()
        except RhetoricError:
            return  # `plain_errors` makes one printable line of it

    return check


def validator() -> Callable[[bytes], None]:
    """A check of what reads a result of Label Studio: an answer, or one reason."""
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.label_config.labeling_page import group_control
    from annotate.label_studio.results import Rejected, read_result

    taxonomy = load_taxonomy(ROOT / "label_config" / "taxonomy.yaml")
    controls = [group_control(group) for group in taxonomy.groups]
    words = [*TOKENS, *controls, *taxonomy.labels, *taxonomy.span_labels]

    def check(raw: bytes) -> None:
        try:
            result = json.loads(raw)
        except (ValueError, RecursionError):
            result = _built(raw, words)
        try:
            read_result(result, PARAGRAPH, taxonomy)
        except Rejected as error:
            if not str(error).isprintable():
                raise ValueError("a reason of more than one plain line") from error

    return check


def _built(raw: bytes, words: Sequence[str]) -> Any:
    """A JSON value that the bytes stand for, so that few inputs are wasted on what is no JSON."""
    import atheris

    bytes_ = atheris.FuzzedDataProvider(raw)
    names = ("from_name", "value", "choices", "labels", "start", "end", "text")

    def value(depth: int) -> Any:
        kind = bytes_.ConsumeIntInRange(0, 6 if depth else 4)
        if kind <= 1:
            return bytes_.PickValueInList(list(words))
        if kind == 2:
            return bytes_.ConsumeIntInRange(-2, 80)
        if kind == 3:
            return bytes_.PickValueInList([None, True, 1.5, "", 10**30])
        if kind == 4:
            return bytes_.ConsumeUnicode(6)
        items = range(bytes_.ConsumeIntInRange(0, 4))
        if kind == 5:
            return [value(depth - 1) for _ in items]
        return {bytes_.PickValueInList(list(names)): value(depth - 1) for _ in items}

    return [value(4) for _ in range(bytes_.ConsumeIntInRange(0, 4))]


def seeds(target: str, folder: Path) -> None:
    """Write inputs to begin with."""
    for number, raw in enumerate(_seeds(target, folder)):
        (folder / f"seed{number}").write_bytes(raw)


def _seeds(target: str, folder: Path) -> Iterator[bytes]:
    if target in ("txt", "md", "html"):
        files = sorted(ARTICLES.glob(f"*.{target}"))[:6]
        yield from (file.read_bytes()[:LONGEST] for file in files)
        yield f"<html><body><article><p>{PARAGRAPH}</p></article></body></html>".encode()
        yield f"---\ntitle: Sold\n---\n# Sold\n\n{PARAGRAPH}\n\n> {PARAGRAPH}\n".encode()
        yield PARAGRAPH.encode("utf-16")
    elif target == "jsonl":
        yield json.dumps(ROW).encode()
        yield json.dumps({"paragraphs": [PARAGRAPH, {"kind": "quote", "text": "Why?"}]}).encode()
    elif target == "csv":
        yield f'id;title;text\n1;Sold;"{PARAGRAPH}"\n'.encode()
    elif target == "rss":
        yield from (FEED.encode(), ATOM.encode())
    elif target == "parquet":
        yield _parquet(folder)
    else:
        yield from _results()


def _parquet(folder: Path) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = folder / "seed.parquet"
    pq.write_table(pa.Table.from_pylist([ROW]), file)
    return file.read_bytes()


def _results() -> Iterator[bytes]:
    from annotate.core.records import Annotation, Span, Status
    from annotate.core.taxonomy_file import load_taxonomy
    from annotate.label_studio.results import to_result

    taxonomy = load_taxonomy(ROOT / "label_config" / "taxonomy.yaml")
    one = taxonomy.labels[0]
    for status, labels in ((Status.LABELLED, (one,)), (Status.NONE, ()), (Status.UNUSABLE, ())):
        spans = tuple(Span(0, 4, label) for label in labels)
        answer = Annotation("p", "a1", status, labels, spans, "a comment")
        yield json.dumps(to_result(answer, PARAGRAPH, taxonomy)).encode()


def fuzz(target: str, seconds: int, keep: Path) -> None:
    """Fuzz one target and end the process, as atheris does."""
    import atheris

    packages = ["annotate", "trafilatura", "feedparser", "markdown_it", "htmldate"]
    with atheris.instrument_imports(include=packages), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "corpus").mkdir()
        seeds(target, folder / "corpus")
        words = folder / "words"
        words.write_text("".join(f"{_quoted(token)}\n" for token in TOKENS), encoding="utf-8")
        check = validator() if target == RESULT else reader(target, folder)
        check(b"")  # imports what is imported late, to be instrumented
        for seed in (folder / "corpus").iterdir():
            check(seed.read_bytes())
        limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=60"]
        limits += ["-rss_limit_mb=4096", f"-artifact_prefix={keep}/", f"-dict={words}"]
        atheris.Setup([sys.argv[0], *limits, str(folder / "corpus")], Watch(check, keep))
        atheris.Fuzz()


def _quoted(token: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in token.encode()) + '"'


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the targets one after the other; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(TARGETS)}; all")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir(), "fuzz-found"))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if find_spec("atheris") is None:
        print("atheris is not installed here; see the first lines of this file")
        return 0
    keep = asked.keep.resolve()
    keep.mkdir(parents=True, exist_ok=True)
    if asked.here:
        fuzz(asked.targets[0], asked.seconds, keep)
    before = set(keep.iterdir())
    for target in asked.targets or TARGETS:
        print(f"== {target}", flush=True)
        own = ["--here", "--seconds", str(asked.seconds), "--keep", str(keep), target]
        subprocess.run([sys.executable, __file__, *own], check=False, cwd=ROOT)
    found = set(keep.iterdir()) - before
    print(f"{len(found)} files of what was found in {keep}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
