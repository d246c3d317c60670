"""Read Markdown, whose markup says what each block is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.articles.article import Article, Block, LeftOut
from annotate.articles.extraction.block_types import caption_or_embed
from annotate.articles.readers.body_html import read_fragment
from annotate.articles.readers.front_matter import read_front_matter
from annotate.articles.readers.markdown_dialects import standard_markdown
from annotate.core.errors import NoTextError
from annotate.core.records import BlockType, normalise

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE_END = re.compile(r"\r\n?")


def read_markdown(text: str, path: Path) -> Article:
    """Read a Markdown file; its title is a first heading or the front matter's title.

    Front matter (`read_front_matter`) has title, author or authors, source or outlet, date, url and
    id. Code, tables, HTML other than paragraphs, footnotes, pictures and shortcodes are left out.

    Raises:
        InputError: There is no text.
    """
    from markdown_it import MarkdownIt

    front = read_front_matter(_LINE_END.sub("\n", text), path)
    body, shortcodes = standard_markdown(front.text)
    parser = MarkdownIt("commonmark").enable("table")
    blocks, left_out = _parts(parser.parse(body))
    if all(block.kind is BlockType.HEADING for block in blocks):  # each paragraph is indented
        blocks, left_out = _parts(parser.disable("code").parse(body))
    title = front.values.get("title", "")
    if len(blocks) > 1 and blocks[0].kind is BlockType.HEADING and title in ("", blocks[0].text):
        title = blocks.pop(0).text
    if not blocks:
        raise NoTextError(f"{path}: no text in this Markdown file")
    url = front.values.get("url", "")
    return Article(
        article_id=url or front.values.get("id", "") or normalise(path.stem),
        title=title,
        source=front.values.get("source", ""),
        url=url,
        date=front.values.get("date", ""),
        blocks=tuple(blocks),
        left_out=(*front.left_out, *shortcodes, *left_out),
        origin=str(path),
        author=front.values.get("author", ""),
        notices=front.notices,
    )


def _parts(tokens: "list[Token]") -> tuple[list[Block], list[LeftOut]]:
    """Return a block for each paragraph and heading; those in a quotation or list have its type."""
    blocks: list[Block] = []
    left_out: list[LeftOut] = []
    around: list[BlockType] = []
    for token in tokens:
        kind = _AROUND.get(token.type.removesuffix("_open").removesuffix("_close"))
        if kind and token.nesting == 1:
            around.append(kind)
        elif kind and token.nesting == -1:
            around.pop()
        elif token.type == "inline":
            _add_words(token, around, blocks, left_out)
        elif token.type == "html_block" and _HTML_TEXT.match(token.content):
            inside, outside = read_fragment(token.content)
            blocks += inside
            left_out += outside
        elif token.type in _NO_TEXT:
            left_out.append(LeftOut(BlockType.EMBED, _NO_TEXT[token.type], token.content))
    return blocks, left_out


def _add_words(
    token: "Token", around: list[BlockType], blocks: list[Block], left_out: list[LeftOut]
) -> None:
    children = [child for child in token.children or [] if child.content or child.type != "text"]
    bold = [] if around else _bold_line(children)
    if bold:
        blocks.append(Block(BlockType.HEADING, normalise("".join(_words(bold)))))
    text = normalise("".join(_words(children[len(bold) :])))
    footnote = not around and _FOOTNOTE.match(text)
    if footnote:
        left_out.append(LeftOut(BlockType.BODY, "footnote", text))
    elif text:
        text = _FOOTNOTE_MARK.sub("", text)
        blocks.append(Block(_block_type(around, text), text))
    pictures = [child for child in children if child.type == "image"]
    left_out += [LeftOut(BlockType.CAPTION, "picture", picture.content) for picture in pictures]


_HEADING = re.compile(r"\S.{0,98}\w")
_FOOTNOTE_MARK = re.compile(r"\[\^[\w-]{1,40}\]")
_FOOTNOTE = re.compile(rf"{_FOOTNOTE_MARK.pattern}:")
_HTML_TEXT = re.compile(r"<(?:p|blockquote|center|h[1-6])\b", re.IGNORECASE)
_NO_TEXT = {"fence": "code", "code_block": "code", "html_block": "HTML"}
_AROUND = {
    "heading": BlockType.HEADING,
    "blockquote": BlockType.QUOTE,
    "bullet_list": BlockType.LIST,
    "ordered_list": BlockType.LIST,
    "table": BlockType.EMBED,
}


def _block_type(around: list[BlockType], text: str) -> BlockType:
    """Return the type by markup, except for picture credits and pasted posts."""
    if around and around[-1] is not BlockType.QUOTE:
        return around[-1]
    return caption_or_embed(text) or (BlockType.QUOTE if around else BlockType.BODY)


def _bold_line(children: "list[Token]") -> "list[Token]":
    """Return the part of a paragraph that is a heading: a first line in bold, but no sentence."""
    end = next((at for at, child in enumerate(children) if child.type == "strong_close"), -1)
    first, line, after = children[:1], children[: end + 1], children[end + 1 : end + 2]
    whole = not after or after[0].type in ("softbreak", "hardbreak")
    bold = bool(line) and first[0].type == "strong_open" and whole
    text = normalise("".join(_words(line)))
    return line if bold and _HEADING.fullmatch(text) else []


def _words(children: "list[Token]") -> Iterator[str]:
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            yield " "
        elif child.type != "html_inline" and child.type != "image":
            yield child.content
