"""Read the HTML of an article's body, as feeds, exports and the columns of tables hold it.

There is no page around it, so no search for the article in it. It is often not quite HTML: only
blank lines between the paragraphs, tags that were escaped, WordPress's shortcodes.
"""

import html
import re
from statistics import median

from annotate.articles.article import Block, LeftOut
from annotate.articles.extraction.article_blocks import article_blocks
from annotate.articles.extraction.boilerplate import is_interruption, is_link_line
from annotate.articles.extraction.dom import PageBlock, page_blocks, parse
from annotate.articles.extraction.main_text import block_type_on_page
from annotate.articles.readers.plain_text import split_text, text_blocks
from annotate.articles.readers.shortcodes import without_shortcodes

Parts = tuple[tuple[Block, ...], tuple[LeftOut, ...]]

BOILERPLATE = "page furniture"  # the ledger's word, which must not change
_WORDPRESS_TRAILER = re.compile(r"The post .+ (?:first appeared|appeared first) on .+$")
_BLOCKS = "p|div|br|h[1-6]|li|[uo]l|d[ltd]|blockquote|figure|pre|table|t[dr]|section|article|center"
_INLINE = "a|b|i|u|em|strong|span|font|small|su[bp]|body|html"
_BLOCK_TAG = re.compile(rf"<(?:{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MARKUP = re.compile(rf"<!--|{_BLOCK_TAG.pattern}|</(?:{_BLOCKS}|{_INLINE})\s*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][\da-fA-F]+|[a-zA-Z][a-zA-Z\d]+);")
_ESCAPED_REFERENCE = re.compile(r"&amp;(#\d+|#[xX][\da-fA-F]+|(?!lt;|gt;)[a-zA-Z][a-zA-Z\d]+);")
_SENTENCE_END = r"(?<=[.!?…:;”\"’')\]])"
_BLANK_LINE = re.compile(r"\n\s*\n")
# Between two blocks a line break does no harm. Within a sentence, a template may leave blank lines
# around a link or a name that it inserts.
_PARAGRAPH_END = re.compile(
    rf"(<[^<>]*>)|(?:{_SENTENCE_END}[^\S\n]*\n\s*\n|[^\S\n]*\n\s*\n(?=\s*[^\s<,.;:!?)a-z]))"
)
_ESCAPED_END = re.compile(r"(?:[.!?>\"”’'…)\]]|\\n)\s*(?:\\r)?\\n")
_ESCAPED_SIGN = re.compile(r"\\([nrt\"'/])")
_SIGNS = {"n": "\n", "r": "", "t": " ", '"': '"', "'": "'", "/": "/"}
_BOLD_LINE = re.compile(  # a heading above a paragraph
    r"(\A\s*|\n[^\S\n]*\n[^\S\n]*)<(b|strong)>([^<>\n]{1,100}\w)</\2>[^\S\n]*\n(?=[^\s<])"
)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_MORE = re.compile(r"<!--\s*(?:more|nextpage)\b.*?-->|^\s*&nbsp;\s*$", re.MULTILINE)
_ESCAPED = 3  # times at most
_LONG_LINE = 150  # characters: no text is wrapped at such a width


def read_text_or_html(text: str) -> Parts:
    """Read a text which may be HTML, or have been taken from HTML with its references in it.

    Databases and JSON that is written twice have a backslash and an n for the end of a line.
    """
    if "\n" not in text and _ESCAPED_END.search(text):
        text = _ESCAPED_SIGN.sub(lambda sign: _SIGNS[sign[1]], text)
    revealed = _revealed(text)
    return read_fragment(revealed) if _MARKUP.search(revealed) else (text_blocks(revealed), ())


def read_fragment(text: str) -> Parts:
    """Read HTML that is only an article's body."""
    blocks: list[PageBlock] = []
    left_out: list[LeftOut] = []
    for block in page_blocks(parse(_repaired(text))):
        if _is_boilerplate(block):
            left_out.append(LeftOut(block_type_on_page(block), BOILERPLATE, block.text))
        else:
            blocks.append(block)
    return article_blocks(blocks), tuple(left_out)


def _is_boilerplate(block: PageBlock) -> bool:
    trailer = block.linked > 0 and _WORDPRESS_TRAILER.match(block.text)
    link_line = is_link_line(block.text, block.linked)
    return bool(trailer) or link_line or is_interruption(block.text, block.linked)


def _revealed(text: str) -> str:
    """Return the text with its tags, escaped once or more; without references if it has no tags."""
    for _ in range(_ESCAPED):
        if _MARKUP.search(text):
            break
        # "AT&T" and "&c" are no references
        text = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), text)
    return text


def _repaired(text: str) -> str:
    """Return the HTML that the text was meant to be."""
    revealed = _revealed(text)
    text = _CDATA.sub("", revealed if _MARKUP.search(revealed) else text)
    text = without_shortcodes(_ESCAPED_REFERENCE.sub(r"&\1;", _MORE.sub("\n\n", text)))
    text = _BOLD_LINE.sub(r"\1<h4>\3</h4>\n\n", text)
    if _BLOCK_TAG.search(text):
        return _PARAGRAPH_END.sub(lambda match: match[1] or "</p><p>", text)
    if _BLANK_LINE.search(text) or _has_long_lines(text):
        return "".join(f"<p>{chunk.text}</p>" for chunk in split_text(text))
    return text


def _has_long_lines(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and median(map(len, lines)) > _LONG_LINE
