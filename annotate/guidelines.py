"""What annotators read: one page from the taxonomy, and the short form on the labelling page."""

from collections.abc import Iterator
from html import escape

from annotate.core.taxonomy import Group, Taxonomy, Technique


def guidelines(taxonomy: Taxonomy) -> str:
    """The annotators' guidelines as Markdown."""
    return "\n".join(_lines(taxonomy)) + "\n"


def _lines(taxonomy: Taxonomy) -> Iterator[str]:
    yield "<!-- Generated from taxonomy.yaml by 'make config'. Do not edit. -->"
    yield f"# {taxonomy.title}"
    yield ""
    yield f"Taxonomy {taxonomy.name}, version {taxonomy.version}. {taxonomy.source}."
    yield ""
    yield "## General rules"
    yield ""
    yield from (f"{number}. {rule}" for number, rule in enumerate(taxonomy.rules, 1))
    yield ""
    yield "## Answers about the whole paragraph"
    yield ""
    for answer in (taxonomy.none, taxonomy.unusable):
        yield f"- **{answer.name}** (key `{answer.hotkey}`): {answer.hint}"
    for group in taxonomy.groups:
        yield ""
        yield from _group(group, {t.id: t.name for t in taxonomy.techniques})


def _group(group: Group, names: dict[str, str]) -> Iterator[str]:
    yield f"## {group.name}"
    yield ""
    yield f"{group.definition} Mark its words with the key `{group.hotkey}`."
    for technique in group.techniques:
        yield ""
        yield from _technique(technique, names)


def _technique(technique: Technique, names: dict[str, str]) -> Iterator[str]:
    yield f"### {technique.name}"
    yield ""
    yield f"`{technique.id}`, key `{technique.hotkey}`. {technique.definition}"
    yield ""
    yield f"- **Applies:** {technique.applies}"
    yield f"- **Does not apply:** {technique.does_not_apply}"
    yield f"- **Words to mark:** {technique.span}"
    yield from (f"- **Example:** {example}" for example in technique.examples)
    yield f"- **Near miss:** {technique.near_miss.text} *{technique.near_miss.why}*"
    for confusion in technique.confused_with:
        yield f"- **Or {names[confusion.id].lower()}?** {confusion.rule}"


def instruction(taxonomy: Taxonomy) -> str:
    """The general rules as the project's instruction in Label Studio, as HTML."""
    rules = (f"<p>{number}. {escape(rule)}</p>" for number, rule in enumerate(taxonomy.rules, 1))
    return f"<p><b>{escape(taxonomy.title)}</b></p>{''.join(rules)}"
