"""Write the annotators' guidelines, which are also the project's instructions in Label Studio.

The HTML is made from the Markdown, so the two cannot differ.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from annotate.core.html.environment import render
from annotate.core.taxonomy import Group, Taxonomy, Technique

if TYPE_CHECKING:
    from markdown_it.token import Token

_SPECIAL = re.compile(r"([\\`*_\[\]<>#&|~])")
# Label Studio resets the style of headings and lists.
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
    "## Keyboard",
    "",
    "The key of a technique ticks it; pressed again, it removes the tick.",
    "",
    "- `Ctrl+Enter` submits the answer, or updates one that was submitted before; `Ctrl+Space` "
    "skips.",
    "- Press `Tab` a few times to reach the comment; `Enter` saves it, and the keys work again.",
    "- Press `Shift+Tab` a few times to reach the arrows below the page; `Space` there goes back "
    "to an earlier answer, to correct it, or forward again.",
    "- Marking words needs the mouse: Label Studio has no keys for it. Marks are welcome, but "
    "optional.",
)


def guidelines(taxonomy: Taxonomy) -> str:
    """Return the annotators' guidelines as Markdown."""
    return "\n".join([*_head(taxonomy), *_contents(taxonomy), *_body(taxonomy)]) + "\n"


def guidelines_page(taxonomy: Taxonomy) -> str:
    """Return the annotators' guidelines as a self-contained page."""
    return render(
        "annotate.label_config",
        "guidelines.html",
        title=taxonomy.title,
        language=taxonomy.language,
        body=_html(guidelines(taxonomy)),
    )


def instruction(taxonomy: Taxonomy) -> str:
    """Return the guidelines as a project's instructions, with no tags that Label Studio removes."""
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
    """Return the id that a heading gets here and in other Markdown viewers."""
    return re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")


def _plain(text: str) -> str:
    """Return the text with everything escaped that Markdown would read as markup."""
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
    yield f"To mark words of this group, press `{group.hotkey}` and select the words."
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
