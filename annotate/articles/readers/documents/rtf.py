"""Read Rich Text; striprtf leaves its paragraphs, a line each, without their styles."""

from pathlib import Path

from annotate.articles.article import Article, Block
from annotate.articles.readers.documents.document import by_words, document, reading
from annotate.core.errors import InputError
from annotate.core.io.files import read_bytes
from annotate.core.records import BlockType, normalise


def read_rtf(path: Path) -> Article:
    """Read a Rich Text file.

    Raises:
        InputError: It is broken or has no text, or striprtf is not installed.
    """
    raw = read_bytes(path)
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise InputError(f"{path}: not Rich Text; save it again as .rtf, or its text as .txt")
    with reading(path, "Rich Text"):
        from striprtf.striprtf import rtf_to_text

        text: str = rtf_to_text(raw.decode("cp1252", "replace"), errors="replace")
    lines = filter(None, map(normalise, text.splitlines()))
    return document([by_words(Block(BlockType.BODY, line)) for line in lines], path)
