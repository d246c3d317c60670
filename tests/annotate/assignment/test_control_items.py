import json
import stat
from pathlib import Path

import pytest

from annotate.assignment.control_items import (
    read_control_items,
    remember_control_items,
    remembered_control_items,
    score_control_items,
)
from annotate.core.errors import InputError
from annotate.core.records import Origin, Status
from annotate.core.taxonomy import Taxonomy
from tests.annotate.samples import answer, paragraph

FIRST, SECOND = paragraph("You traitor."), paragraph("It rained.", position=1)


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_control_item_is_a_pushed_paragraph_or_brings_its_own(
    tmp_path: Path, small: Taxonomy
) -> None:
    rows = [
        {"id": FIRST.id, "labels": ["Name_Calling"]},
        {**SECOND.to_json(), "labels": []},
        {"id": "0123456789abcdef", "labels": ["Fear"]},
    ]

    found = read_control_items(write(tmp_path / "gold.jsonl", *rows), small, [FIRST])

    assert [(g.paragraph, g.labels) for g in found] == [
        (FIRST, frozenset({"Insult"})),  # the alias stands for it
        (SECOND, frozenset()),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"id": FIRST.id},
            "gold.jsonl:1: a control item needs 'id' as text and 'labels' as a list",
        ),
        ({"id": 3, "labels": []}, "gold.jsonl:1: a control item needs 'id' as text"),
        ({"id": FIRST.id, "labels": ["Fog"]}, "gold.jsonl:1: label 'Fog' is not in taxonomy small"),
        ({"id": FIRST.id, "labels": [["x"]]}, "gold.jsonl:1: label ['x'] is not in taxonomy"),
        ({"id": "0" * 16, "labels": []}, "gold.jsonl: no row is of a pushed paragraph"),
        ({"id": "0" * 16, "labels": [], "position": 0}, "gold.jsonl:1: a paragraph needs"),
    ],
)
def test_what_is_no_control_item_is_refused_with_its_line(
    tmp_path: Path, small: Taxonomy, row: object, said: str
) -> None:
    with pytest.raises(InputError, match=r".") as error:
        read_control_items(write(tmp_path / "gold.jsonl", row), small, [FIRST])

    assert said in str(error.value)


def test_known_answers_are_kept_for_the_owner_alone_and_added_to(
    tmp_path: Path, small: Taxonomy
) -> None:
    one = read_control_items(
        write(tmp_path / "a", {"id": FIRST.id, "labels": ["Fear"]}), small, [FIRST]
    )
    two = read_control_items(
        write(tmp_path / "b", {"id": SECOND.id, "labels": []}), small, [SECOND]
    )

    remember_control_items("mine", one, tmp_path)
    remember_control_items("mine", two, tmp_path)

    assert remembered_control_items("mine", tmp_path) == {
        FIRST.id: {"Fear"},
        SECOND.id: frozenset(),
    }
    assert remembered_control_items("other", tmp_path) == {}
    assert stat.S_IMODE((tmp_path / "mine.jsonl").stat().st_mode) == 0o600


def test_known_answers_are_scored_by_micro_f1_over_what_a_person_answered() -> None:
    gold = {"p": frozenset({"Insult", "Doubt"}), "q": frozenset[str](), "r": frozenset({"Fear"})}
    annotations = [
        answer("p", "a1", "Insult", "Fear"),  # one hit; two given, two known
        answer("q", "a1"),
        answer("r", "a1", "Fear", status=Status.DRAFT),
        answer("x", "a1", "Doubt"),  # not gold
        answer("q", "a2"),
    ]

    scores = score_control_items(annotations, gold)

    assert scores["a1"].paragraphs == 2
    assert scores["a1"].f1 == pytest.approx(2 * 1 / (2 + 2))
    assert (scores["a2"].paragraphs, scores["a2"].f1) == (1, 1.0)


def test_an_adjudicator_is_not_scored() -> None:
    from dataclasses import replace

    decided = replace(answer("p", "a1", "Fear"), origin=Origin.ADJUDICATION)

    assert score_control_items([decided], {"p": frozenset({"Fear"})}) == {}
