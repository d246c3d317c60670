"""Read messages (.eml) and web pages that browsers save as messages (.mhtml)."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from annotate.articles.article import Article, LeftOut, with_title_apart
from annotate.articles.readers.documents.document import reading
from annotate.articles.readers.html import read_page
from annotate.articles.readers.plain_text import text_blocks
from annotate.articles.web.urls import is_web_address
from annotate.core.errors import InputError, NoTextError
from annotate.core.io.encodings import encoding_of
from annotate.core.io.files import read_bytes
from annotate.core.records import BlockType, normalise

_PAGES = ("text/html", "application/xhtml+xml")
_SIGNATURE = "--"  # the line above it
_WROTE = re.compile(r"\b(?:wrote|writes|schrieb|écrit)\b[^:]{0,40}:\s*$")  # above a quotation
_QUOTED = "signature or quoted message"  # the ledger's word
_ADDRESSES = ("snapshot-content-location", "content-location")


def read_message(path: Path) -> Article:
    """Read a message's HTML, else its plain text; subject, sender's name and date are kept.

    Raises:
        InputError: It is no message, or has no text.
    """
    with reading(path, "a message"):
        message = _message(path)
        part = message.get_body(("html", "plain"))
        text = _text(part)
        title, author, date = _title(message), _sender(message), _day(message)
    if part is None or not normalise(text):
        raise NoTextError(f"{path}: no text in this message")
    if part.get_content_type() == "text/html":
        page = read_page(text, path)
        blocks, left_out = page.blocks, page.left_out
    else:
        text, left_out = _without_quotations(text)
        blocks = text_blocks(text)
    blocks, repeated = with_title_apart(title, blocks)
    return Article(
        article_id=normalise(path.stem),
        title=title,
        source="",
        url="",
        date=date,
        blocks=blocks,
        left_out=(*repeated, *left_out),
        origin=str(path),
        author=author,
    )


def read_saved_page(path: Path) -> Article:
    """Read the article of a page saved as MHTML, with its address.

    Raises:
        InputError: It is no such page, or has no article text.
    """
    with reading(path, "MHTML"):
        message = _message(path)
        pages = (part for part in message.walk() if part.get_content_type() in _PAGES)
        text = _text(next(pages, None))
        addresses = (normalise(str(message[name] or "")) for name in _ADDRESSES)
        url = next(filter(is_web_address, addresses), "")
        title = _title(message)
    if not normalise(text):
        raise NoTextError(f"{path}: no web page in this file; save the page as .html")
    page = read_page(text, path)
    if url and not page.url:
        page = replace(page, article_id=url, url=url)
    return replace(page, title=page.title or title)


def _without_quotations(text: str) -> tuple[str, tuple[LeftOut, ...]]:
    """Return a plain message without its signature, and without what it quotes of another.

    If all of it is quoted, as in a message that somebody sent on, the words stay.
    """
    lines = text.splitlines()
    end = next((at for at, line in enumerate(lines) if line.rstrip() == _SIGNATURE), len(lines))
    following = [*lines[1:], ""]
    apart = [
        at >= end or line.startswith(">") or bool(_WROTE.search(line) and after.startswith(">"))
        for at, (line, after) in enumerate(zip(lines, following, strict=True))
    ]
    kept = "\n".join("" if out else line for line, out in zip(lines, apart, strict=True))
    if not normalise(kept):
        return "\n".join(line.lstrip("> ") for line in lines), ()
    rest = "\n".join(line for line, out in zip(lines, apart, strict=True) if out)
    left_out = (LeftOut(BlockType.QUOTE, _QUOTED, rest),) if normalise(rest) else ()
    return kept, left_out


def _message(path: Path) -> EmailMessage:
    message = message_from_bytes(read_bytes(path), policy=policy.default)
    if not message.keys():
        raise InputError(f"{path}: no message: it has no headers; save its text as .txt")
    return message


def _title(message: EmailMessage) -> str:
    return normalise(str(message["subject"] or ""))


def _sender(message: EmailMessage) -> str:
    """Return the sender's name, without the e-mail address."""
    name = normalise(parseaddr(str(message["from"] or ""))[0])
    return "" if "@" in name else name


def _text(part: MIMEPart | None) -> str:
    """Return the text in the encoding that the part names, else in the one that it is in."""
    raw = part.get_payload(decode=True) if part is not None else b""
    if part is None or not isinstance(raw, bytes):
        return ""
    for name in (part.get_content_charset(""), encoding_of(raw), "cp1252"):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace")


def _day(message: EmailMessage) -> str:
    try:
        return parsedate_to_datetime(str(message["date"] or "")).date().isoformat()
    except ValueError:
        return ""
