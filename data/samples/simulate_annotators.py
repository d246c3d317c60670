"""Write the labels of three simulated annotators for the sample corpus, made from gold.jsonl.

    python data/samples/simulate_annotators.py

The same gold labels give the same bytes. README.md in this folder explains the noise model; all its
constants are defined here. An annotator's mistakes in a paragraph depend only on the annotator, the
paragraph and the rates, so correcting one paragraph leaves the others as they are.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from annotate.core.io.files import writing
from annotate.core.io.jsonl import read_rows, to_line
from annotate.core.taxonomy_file import load_taxonomy
from annotate.core.taxonomy import Taxonomy

HERE = Path(__file__).resolve().parent
TAXONOMY = HERE.parents[1] / "label_config" / "taxonomy.yaml"

SEED = 2023
# Share of disagreement between annotators before curation, all languages: Stefanovitch and
# Piskorski, EMNLP 2023 (main.6), table 1.
DISAGREEMENT = {
    "Name_Calling-Labeling": 0.081,
    "Guilt_by_Association": 0.250,
    "Doubt": 0.426,
    "Appeal_to_Hypocrisy": 0.025,
    "Questioning_the_Reputation": 0.266,
    "Flag_Waving": 0.286,
    "Appeal_to_Authority": 0.222,
    "Appeal_to_Popularity": 0.231,
    "Appeal_to_Values": 0.190,
    "Appeal_to_Fear-Prejudice": 0.091,
    "Straw_Man": 0.200,
    "Red_Herring": 0.500,
    "Whataboutism": 0.500,
    "Causal_Oversimplification": 0.368,
    "False_Dilemma-No_Choice": 0.400,
    "Consequential_Oversimplification": 0.250,
    "Slogans": 0.200,
    "Conversation_Killer": 0.148,
    "Appeal_to_Time": 0.333,
    "Loaded_Language": 0.042,
    "Obfuscation-Vagueness-Confusion": 0.400,
    "Exaggeration-Minimisation": 0.208,
    "Repetition": 0.444,
}
# Factor on the usual number of mistakes, and seconds for each word.
CARELESSNESS = {"ana": 0.6, "ben": 1.0, "cy": 1.5}
PACE = {"ana": 0.45, "ben": 0.35, "cy": 0.22}

MISSED = 0.12  # chance to miss a technique without disagreement ...
MISSED_BY_DISAGREEMENT = 0.50  # ... and what full disagreement adds
CONFUSED_BY_DISAGREEMENT = 0.25
SUBTLE = 0.20  # share of uses that are hard to see for everybody: both chances are higher there
SUBTLE_TIMES, PLAIN_TIMES = 2.5, 0.625  # the mean stays 1
MOST_MISTAKES = 0.95  # highest chance to miss or confuse a technique
FALSE_FOR_LOST = 0.85  # false ticks for each tick that is expected to be lost
FALSE_WHERE_NONE = 0.40  # factor in paragraphs without a technique
SPAN_MARKED = 0.92
SHIFTS = (0, 0, 0, 0, 1, -1, 2, -2)  # words by which each end of a span moves
SKIPPED, UNUSABLE, DRAFT = 0.010, 0.005, 0.006  # times carelessness
COMMENTED = 0.15  # share of confused or missing answers with a comment

COMMENTS = {
    "skipped": ("Will come back to this one.", "Too long for today."),
    "unusable": ("Reads like an advertisement.", "Cannot be judged without the article."),
    "draft": ("Not finished.", "Need to look at the guidelines again."),
}
WORD = re.compile(r"\w+(?:[’'.,-]\w+)*")

Row: TypeAlias = dict[str, Any]
Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Annotator:
    """A simulated annotator: the chance of each kind of mistake, by technique."""

    name: str
    carelessness: float
    pace: float
    missed: dict[str, float]
    confused: dict[str, float]
    false: dict[str, float]


@dataclass(frozen=True, slots=True)
class Ticks:
    """What an annotator would tick: technique -> spans; and pairs (right, confused with)."""

    words: dict[str, list[Span]]
    confused: list[tuple[str, str]]


def passes() -> dict[str, list[Row]]:
    """Return the rows of each annotator's file."""
    taxonomy = load_taxonomy(TAXONOMY)
    gold = [row for _, row in read_rows(HERE / "gold.jsonl")]
    people = [annotator(name, gold, taxonomy) for name in CARELESSNESS]
    return {who.name: [answer(who, row, taxonomy) for row in gold] for who in people}


def annotator(name: str, gold: Sequence[Row], taxonomy: Taxonomy) -> Annotator:
    """Set the chances of mistakes; false ticks keep a technique about as frequent as in gold."""
    factor = CARELESSNESS[name]
    missed, confused, false = {}, {}, {}
    for label in taxonomy.labels:
        disagreement = DISAGREEMENT[label]
        missed[label] = min(
            MOST_MISTAKES, factor * (MISSED + MISSED_BY_DISAGREEMENT * disagreement)
        )
        confused[label] = min(
            MOST_MISTAKES - missed[label], factor * CONFUSED_BY_DISAGREEMENT * disagreement
        )
        count = sum(label in row["labels"] for row in gold)
        lost = count * (missed[label] + confused[label])
        false[label] = FALSE_FOR_LOST * lost / (len(gold) - count)
    return Annotator(name, factor, PACE[name], missed, confused, false)


def answer(who: Annotator, row: Row, taxonomy: Taxonomy) -> Row:
    """Return an annotator's answer to a paragraph of the gold file."""
    rng = random.Random(f"{SEED} {who.name} {row['id']}")
    ticks = seen(who, row, taxonomy, rng)
    labels = list(taxonomy.sorted_labels(set(ticks.words)))
    status = no_answer(who, rng)
    if not status or (status == "draft" and not labels):
        status = "labelled" if labels else "none"
    comment = remark(status, ticks.confused, taxonomy, rng)
    if status == "draft":
        labels = labels[:1]
    elif status != "labelled":
        labels = []
    marked = {(s, e, taxonomy.group_of[t]) for t in labels for s, e in ticks.words[t]}
    words = len(WORD.findall(row["text"]))
    return {
        "id": row["id"],
        "status": status,
        "labels": labels,
        "spans": [{"start": s, "end": e, "label": label} for s, e, label in sorted(marked)],
        "comment": comment,
        "seconds": round((5 + who.pace * words + 6 * len(labels)) * rng.uniform(0.6, 1.8), 1),
    }


def seen(who: Annotator, row: Row, taxonomy: Taxonomy, rng: random.Random) -> Ticks:
    """Return the techniques that an annotator ticks: right, confused and false ones."""
    text, ticks = row["text"], Ticks({}, [])
    calm = FALSE_WHERE_NONE if not row["labels"] else 1.0
    for technique in taxonomy.techniques:
        label, chance = technique.id, rng.random()
        if label not in row["labels"]:
            if chance < who.false[label] * calm:
                ticks.words.setdefault(label, []).extend(any_words(text, rng))
            continue
        times = hardness(row, label)
        if chance >= times * who.missed[label]:
            taken_for = label
            if chance < times * (who.missed[label] + who.confused[label]):
                taken_for = rng.choice(technique.confused_with).id
                ticks.confused.append((label, taken_for))
            ticks.words.setdefault(taken_for, []).extend(gold_words(row, label, rng))
    return ticks


def hardness(row: Row, label: str) -> float:
    """Return the factor by which everybody misses a technique more often in this paragraph."""
    drawn = random.Random(f"{SEED} {row['id']} {label}").random()
    return SUBTLE_TIMES if drawn < SUBTLE else PLAIN_TIMES


def gold_words(row: Row, label: str, rng: random.Random) -> Iterator[Span]:
    """Yield the spans of gold for a technique, a word or two off; some are left out."""
    words = [match.span() for match in WORD.finditer(row["text"])]
    for span in row["spans"]:
        if span["label"] == label and rng.random() < SPAN_MARKED:
            inside = [i for i, (s, e) in enumerate(words) if s < span["end"] and e > span["start"]]
            first = max(0, inside[0] + rng.choice(SHIFTS))
            last = min(len(words) - 1, inside[-1] + rng.choice(SHIFTS))
            yield words[min(first, last)][0], words[last][1]


def any_words(text: str, rng: random.Random) -> Iterator[Span]:
    """Yield a span of three to nine words anywhere in the text."""
    words = [match.span() for match in WORD.finditer(text)]
    first = rng.randrange(max(1, len(words) - 9))
    last = min(len(words) - 1, first + rng.randint(2, 8))
    yield words[first][0], words[last][1]


def no_answer(who: Annotator, rng: random.Random) -> str:
    """Return the status of a paragraph without an answer; empty if there is one."""
    chance, upto = rng.random(), 0.0
    for status, rate in (("skipped", SKIPPED), ("unusable", UNUSABLE), ("draft", DRAFT)):
        upto += who.carelessness * rate
        if chance < upto:
            return status
    return ""


def remark(
    status: str, confused: list[tuple[str, str]], taxonomy: Taxonomy, rng: random.Random
) -> str:
    """Return a comment; empty most of the time."""
    if rng.random() >= COMMENTED:
        return ""
    if status in COMMENTS:
        return rng.choice(COMMENTS[status])
    if status == "labelled" and confused:
        names = {technique.id: technique.name for technique in taxonomy.techniques}
        right, taken = (names[label] for label in confused[0])
        return f"{taken}, or rather {right.lower()}?"
    return ""


def main() -> None:
    """Write annotators/NAME.jsonl for each annotator."""
    for name, rows in passes().items():
        with writing(HERE / "annotators" / f"{name}.jsonl") as file:
            file.writelines(to_line(row) for row in rows)


if __name__ == "__main__":
    main()
