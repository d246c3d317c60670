"""Small values to test with: a taxonomy of three techniques, paragraphs, answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotate.aggregation.consensus import Aggregation, aggregate
from annotate.aggregation.disputed import Disputed
from annotate.aggregation.methods import Method
from annotate.core.records import Annotation, BlockType, Consensus, Paragraph, Span, Status
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.results import to_result
from annotate.label_studio.tasks import Work

TAXONOMY_FILE = Path(__file__).parents[2] / "label_config" / "taxonomy.yaml"

# Tests of the taxonomy's errors name its lines.
TAXONOMY = """\
version: "1"
name: small
title: A small taxonomy
language: en
source: Written for the tests
groups:
  - id: attack
    name: Attack
    definition: Against somebody.
    color: "#d9480f"
    hotkey: shift+1
    techniques:
      - id: Insult
        name: Insult
        hint: A bad name
        definition: A bad name for somebody.
        applies: It is a name.
        does_not_apply: It is a fact.
        span: The name.
        examples: [You traitor., You thief.]
        near_miss: {text: He was jailed., why: A fact.}
        confused_with: [{id: Doubt, rule: A name or a question.}]
        hotkey: "1"
        aliases: [Name_Calling]
      - id: Doubt
        name: Doubt
        hint: Questions somebody
        definition: Questions whether somebody is to be trusted.
        applies: Somebody is questioned.
        does_not_apply: A claim is checked.
        span: The question.
        examples: ["Can we trust her?", "Would you buy it?"]
        near_miss: {text: The figure is wrong., why: A claim.}
        confused_with: [{id: Insult, rule: A question or a name.}]
        hotkey: "2"
  - id: appeal
    name: Appeal
    definition: To feelings.
    color: "#1971c2"
    hotkey: shift+2
    techniques:
      - id: Fear
        name: Fear
        hint: Frightens
        definition: Frightens the reader.
        applies: There is a threat.
        does_not_apply: There is a plain warning.
        span: The threat.
        examples: [They will come for you., It will be the end.]
        near_miss: {text: It may rain., why: Plain.}
        confused_with: [{id: Doubt, rule: A threat or a question.}]
        hotkey: "3"
none: {name: No technique, hint: Nothing of it, hotkey: n}
unusable: {name: Not usable, hint: No paragraph, hotkey: x}
rules: [Be fair., When in doubt leave it out.]
"""


def paragraph(text: str = "You traitor.", article: str = "a", position: int = 0) -> Paragraph:
    return Paragraph(
        article_id=article,
        position=position,
        kind=BlockType.BODY,
        title="A title",
        source="The Courier",
        url="",
        date="2026-11-22",
        previous="",
        text=text,
        next="",
    )


def answer(
    paragraph_id: str, annotator: str, *labels: str, status: Status | None = None
) -> Annotation:
    """Labelled with these, or none; another status where it is said."""
    return Annotation(
        paragraph_id, annotator, status or (Status.LABELLED if labels else Status.NONE), labels
    )


def majority(annotations: Sequence[Annotation], taxonomy: Taxonomy) -> Consensus | None:
    """The gold of one paragraph by majority; None without any answer."""
    consensus = aggregated(annotations, taxonomy, Method.MAJORITY).consensus
    return next(iter(consensus.values()), None)


def aggregated(
    annotations: Sequence[Annotation],
    taxonomy: Taxonomy,
    method: Method,
    disputed: Disputed = Disputed.OFF,
) -> Aggregation:
    """The consensus of these annotations; each paragraph stands for its own article."""
    places = {a.paragraph_id: a.paragraph_id for a in annotations}
    table = answer_table(annotations, taxonomy.labels, places)
    return aggregate(table, taxonomy, method, disputed)


def result(taxonomy: Taxonomy, text: str, *labels: str, spans: tuple[Span, ...] = ()) -> Any:
    """What the server stores for these labels, or for "no technique"."""
    status = Status.LABELLED if labels else Status.NONE
    return to_result(Annotation("", "", status, labels, spans), text, taxonomy)


def work(
    user: int,
    result: Any,
    *,
    number: int = 1,
    skipped: bool = False,
    draft: bool = False,
    edited: bool = False,
    at: str = "2026-11-22T04:00:00.000000Z",
) -> Work:
    return Work(number, user, result, skipped, draft, 12.5, at, edited)
