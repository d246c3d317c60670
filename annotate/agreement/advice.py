"""What to do next: sentences for the project's lead, each derived from a stated rule.

A rule that does not hold says nothing, and silence is not praise: with few paragraphs the
intervals are wide and most rules stay silent.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from annotate.agreement.annotators import Person
from annotate.agreement.confusions import Confusion
from annotate.agreement.measure import Measured
from annotate.agreement.wording import number, with_interval
from annotate.core.stats.answer_matrix import ANY
from annotate.core.stats.krippendorff import Alpha
from annotate.core.stats.published import ALL
from annotate.core.taxonomy import Taxonomy

COMMON = 30  # paragraphs that two people need in common
POSITIVE = 20  # answers with a technique from which on its alpha is read
GAIN = 0.05  # in mean alpha
TICKS = 1.5  # times as many as the others, or as few
TIMES, LIFT = 5, 2.0  # from which on a pair of techniques is said to be confused
BEHIND = 0.1  # in kappa

RULES = {
    "undefined": "there is no alpha",
    "silent": "somebody has no answer",
    "apart": f"two people have fewer than {COMMON} paragraphs in common",
    "far": f"mean alpha is {GAIN} or more higher without the person, and the interval of that "
    "gain lies above 0",
    "behind": f"a person's kappa against the rest is {BEHIND} or more below the median of the "
    "others', and its interval lies below that median",
    "ticks": f"a person ticks {TICKS} times as many techniques as the others do in the same "
    f"paragraphs, or {TICKS} times as few, and the interval leaves out 1",
    "unclear": f"a technique with {POSITIVE} or more answers that have it has an alpha below "
    f"{ALL}, which is what annotators of such techniques have reached before curation, and the "
    "paragraphs are enough for intervals",
    "confused": f"two techniques were confused {TIMES} or more times and {LIFT:g} or more times as "
    "often as by chance, and the interval of the lift lies above 1",
    "rare": f"fewer than {POSITIVE} answers have the technique, in paragraphs with two answers",
}

_LISTED = 8


@dataclass(frozen=True, slots=True)
class Advice:
    """A sentence to act on, and the key in `RULES` of the rule that it follows from."""

    rule: str
    text: str


def advise(measured: Measured, taxonomy: Taxonomy) -> list[Advice]:
    """Derive advice from the figures, the most basic first."""
    names = {technique.id: technique.name for technique in taxonomy.techniques}
    parts = {
        "undefined": _undefined(measured),
        "silent": _silent(measured),
        "apart": _apart(measured),
        "far": _far(measured.people),
        "behind": _behind(measured.people),
        "ticks": _ticks(measured.people),
        "unclear": _unclear(measured, names),
        "confused": _confused(measured.confusions, taxonomy),
        "rare": _rare(measured, names),
    }
    return [Advice(rule, text) for rule, texts in parts.items() for text in texts]


def _undefined(measured: Measured) -> Iterator[str]:
    if measured.undefined:
        fix = (
            "Label more articles."
            if measured.compared
            else "Have a second person label some of the same articles."
        )
        yield f"Alpha is undefined: {measured.undefined}. {fix}"


def _silent(measured: Measured) -> Iterator[str]:
    silent = [person.name for person in measured.people if not person.answers]
    if silent:
        yield f"No answer from {_and(silent)}: ask whether they can log in, and what holds them up."


def _apart(measured: Measured) -> Iterator[str]:
    """Name pairs of people with too few paragraphs in common, the fewest first."""
    active = {person.name for person in measured.people if person.answers}
    pairs = [p for p in measured.pairs if {p.first, p.second} <= active and p.paragraphs < COMMON]
    none = [f"{p.first} and {p.second}" for p in pairs if not p.paragraphs]
    few = sorted((p for p in pairs if p.paragraphs), key=lambda p: p.paragraphs)
    if none:
        yield (
            f"These pairs cannot be compared, because they have no paragraph in common: "
            f"{_listed(none)}. Give them an article that both label."
        )
    if few:
        listed = _listed([f"{p.first} and {p.second} ({p.paragraphs})" for p in few])
        yield f"Too few paragraphs in common to judge {listed}: give them more articles together."


def _is_far(person: Person) -> bool:
    return person.gain.value >= GAIN and person.gain.interval.low > 0


def _far(people: Sequence[Person]) -> Iterator[str]:
    for person in people:
        if _is_far(person):
            yield (
                f"{person.name} disagrees with the rest: without this person mean alpha would be "
                f"higher by {with_interval(person.gain)}. Go through paragraphs with {person.name} "
                "where the others agree; they may read one rule differently."
            )


def _behind(people: Sequence[Person]) -> Iterator[str]:
    """Compare people with each other: one of many changes little in mean alpha."""
    for person in people:
        if _is_far(person):
            continue
        others = [p.kappa.value for p in people if p is not person and p.kappa.defined]
        usual = median(others) if others else math.nan
        if person.kappa.value <= usual - BEHIND and person.kappa.interval.high < usual:
            yield (
                f"{person.name} agrees less with the rest than others do: kappa "
                f"{with_interval(person.kappa)}, while the others' median is {number(usual)}. Go "
                f"through paragraphs with {person.name}, or give this person another pilot round."
            )


def _ticks(people: Sequence[Person]) -> Iterator[str]:
    for person in people:
        times, interval = person.ticks.value, person.ticks.interval
        if times >= TICKS and interval.low > 1:
            advice = "when in doubt, leave a technique out; the text itself must show it"
        elif times <= 1 / TICKS and interval.high < 1:
            advice = "a paragraph may well have several techniques, and subtle ones count"
        else:
            continue
        yield (
            f"{person.name} ticks {with_interval(person.ticks)} techniques for each one that the "
            f"others tick in the same paragraphs. Remind this person of the rule: {advice}."
        )


def _unclear(measured: Measured, names: dict[str, str]) -> Iterator[str]:
    if measured.shortage:
        return
    low = [a for a in _techniques(measured) if a.positive >= POSITIVE and a.value < ALL]
    items = [
        f"{names[a.label]} (alpha {number(a.value)}{_often(a.label, measured, names)})"
        for a in sorted(low, key=lambda a: a.value)
    ]
    if items:
        yield (
            f"People do not agree on {_and(items)}. Sharpen the definition and the near-miss, "
            "decide some of the paragraphs together, and have them labelled again."
        )


def _often(label: str, measured: Measured, names: dict[str, str]) -> str:
    """Name the technique that this one is confused with most."""
    for pair in measured.confusions:
        if label in (pair.first, pair.second):
            other = pair.second if label == pair.first else pair.first
            return f", confused {pair.count} times with {names[other]}"
    return ""


def _confused(pairs: Sequence[Confusion], taxonomy: Taxonomy) -> Iterator[str]:
    """Name confused pairs that the taxonomy has a rule for, and those it has none for."""
    names = {technique.id: technique.name for technique in taxonomy.techniques}
    ruled = {frozenset((t.id, c.id)) for t in taxonomy.techniques for c in t.confused_with}
    clear = [
        pair
        for pair in pairs
        if pair.count >= TIMES and pair.lift.value >= LIFT and pair.lift.interval.low > 1
    ]
    described = [
        (
            frozenset((pair.first, pair.second)) in ruled,
            f"{names[pair.first]} and {names[pair.second]} ({pair.count} times, lift "
            f"{pair.lift.value:.1f})",
        )
        for pair in clear
    ]
    if without_rule := [text for has_rule, text in described if not has_rule]:
        yield (
            "Often confused, and the guidelines have no rule to tell them apart: "
            f"{_listed(without_rule)}. Read the paragraphs that show it and write one under "
            "confused_with."
        )
    if with_rule := [text for has_rule, text in described if has_rule]:
        yield (
            "Often confused, although the guidelines tell them apart: "
            f"{_listed(with_rule)}. Read the paragraphs that show it and sharpen the rule."
        )


def _rare(measured: Measured, names: dict[str, str]) -> Iterator[str]:
    rare = [names[a.label] for a in _techniques(measured) if a.positive < POSITIVE]
    if rare and not measured.undefined:
        yield (
            f"Too rare to judge: {_and(rare)}. Do not read their alpha; label more articles in "
            "which they are likely."
        )


def _techniques(measured: Measured) -> list[Alpha]:
    return [row for row in measured.labels if row.label != ANY]


def _listed(items: Sequence[str]) -> str:
    more = len(items) - _LISTED
    return _and([*items[:_LISTED], f"{more} more pairs"] if more > 1 else items)


def _and(items: Sequence[str]) -> str:
    """Join as "a, b and c"; with semicolons where an item has an "and" itself."""
    if any(" and " in item for item in items):
        return "; ".join(items)
    return " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))
