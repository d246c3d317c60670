"""The figures as agreement.md: for a repository, a ticket or a terminal."""

import re
from collections.abc import Iterable, Iterator, Sequence

from annotate.agreement import wording
from annotate.agreement.advice import RULES, Advice
from annotate.agreement.confusions import Confusion, Example
from annotate.agreement.json_report import Source
from annotate.agreement.measure import Measured
from annotate.agreement.wording import number, with_interval
from annotate.core.console import printable
from annotate.core.plurals import counted
from annotate.core.stats.answer_matrix import ANY


def to_markdown(source: Source, measured: Measured, advice: Sequence[Advice]) -> str:
    """Return the whole file."""
    parts = [
        f"# Agreement: {escaped(source.name)}\n",
        *(f"**{note}**\n" for note in (source.warning, wording.shortage_note(measured)) if note),
        f"Dataset content {source.digest}. {counted(measured.answers, 'answer')} "
        f"of {wording.people(measured)} to {counted(measured.paragraphs, 'paragraph')} of "
        f"{counted(measured.articles, 'article')}; with two or more answers: {measured.compared}. "
        f"{source.left_out_note}".rstrip()
        + "\n",
        f"{wording.INTERVALS}\n",
        _section("What to do", _advice(advice)),
        _section(
            "Techniques",
            wording.ALPHA,
            "",
            wording.PUBLISHED,
            "",
            _labels(source, measured),
        ),
        _section("People", wording.PEOPLE, "", _people(measured)),
        _section("Pairs of people", wording.PAIRS, "", _pairs(measured)),
        _section("Marked words", wording.SPANS, "", _spans(measured)),
        _section(
            "Techniques that people confuse",
            wording.CONFUSIONS,
            "",
            *(_confusion(pair, source) for pair in measured.confusions),
        ),
        "Kappa of each technique for each pair of people is in agreement_report.json.\n",
    ]
    return "\n".join(parts)


def escaped(text: str) -> str:
    """Escape a text so that Markdown, and a terminal, show it as it is."""
    line = printable(" ".join(text.split()))
    inline = re.sub(r"([\\`*_\[\]<>|&~#])", r"\\\1", line)
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", inline)  # else a list or a heading begins


def _section(title: str, *lines: str) -> str:
    return "\n".join([f"## {title}", "", *lines, ""])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _advice(advice: Sequence[Advice]) -> str:
    if not advice:
        return "There is no advice. With few paragraphs, that means little."
    return "\n".join(f"- {escaped(a.text)} *Shown when {escaped(RULES[a.rule])}.*" for a in advice)


def _labels(source: Source, measured: Measured) -> str:
    names = {t.id: escaped(t.name) for t in source.taxonomy.techniques} | {ANY: ANY}
    rows: list[Sequence[object]] = [
        ("label sets (MASI)", with_interval(measured.sets), "", ""),
        ("mean of the techniques", with_interval(measured.mean), "", ""),
    ]
    for row in measured.labels:
        alpha = with_interval(row)
        rows.append((names[row.label], alpha, row.positive, row.answers))
    return _table(["technique", "alpha", "answers that have it", "answers"], rows)


def _people(measured: Measured) -> str:
    head = ["person", "answers", "shared", "F1", "kappa", "gain", "ticks", "a paragraph", "none"]
    rows = [
        (
            escaped(p.name),
            p.answers,
            p.shared,
            *(with_interval(f) for f in (p.f1, p.kappa, p.gain, p.ticks, p.techniques, p.none)),
        )
        for p in measured.people
    ]
    return _table(head, rows)


def _pairs(measured: Measured) -> str:
    head = ["people", "paragraphs", "pooled kappa", "mean kappa", "raw agreement", "same set"]
    rows = [
        (
            f"{escaped(p.first)}, {escaped(p.second)}",
            p.paragraphs,
            *(with_interval(f) for f in (p.pooled, p.mean, p.raw, p.same)),
        )
        for p in measured.pairs
    ]
    return _table(head, rows)


def _spans(measured: Measured) -> str:
    pairs = [(f"{escaped(p.first)}, {escaped(p.second)}", p.spans) for p in measured.pairs]
    rows = [
        (who, with_interval(spans.overlap), with_interval(spans.where_both))
        for who, spans in [("all pairs", measured.spans), *pairs]
    ]
    return _table(["people", "F1 by characters", "where both marked"], rows)


def _confusion(pair: Confusion, source: Source) -> str:
    names = {t.id: escaped(t.name) for t in source.taxonomy.techniques}
    return "\n".join(
        [
            f"### {names[pair.first]} and {names[pair.second]}",
            "",
            f"{pair.count} times in {counted(pair.paragraphs, 'paragraph')}; expected by "
            f"chance: {number(pair.expected)}; lift {with_interval(pair.lift)}.",
            "",
            *(line for example in pair.examples for line in _example(example, source, names)),
        ]
    )


def _example(example: Example, source: Source, names: dict[str, str]) -> Iterator[str]:
    paragraph = source.paragraphs[example.paragraph_id]
    yield f"> {escaped(paragraph.text)}"
    yield ">"
    for annotator, labels in example.answers.items():
        ticked = ", ".join(names[label] for label in labels) or "no technique"
        yield f"> - {escaped(annotator)}: {ticked}"
    yield f"\n(paragraph {paragraph.id})\n"
