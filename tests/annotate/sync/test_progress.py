import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from annotate.core.records import Annotation, Origin, Status
from annotate.core.taxonomy import Taxonomy
from annotate.sync.collect import STATES, Collected
from annotate.sync.progress import forecast, measure_progress
from tests.annotate.samples import answer, paragraph

PARAGRAPHS = [paragraph(f"Text {n}.", article=f"a{n}") for n in range(4)]
P, Q, R, S = (p.id for p in PARAGRAPHS)


def counts(**states: int) -> dict[str, int]:
    return {"tasks": sum(states.values()), **{s: states.get(s, 0) for s in STATES}}


def collected(annotations: Sequence[Annotation], **people: dict[str, int]) -> Collected:
    ledger = {"annotators": people, "adjudicators": {}}
    return Collected(PARAGRAPHS, annotations, [], ledger, {"ana": "a1"})


def timed(annotation: Annotation, seconds: float) -> Annotation:
    return replace(annotation, seconds=seconds)


def test_each_persons_work_and_what_is_left_is_counted(small: Taxonomy) -> None:
    found = collected(
        [
            timed(answer(P, "a1", "Fear"), 10),
            timed(answer(Q, "a1"), 20),
            timed(answer(R, "a1", status=Status.UNUSABLE), 3600),  # over lunch
            timed(answer(S, "a1", status=Status.SKIPPED), 1),
            timed(answer(P, "a2", "Fear"), 40),
        ],
        a1=counts(labelled=1, none=1, unusable=1, skipped=1),
        a2=counts(labelled=1, draft=1, rejected=1, unseen=1),
    )

    report = measure_progress(found, small, {P: frozenset({"Fear"})})

    ana, other = report.people
    assert (ana.name, ana.tasks, ana.done, ana.left, ana.seconds) == ("ana", 4, 3, 0, 20)
    assert (other.name, other.done, other.left, other.seconds) == ("a2", 1, 3, 40)
    assert other.hours_left == pytest.approx(3 * 40 / 3600)
    assert ana.gold
    assert (ana.gold.paragraphs, ana.gold.f1) == (1, 1.0)
    total = report.total
    assert (total.tasks, total.done, total.left, total.seconds) == (8, 4, 3, 30)


def test_before_the_first_answer_there_is_no_pace_and_no_forecast(small: Taxonomy) -> None:
    report = measure_progress(collected([], a1=counts(unseen=4)), small, {})

    assert report.people[0].seconds is None
    assert report.total.hours_left is None
    assert math.isnan(report.mean_alpha)
    assert forecast(report, 100, 2, 10) is None


def test_the_forecast_multiplies_the_pace_and_shows_the_fastest_and_the_slowest(
    small: Taxonomy,
) -> None:
    found = collected(
        [timed(answer(P, "a1"), 36), timed(answer(Q, "a1"), 36), timed(answer(P, "a2"), 72)],
        a1=counts(none=2),
        a2=counts(none=1),
    )

    estimate = forecast(measure_progress(found, small, {}), 500, 2, 20)

    assert estimate
    assert estimate.answers == 1000
    assert estimate.hours == pytest.approx((10, 10, 20))  # 1000 x 36 s, and x 72 s
    assert estimate.cost == pytest.approx((200, 200, 400))


def test_what_an_adjudicator_decided_changes_neither_pace_nor_agreement(small: Taxonomy) -> None:
    own = [timed(answer(P, "a1", "Fear"), 10), timed(answer(P, "a2"), 30)]
    own += [timed(answer(Q, "a1"), 10), timed(answer(Q, "a2"), 30)]
    decided = replace(timed(answer(P, "a3", "Fear"), 500), origin=Origin.ADJUDICATION)
    people = {"a1": counts(labelled=1, none=1), "a2": counts(none=2)}

    plain = measure_progress(collected(own, **people), small, {})
    with_decision = measure_progress(collected([*own, decided], **people), small, {})

    assert with_decision == plain


def test_mean_alpha_of_four_articles_is_too_few_to_tell(small: Taxonomy) -> None:
    answers = [
        answer(id_, name, *(["Fear"] if id_ in (P, Q) else []))
        for id_ in (P, Q, R, S)
        for name in ("a1", "a2")
    ]
    found = collected(answers, a1=counts(labelled=2, none=2), a2=counts(labelled=2, none=2))

    report = measure_progress(found, small, {})

    assert (report.mean_alpha, report.too_few) == (1.0, True)
