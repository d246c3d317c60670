"""Read Markdown, whose markup says what each block is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.articles.article import Article, Block, LeftOut
from annotate.articles.extraction.block_types import caption_or_embed
from annotate.core.errors import NoTextError
from annotate.core.io.yaml_files import parse_yaml
from annotate.core.records import BlockType, author_of, normalise

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCE = "---\n"


def read_markdown(text: str, path: Path) -> Article:
    """Read a Markdown file; its title is a first heading or the front matter's title.

    Front matter is YAML between lines of three dashes, with title, author, source or outlet, date,
    url and id. Code, HTML and pictures are left out.

    Raises:
        InputError: There is no text, or the front matter is not YAML.
    """
    from markdown_it import MarkdownIt

    front, body = _front_matter(text.replace("\r\n", "\n"), path)
    tokens = MarkdownIt("commonmark").parse(body)
    blocks = list(_blocks(tokens))
    title = front.get("title", "")
    if len(blocks) > 1 and blocks[0].kind is BlockType.HEADING and title in ("", blocks[0].text):
        title = blocks.pop(0).text
    if not blocks:
        raise NoTextError(f"{path}: no text in this Markdown file")
    url = front.get("url", "")
    return Article(
        article_id=url or front.get("id", "") or normalise(path.stem),
        title=title,
        source=front.get("source", "") or front.get("outlet", ""),
        url=url,
        date=front.get("date", ""),
        blocks=tuple(blocks),
        left_out=tuple(_left_out(tokens)),
        origin=str(path),
        author=front.get("author", ""),
    )


def _front_matter(text: str, path: Path) -> tuple[Mapping[str, str], str]:
    if not text.startswith(_FENCE):
        return {}, text
    head, fence, body = text.removeprefix(_FENCE).partition(f"\n{_FENCE}")
    if not fence:  # it begins with a rule, not with front matter
        return {}, text
    front = parse_yaml(f"\n{head}", path)  # line numbers are those of the file
    if not isinstance(front, dict):
        return {}, text
    texts = {str(key): _plain(value) for key, value in front.items()}
    author = author_of(front.get("author")) or texts.get("author", "")
    return texts | {"author": author}, body


def _plain(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else normalise(str(value))


def _blocks(tokens: "list[Token]") -> Iterator[Block]:
    """Yield a block for each paragraph and heading; those in a quotation or list have its type."""
    around: list[BlockType] = []
    for token in tokens:
        kind = _AROUND.get(token.type.removesuffix("_open").removesuffix("_close"))
        if kind and token.nesting == 1:
            around.append(kind)
        elif kind and token.nesting == -1:
            around.pop()
        elif token.type == "inline":
            text = normalise("".join(_words(token)))
            if text:
                yield Block(_block_type(around, text), text)


def _left_out(tokens: "list[Token]") -> Iterator[LeftOut]:
    for token in tokens:
        reason = _NO_TEXT.get(token.type)
        if reason:
            yield LeftOut(BlockType.EMBED, reason, token.content)
        for child in token.children or []:
            if child.type == "image":
                yield LeftOut(BlockType.CAPTION, "picture", child.content)


_NO_TEXT = {"fence": "code", "code_block": "code", "html_block": "HTML"}
_AROUND = {
    "heading": BlockType.HEADING,
    "blockquote": BlockType.QUOTE,
    "bullet_list": BlockType.LIST,
    "ordered_list": BlockType.LIST,
}


def _block_type(around: list[BlockType], text: str) -> BlockType:
    """Return the type by markup, except for picture credits and pasted posts."""
    if around and around[-1] is not BlockType.QUOTE:
        return around[-1]
    return caption_or_embed(text) or (BlockType.QUOTE if around else BlockType.BODY)


def _words(token: "Token") -> Iterator[str]:
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            yield " "
        elif child.type != "html_inline" and child.type != "image":
            yield child.content
