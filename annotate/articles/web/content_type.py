"""Tell what a server sent, a page or a feed, and in which encoding.

If a byte order mark, the server or the page names the encoding, the text is saved as UTF-8 and says
so; otherwise the bytes are kept.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from annotate.articles.readers.feed import is_feed

_HEAD = 4_096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMED = re.compile(
    rb"<meta[^>]{1,500}?charset\s*=\s*[\"']?\s*([\w:.-]+)"
    rb"|<\?xml[^>]{1,500}?encoding\s*=\s*[\"']([\w:.-]+)",
    re.IGNORECASE,
)
_XML_NAME = re.compile(r"(<\?xml[^>]{1,500}?encoding\s*=\s*[\"'])[\w:.-]+")
_PAGE = re.compile(
    r"\ufeff?(?>\s+|<\?.*?\?>|<!--.*?-->)*+<(?:!DOCTYPE\s+html|html|head|body)\b", re.I | re.S
)
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
# As browsers read these names; the Python codecs of the same names lack characters in use.
_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030"}
_WIDER |= {"gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "utf-16": "utf-8"}
_KNOWN = re.compile(
    r"utf-8|utf-16-[lb]e|cp\d+|iso8859-\d+|koi8-[ru]|mac-roman|gb18030|big5|euc_jp|iso2022_jp"
)


@dataclass(frozen=True, slots=True)
class WebFile:
    """A page (.html) or a feed (.rss) to save."""

    suffix: str
    content: bytes


def web_file(body: bytes, content_type: str) -> WebFile | None:
    """Return the file to save, or None if the response is neither a page nor a feed.

    Args:
        body: Unpacked.
        content_type: The header; empty if the server sent none.
    """
    header = Message()
    header["content-type"] = content_type
    text = _decode(body, str(header.get_param("charset", "")))
    head = body[:_HEAD].decode("latin-1") if text is None else text[:_HEAD]
    if is_feed(head):
        named = None if text is None else _XML_NAME.sub(r"\1utf-8", text, count=1)
        return WebFile(".rss", body if named is None else named.encode())
    if header.get_content_type() not in _PAGE_TYPES and not _PAGE.match(head):
        return None
    return WebFile(".html", body if text is None else codecs.BOM_UTF8 + text.encode())


def _decode(body: bytes, charset: str) -> str | None:
    """Decode with the first named encoding that fits."""
    for name in _names(body, charset):
        try:
            return body.decode(name).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return None


def _names(body: bytes, charset: str) -> Iterator[str]:
    yield from (name for bom, name in _BOMS if body.startswith(bom))
    match = _NAMED.search(body, 0, _HEAD)
    named = (match[1] or match[2]).decode("latin-1") if match else ""
    for label in (charset, named):
        name = _codec(label.strip("\"' "))
        if name:
            yield name


def _codec(label: str) -> str:
    """Return Python's name of an encoding; empty for those that no page is written in."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # ValueError: a NUL in it
        return ""
    name = _WIDER.get(name, name)
    return name if _KNOWN.fullmatch(name) else ""
