"""Small datasets whose labels hang on single words, so that a small model can learn them."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from annotate.core.records import Annotation, BlockType, DatasetRow, Paragraph, Status
from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.writer import DatasetContent, write_dataset
from tests.annotate.samples import majority
from train.scoring.official.semeval2023 import LABELS

# the word that stands in a paragraph of the technique; "values" never occurs
WORDS = {"insult": "traitor", "doubt": "supposedly", "fear": "catastrophe", "values": "liberty"}
FILLERS = ("the", "council", "met", "on", "monday", "and", "mayor", "spoke", "about", "a", "bridge")
ANNOTATORS = ("a1", "a2", "a3")
# techniques of SemEval-2021 and 2023, and their words
OFFICIAL_WORDS = {"Slogans": "traitor", "Repetition": "supposedly", "Doubt": "catastrophe"}
STATUS = {True: Status.LABELLED, False: Status.NONE}


def taxonomy_text(labels: Sequence[str] = tuple(WORDS)) -> str:
    """A taxonomy file: the labels but the last two in one group, those in another."""
    groups = {"attack": labels[:-2], "appeal": labels[-2:]}
    lines = [
        "version: '1'",
        "name: tiny",
        "title: Tiny",
        "language: en",
        "source: tests",
        "groups:",
    ]
    for number, (group, members) in enumerate(groups.items()):
        lines += [f"  - id: {group}", f"    name: {group}", "    definition: A group."]
        lines += ['    color: "#112233"', f"    hotkey: 'shift+{number}'", "    techniques:"]
        for label in members:
            lines += [f"      - id: {label}", f"        name: {label[:40]}"]
            lines += [f"        {k}: Text." for k in ("hint", "definition", "applies")]
            lines += ["        does_not_apply: Text.", "        span: Text."]
            lines += ["        examples: [One., Two.]", "        near_miss: {text: A., why: B.}"]
            other = labels[0] if label != labels[0] else labels[1]
            lines += [f"        confused_with: [{{id: {other}, rule: A rule.}}]"]
            lines += [f"        hotkey: '{list(labels).index(label)}'"]
    lines += ["none: {name: None, hint: None., hotkey: 'n'}"]
    lines += ["unusable: {name: Unusable, hint: Unusable., hotkey: 'x'}", "rules: [Be fair.]"]
    return "\n".join(lines) + "\n"


def taxonomy(folder: Path, labels: Sequence[str] = tuple(WORDS)) -> Taxonomy:
    """The taxonomy, read from a file that is written into the folder."""
    path = folder / "taxonomy.yaml"
    path.write_text(taxonomy_text(labels), encoding="utf-8")
    return load_taxonomy(path)


def paragraph(article: str, position: int, text: str) -> Paragraph:
    """A body paragraph."""
    return Paragraph(
        article_id=article,
        position=position,
        kind=BlockType.BODY,
        title="A title",
        source="",
        url="",
        date="",
        previous="",
        text=text,
        next="",
    )


def paragraphs(articles: Sequence[str], each: int, seed: int = 0) -> list[Paragraph]:
    """Paragraphs of filler words, about half of them with the word of one technique."""
    chance = random.Random(seed)
    words = list(WORDS.values())[:-1]
    made = []
    for article in articles:
        for position in range(each):
            text = [*chance.choices(FILLERS, k=chance.randint(6, 24)), f"{article}n{position}"]
            if chance.random() < 0.6:
                text[chance.randrange(len(text))] = chance.choice(words)
            made.append(paragraph(article, position, " ".join(text)))
    return made


def annotations(rows: Sequence[Paragraph]) -> list[Annotation]:
    """Three annotators who mark what the words say; the third overlooks a quarter."""
    chance = random.Random(0)
    made = []
    for row in rows:
        labels = tuple(label for label, word in WORDS.items() if word in row.text.split())
        for name in ANNOTATORS:
            seen = () if name == "a3" and chance.random() < 0.25 else labels
            status = Status.LABELLED if seen else Status.NONE
            made.append(Annotation(row.id, name, status, seen))
    return made


def write_official_dataset(
    link: Path, labels: Sequence[str] = tuple(reversed(LABELS)), **changes: Any
) -> Path:
    """A tiny dataset with the labels of SemEval-2023, in another order than the task's."""

    def say(rows: Sequence[Paragraph]) -> list[Annotation]:
        made = []
        for row in rows:
            ticked = tuple(n for n, word in OFFICIAL_WORDS.items() if word in row.text.split())
            made.append(Annotation(row.id, "a1", STATUS[bool(ticked)], ticked))
        return made

    return write_tiny_dataset(link, labels=labels, say=say, **changes)


def write_tiny_dataset(
    link: Path,
    sizes: Sequence[tuple[str, int]] = (("train", 8), ("validation", 3), ("test", 3)),
    each: int = 6,
    labels: Sequence[str] = tuple(WORDS),
    seed: int = 0,
    say: Callable[[Sequence[Paragraph]], list[Annotation]] = annotations,
    labelled_by: str = "people",
) -> Path:
    """A dataset folder; `sizes` are articles of each split, `each` the paragraphs of an article."""
    link.parent.mkdir(parents=True, exist_ok=True)
    known = taxonomy(link.parent, labels)
    rows, everything = [], []
    for split, number in sizes:
        made = paragraphs([f"{split}{i}" for i in range(number)], each, seed)
        answers = say(made)
        everything += answers
        for row in made:
            gold = majority([a for a in answers if a.paragraph_id == row.id], known)
            if gold:
                rows.append(DatasetRow(row, gold, split))
    content = DatasetContent(
        name=link.name,
        taxonomy=known,
        taxonomy_text=taxonomy_text(labels),
        gold=rows,
        annotations=everything,
        agreement=_agreement(known),
        ledger={
            **dict.fromkeys(("tasks", "given", "paragraphs"), len(rows)),
            "adjudicators": {},
            **dict.fromkeys(("unreadable_tasks", "doubled_tasks"), 0),
            "annotators": {},
        },
        settings={"seed": seed, "aggregate": "majority", "labelled_by": labelled_by},
    )
    write_dataset(content, link)
    return link


def _agreement(known: Taxonomy) -> dict[str, Any]:
    """The form of agreement.json, without figures: nothing here reads them."""
    nothing = {"alpha": None, "low": None, "high": None, "positive": 0, "answers": 0}
    rows = [{"label": label} | nothing for label in known.labels]
    return {"labels": rows, "mean_alpha": None}
