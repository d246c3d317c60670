"""Take out of Markdown what site generators and note programs add to it.

Jekyll has {% tags %}, Hugo {{< shortcodes >}}; Obsidian has [[links]], ==marks== and ^anchors.
"""

import re

from annotate.articles.article import LeftOut
from annotate.core.records import BlockType

SHORTCODE = "shortcode"  # the ledger's word
_LONGEST = 1000  # characters of a tag: without an end it is text
_CODE = re.compile(
    r"\{%-?\s*(?P<tag>highlight|comment)\b[^%]{0,200}%\}.*?\{%-?\s*end(?P=tag)\s*-?%\}", re.DOTALL
)
_TAG = re.compile(rf"\{{%[^%\n]{{0,{_LONGEST}}}%\}}|\{{\{{[^{{}}]{{0,{_LONGEST}}}\}}\}}")
_EMBED = re.compile(r"!\[\[[^\[\]\n]{1,200}\]\]")
_LINK = re.compile(r"\[\[(?:[^\[\]|\n]{0,200}\|)?([^\[\]|\n]{1,200})\]\]")
_MARK = re.compile(r"==(?! )([^=\n]{1,300})(?<! )==")
_ANCHOR = re.compile(r"(?<=\S)[ \t]+\^[\w-]{1,40}$", re.MULTILINE)
_CALLOUT = re.compile(r"^([ \t]*>[ \t]*)\[![\w-]{1,30}\][+-]?", re.MULTILINE)


def standard_markdown(text: str) -> tuple[str, tuple[LeftOut, ...]]:
    """Return the text without them, and those that are no words of the text."""
    left_out: list[LeftOut] = []

    def leave_out(match: re.Match[str]) -> str:
        left_out.append(LeftOut(BlockType.EMBED, SHORTCODE, match[0]))
        return "\n" * match[0].count("\n")

    if "{" in text:
        text = _TAG.sub(leave_out, _CODE.sub(leave_out, text) if "{%" in text else text)
    if "[" in text:
        text = _CALLOUT.sub(r"\1", _LINK.sub(r"\1", _EMBED.sub(leave_out, text)))
    return _ANCHOR.sub("", _MARK.sub(r"\1", text)), tuple(left_out)
