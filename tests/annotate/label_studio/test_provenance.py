from typing import Any

import pytest

from annotate.core.records import Annotation, Status
from annotate.core.taxonomy import Taxonomy
from annotate.label_studio.provenance import is_simulated, mark, mark_simulated, marked
from annotate.label_studio.results import read_result
from tests.annotate.samples import result

TEXT = "You traitor."


@pytest.fixture
def simulated(small: Taxonomy) -> list[dict[str, Any]]:
    return mark_simulated(result(small, TEXT, "Insult", "Fear"))


def test_a_marked_answer_is_read_as_before(
    simulated: list[dict[str, Any]], small: Taxonomy
) -> None:
    plain = result(small, TEXT, "Insult", "Fear")

    assert is_simulated(simulated)
    assert not is_simulated(plain)
    assert read_result(simulated, TEXT, small) == read_result(plain, TEXT, small)


def test_marking_twice_changes_nothing(simulated: list[dict[str, Any]]) -> None:
    assert mark_simulated(simulated) == simulated


def test_an_answer_that_a_person_changed_is_the_persons(
    simulated: list[dict[str, Any]], small: Taxonomy
) -> None:
    fewer = simulated[:1]
    more = [*simulated, *result(small, TEXT, "Doubt")]
    (other,) = result(small, TEXT, "Doubt")
    ticked = [{**simulated[0], "value": other["value"]}, *simulated[1:]]

    assert not any(is_simulated(changed) for changed in (fewer, more, ticked))


def test_a_migration_and_a_simulation_are_told_apart(simulated: list[dict[str, Any]]) -> None:
    both = mark(simulated, "digest")

    assert is_simulated(both)
    assert marked(both) == "digest"
    assert not marked(simulated)


@pytest.mark.parametrize("junk", [None, "text", [], [1], [{}], [{"meta": 3}], [{"meta": {}}]])
def test_what_cannot_be_read_is_not_simulated(junk: Any) -> None:
    assert not is_simulated(junk)


def test_no_technique_can_be_marked_too(small: Taxonomy) -> None:
    assert Annotation("", "", Status.NONE).labels == ()
    assert is_simulated(mark_simulated(result(small, TEXT)))
