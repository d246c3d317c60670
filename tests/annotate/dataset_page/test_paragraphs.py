import json
from collections import defaultdict
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotate.core.records import Annotation, DatasetRow
from annotate.core.taxonomy import Taxonomy
from annotate.dataset_page.paragraphs import PageParts, fit_paragraphs
from tests.annotate.dataset_page.samples import BAD, answered
from tests.annotate.samples import paragraph

ROOM = 1_000_000


def parts_of(taxonomy: Taxonomy, annotations: list[Annotation]) -> PageParts:
    answers = defaultdict(list)
    for annotation in annotations:
        answers[annotation.paragraph_id].append(annotation)
    people = sorted({a.annotator for a in annotations})
    return PageParts(taxonomy, ["train"], [""], people, frozenset(), answers)


def rows_with(taxonomy: Taxonomy, *texts: str) -> tuple[list[DatasetRow], PageParts]:
    pairs = [
        answered(taxonomy, paragraph(text, "a", n), [["Doubt"], []]) for n, text in enumerate(texts)
    ]
    return [row for row, _ in pairs], parts_of(taxonomy, [a for _, left in pairs for a in left])


def test_no_text_can_end_the_element_and_every_text_comes_back(small: Taxonomy) -> None:
    rows, parts = rows_with(small, BAD, "Plain.")

    shown = fit_paragraphs(rows, parts, ROOM)

    assert "<" not in shown.json
    value = json.loads(shown.json)
    assert [value["texts"][row[4]] for row in value["rows"]] == [BAD, "Plain."]


def test_a_row_says_what_holds_what_is_disputed_and_who_ticked_it(small: Taxonomy) -> None:
    rows, parts = rows_with(small, "Can we trust her?")

    value = json.loads(fit_paragraphs(rows, parts, ROOM).json)

    (row,) = value["rows"]
    assert row[0] == rows[0].paragraph.id
    assert value["articles"][row[1]] == ["A title", "The Courier", "2026-11-22", ""]
    assert row[7:] == [[], [1], 0, [[0, 0, 0, [1], []], [1, 0, 1, [], []]]]
    assert value["head"]["people"] == ["a1", "a2"]
    assert [t[0] for t in value["head"]["techniques"]] == ["Insult", "Doubt", "Fear"]


def test_a_text_that_is_also_a_neighbour_stands_once(small: Taxonomy) -> None:
    first = paragraph("First.", "a", 0)
    pairs = [
        answered(small, replace(first, next="Second."), [[]]),
        answered(small, replace(paragraph("Second.", "a", 1), previous="First."), [[]]),
    ]
    parts = parts_of(small, [a for _, left in pairs for a in left])

    value = json.loads(fit_paragraphs([row for row, _ in pairs], parts, ROOM).json)

    assert value["texts"] == ["First.", "", "Second."]


@given(
    st.lists(st.text(min_size=1, max_size=200).filter(str.strip), max_size=8), st.integers(0, 4000)
)
def test_the_json_is_never_larger_than_its_room(
    small: Taxonomy, texts: list[str], more: int
) -> None:
    rows, parts = rows_with(small, *dict.fromkeys(texts))
    room = len(fit_paragraphs([], parts, 0).json.encode()) + more

    shown = fit_paragraphs(rows, parts, room)

    assert len(shown.json.encode()) <= room
    assert len(json.loads(shown.json)["rows"]) == shown.count


def test_a_paragraph_too_large_for_the_room_makes_way_for_the_others(small: Taxonomy) -> None:
    rows, parts = rows_with(small, "Long. " * 1000, "Short.", "Short too.")
    room = len(fit_paragraphs([], parts, 0).json.encode()) + 1000

    value = json.loads(fit_paragraphs(rows, parts, room).json)

    assert value["texts"] == ["Short.", "", "Short too."]
