"""What the readers of documents share: the packages, broken files, and blocks from HTML."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from annotate.articles.archives import check_size
from annotate.articles.article import Article, Block
from annotate.articles.extraction.block_types import block_type
from annotate.articles.readers.body_html import read_fragment
from annotate.core.errors import InputError, NoTextError, RhetoricError
from annotate.core.records import BlockType, normalise

_SYMBOL = re.compile(r"^[\ue000-\uf8ff]\s*")  # a bullet of a font of symbols
EXTRA = "pip install 'rhetoric-annotation[documents]'"
_ONE_PARAGRAPH = re.compile(
    r"(<t[dh]\b[^>]*>)\s*<p>((?:(?!</?(?:p|t[dh])\b).)*)</p>\s*(?=</t[dh]>)"
)


@contextmanager
def reading(path: Path, what: str) -> Iterator[None]:
    """Turn whatever stops a library at a broken document into one clear line.

    Args:
        path: The document.
        what: What it should be, such as "a Word document".

    Raises:
        InputError: It is broken, or the library is not installed.
    """
    try:
        yield
    except (RhetoricError, MemoryError):
        raise
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise InputError(
            f"{path}: to read {what}, the package {package} is needed: {EXTRA}"
        ) from error
    except Exception as error:  # at broken files the libraries raise whatever they stumble over
        why = normalise(str(error)).rstrip(".") or type(error).__name__
        raise InputError(
            f"{path}: cannot be read as {what}: {why[:200]}; open it in its program and save it "
            "again, or save its text as .txt"
        ) from error


@contextmanager
def opened(path: Path, what: str) -> Iterator[zipfile.ZipFile]:
    """Open a document that is a zip archive of XML; refuse a broken one and a zip bomb.

    Raises:
        InputError: It cannot be read.
    """
    with reading(path, what), zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            check_size(f"{path}/{part.filename}", part.compress_size, part.file_size)
        yield archive


def document_of_html(html: str, path: Path) -> Article:
    """Return the article of a document whose styles were turned into HTML.

    Raises:
        InputError: There is no text.
    """
    blocks, left_out = read_fragment(_ONE_PARAGRAPH.sub(r"\1\2", html))
    return replace(document([by_words(block) for block in blocks], path), left_out=left_out)


def by_words(block: Block) -> Block:
    """Classify what has no style: a heading is often only a short line."""
    if block.kind is not BlockType.BODY:
        return block
    text = with_bullet(block.text)
    return Block(block_type(text), text)


def with_bullet(text: str) -> str:
    """Return a line that begins with a bullet of a font of symbols with a usual one."""
    return _SYMBOL.sub("• ", text)


def document(blocks: Sequence[Block], path: Path) -> Article:
    """Return the article with these blocks; a first heading is its title.

    Names of authors and dates that word processors keep are those of the file, not of the article.

    Raises:
        InputError: There is no text.
    """
    if not blocks:
        raise NoTextError(f"{path}: no text in this document")
    titled = len(blocks) > 1 and blocks[0].kind is BlockType.HEADING
    return Article(
        article_id=normalise(path.stem),
        title=normalise(blocks[0].text) if titled else "",
        source="",
        url="",
        date="",
        blocks=tuple(blocks[titled:]),
        origin=str(path),
    )
