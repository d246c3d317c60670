"""What annotators read: one page from the taxonomy, also the instructions on the labelling page.

It is written as Markdown; the HTML follows from that, so the two cannot differ.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from annotate.core.taxonomy import Group, Taxonomy, Technique

if TYPE_CHECKING:
    from markdown_it.token import Token

_SPECIAL = re.compile(r"([\\`*_\[\]<>#&|~])")
_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto 6rem;
  padding: 0 1rem; overflow-wrap: anywhere; }
h2 { margin-top: 2.5rem; border-bottom: 2px solid var(--line); }
h3 { margin: 2rem 0 .25rem; }
code { background: var(--soft); border-radius: 4px; padding: 0 .3em; }
li { margin: .3rem 0; }
a { color: inherit; }
@media print { body { max-width: none; font-size: 11pt; } h3 { break-after: avoid; } }
"""
# Label Studio's page takes away the looks of headings and lists.
_MODAL_STYLE = (
    ".rh-guide { line-height: 1.5; overflow-wrap: anywhere; } "
    ".rh-guide h1 { display: none; } "
    ".rh-guide h2 { font-size: 20px; line-height: 1.3; margin: 24px 0 6px; } "
    ".rh-guide h3 { font-size: 16px; line-height: 1.3; margin: 20px 0 4px; } "
    ".rh-guide p { margin: 0 0 6px; } "
    ".rh-guide ol { list-style: decimal; padding-left: 24px; } "
    ".rh-guide ul { list-style: disc; padding-left: 20px; } "
    ".rh-guide li { margin: 3px 0; } "
    ".rh-guide strong { font-weight: 600; } "
    ".rh-guide em { font-style: italic; }"
)
# Label Studio's own keys, as the labelling page has them (tests/browser presses each).
_KEYS = (
    "## By keyboard",
    "",
    "The key of a technique ticks it, and takes the tick away again.",
    "",
    "- `Ctrl+Enter` submits, and updates what was submitted before; `Ctrl+Space` skips.",
    "- `Tab`, some times, goes to the comment; `Enter` there keeps it, and the keys work again.",
    "- `Shift+Tab`, some times, goes to the arrows below the page; `Space` there goes back to what "
    "you answered, to correct it, or on again.",
    "- To mark words takes the mouse: Label Studio has no keys for it. Marks are welcome, never "
    "needed.",
)


def guidelines(taxonomy: Taxonomy) -> str:
    """The annotators' guidelines as Markdown."""
    return "\n".join([*_head(taxonomy), *_contents(taxonomy), *_body(taxonomy)]) + "\n"


def guidelines_page(taxonomy: Taxonomy) -> str:
    """The annotators' guidelines as a page that stands alone."""
    language, title = escape(taxonomy.language), escape(taxonomy.title)
    return (
        f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n"
        f"{_html(guidelines(taxonomy))}</html>\n"
    )


def instruction(taxonomy: Taxonomy) -> str:
    """The same as the project's instructions in Label Studio, without links within the page.

    Of the tags that Label Studio lets through.
    """
    body = _html("\n".join(["", f"# {_plain(taxonomy.title)}", "", *_body(taxonomy)]))
    return f'<style>{_MODAL_STYLE}</style><div class="rh-guide">{body}</div>'


def _html(markdown: str) -> str:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse(markdown.partition("-->\n")[2] or markdown)
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            _set_anchor(token, inline)
    return str(reader.renderer.render(tokens, reader.options, {}))


def _set_anchor(heading: "Token", inline: "Token") -> None:
    text = "".join(child.content for child in inline.children or [])
    heading.attrSet("id", _anchor(text))


def _anchor(text: str) -> str:
    """The id that a heading gets here, and where Markdown is shown elsewhere."""
    return re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")


def _plain(text: str) -> str:
    """The text, of which Markdown reads nothing as markup."""
    return _SPECIAL.sub(r"\\\1", text)


def _head(taxonomy: Taxonomy) -> Iterator[str]:
    yield f"<!-- Generated from taxonomy {taxonomy.name} by 'make config'. Do not edit. -->"
    yield f"# {_plain(taxonomy.title)}"
    yield ""
    yield _plain(f"Taxonomy {taxonomy.name}, version {taxonomy.version}. {taxonomy.source}.")


def _contents(taxonomy: Taxonomy) -> Iterator[str]:
    yield ""
    for group in taxonomy.groups:
        techniques = " · ".join(_link(technique.name) for technique in group.techniques)
        yield f"- {_link(group.name)}: {techniques}"
    yield ""


def _link(name: str) -> str:
    return f"[{_plain(name)}](#{_anchor(name)})"


def _body(taxonomy: Taxonomy) -> Iterator[str]:
    yield "## General rules"
    yield ""
    yield from (f"{number}. {_plain(rule)}" for number, rule in enumerate(taxonomy.rules, 1))
    yield ""
    yield "## Answers about the whole paragraph"
    yield ""
    for answer in (taxonomy.none, taxonomy.unusable):
        yield f"- **{_plain(answer.name)}** (key `{answer.hotkey}`): {_plain(answer.hint)}"
    yield ""
    yield from _KEYS
    names = {t.id: t.name for t in taxonomy.techniques}
    for group in taxonomy.groups:
        yield ""
        yield from _group(group, names)


def _group(group: Group, names: dict[str, str]) -> Iterator[str]:
    yield f"## {_plain(group.name)}"
    yield ""
    yield _plain(group.definition)
    yield ""
    yield f"To mark words of this group: key `{group.hotkey}`, then the words."
    for technique in group.techniques:
        yield ""
        yield from _technique(technique, names)


def _technique(technique: Technique, names: dict[str, str]) -> Iterator[str]:
    yield f"### {_plain(technique.name)}"
    yield ""
    yield f"`{technique.id}`, key `{technique.hotkey}`. {_plain(technique.definition)}"
    yield ""
    yield f"- **Applies:** {_plain(technique.applies)}"
    yield f"- **Does not apply:** {_plain(technique.does_not_apply)}"
    yield f"- **Words to mark:** {_plain(technique.span)}"
    yield from (f"- **Example:** {_plain(example)}" for example in technique.examples)
    yield f"- **Near miss:** {_plain(technique.near_miss.text)} *{_plain(technique.near_miss.why)}*"
    for confusion in technique.confused_with:
        yield f"- **Or {_plain(names[confusion.id].lower())}?** {_plain(confusion.rule)}"
