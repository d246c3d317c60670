from collections import Counter
from itertools import permutations
from operator import eq
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from tests.train.scoring.official.samples import all_scores, scores
from train.scoring.official.semeval2020 import LABELS, score_si, score_tc
from train.scoring.official.task import Answer, Key

SI, TC = "semeval2020-si", "semeval2020-tc"


def rows(*cells: tuple[object, ...]) -> str:
    return "".join("\t".join(map(str, row)) + "\n" for row in cells)


def test_overlapping_spans_are_merged_before_they_are_scored(tmp_path: Path) -> None:
    gold = rows(("7", 0, 20), ("7", 30, 40))
    answer = rows(("7", 15, 35), ("7", 10, 20), ("7", 10, 20))

    figures = all_scores(tmp_path, SI, gold, answer)

    assert figures["submission"] == pytest.approx({"F1": 6 / 11, "precision": 0.6, "recall": 0.5})
    assert figures["empty answer"] == {"F1": 0, "precision": 0, "recall": 0}


def test_spans_that_only_touch_stay_apart(tmp_path: Path) -> None:
    answer = rows(("7", 0, 5), ("7", 5, 10), ("7", 12, 15))

    figures = scores(tmp_path, SI, rows(("7", 0, 10)), answer)

    assert figures["precision"] == pytest.approx(2 / 3)
    assert figures["recall"] == 1


def test_an_article_without_predictions_counts_in_the_recall_alone(tmp_path: Path) -> None:
    gold = rows(("7", 0, 10), ("8", 0, 10))

    figures = scores(tmp_path, SI, gold, rows(("8", 0, 10)))

    assert figures == pytest.approx({"F1": 2 / 3, "precision": 1, "recall": 0.5})


spans = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda p: (p[0], p[0] + p[1])), max_size=5
)


def characters(marks: list[tuple[int, int]]) -> list[set[int]]:
    """Sets of characters; those that share one are joined until none do."""
    merged: list[set[int]] = []
    for start, end in marks:
        fresh = set(range(start, end))
        for other in [each for each in merged if each & fresh]:
            merged.remove(other)
            fresh |= other
        merged.append(fresh)
    return merged


@given(st.lists(st.tuples(spans, spans), min_size=1, max_size=3))
@settings(max_examples=200)
def test_partial_matches_agree_with_counting_characters(
    articles: list[tuple[list[tuple[int, int]], ...]],
) -> None:
    gold, answer = (
        dict[Key, Answer]((n, Answer(pair[side], "")) for n, pair in enumerate(articles))
        for side in (0, 1)
    )
    pairs = [tuple(map(characters, pair)) for pair in articles]
    matches = [(g, p, len(g & p)) for wanted, given_ in pairs for g in wanted for p in given_]
    number_gold, number_given = (sum(len(pair[side]) for pair in pairs) for side in (0, 1))

    figures = score_si(gold, answer)

    precision = sum(both / len(p) for _, p, both in matches) / max(1, number_given)
    recall = sum(both / len(g) for g, _, both in matches) / max(1, number_gold)
    assert figures["precision"] == pytest.approx(precision)
    assert figures["recall"] == pytest.approx(recall)
    if not number_gold and not number_given:
        assert figures["F1"] == 1
    else:
        together = precision + recall
        assert figures["F1"] == pytest.approx(2 * precision * recall / together if together else 0)


def test_labels_of_identical_spans_are_aligned_to_match_best(tmp_path: Path) -> None:
    slogan = ("7", "Slogans", 30, 40)
    gold = rows(("7", "Doubt", 0, 20), ("7", "Loaded_Language", 0, 20), slogan)
    answer = rows(slogan, ("7", "Loaded_Language", 0, 20), ("7", "Repetition", 0, 20))

    figures = all_scores(tmp_path, TC, gold, answer)

    assert figures["submission"]["micro-F1"] == pytest.approx(2 / 3)
    assert figures["submission"]["macro-F1, labels with examples"] == pytest.approx(2 / 3)
    assert figures["always Doubt"]["micro-F1"] == pytest.approx(1 / 3)


def labels_of(size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(LABELS[:3]), min_size=size, max_size=size)


labelled_spans = st.integers(1, 4).flatmap(lambda n: st.tuples(labels_of(n), labels_of(n)))


@given(st.lists(labelled_spans, min_size=1, max_size=3))
@settings(max_examples=100)
def test_no_order_of_the_rows_matches_more(groups: list[tuple[list[str], list[str]]]) -> None:
    gold, answer = (
        dict[Key, Answer]((n, Answer(Counter(group[side]), "")) for n, group in enumerate(groups))
        for side in (0, 1)
    )
    best = sum(
        max(sum(map(eq, wanted, order)) for order in permutations(answered))
        for wanted, answered in groups
    )

    assert score_tc(gold, answer)["micro-F1"] == pytest.approx(
        best / sum(len(wanted) for wanted, _ in groups)
    )


@pytest.mark.parametrize(
    ("task", "answer", "message"),
    [
        (SI, rows(("9", 0, 5)), r"submission:1: the gold file has no article '9'; remove"),
        (SI, rows(("7", 5, 5)), r"submission:1: the span 5 to 5 is empty"),
        (SI, rows(("7", "a", 5)), r"expected start and end as numbers, not 'a' and '5'"),
        (SI, "7 0 5\n", r"submission:1: expected a row of the form article TAB start TAB end"),
        (TC, rows(("7", "Doubt", 0, 19)), r"the gold file has no span '7 0 19'"),
        (TC, rows(("7", "Doubts", 0, 20)), r"submission:1: unknown label 'Doubts'; did you mean"),
        (TC, rows(("7", 0, 20)), r"expected a row of the form article TAB label TAB start TAB end"),
        (
            TC,
            rows(("7", "Doubt", 0, 20), ("7", "Doubt", 0, 20)),
            r"submission:1: 2 rows for span '7 0 20', but 1 in the gold file \(.*gold:1\)",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    task: str, answer: str, message: str, tmp_path: Path
) -> None:
    gold = {SI: rows(("7", 0, 20)), TC: rows(("7", "Doubt", 0, 20))}

    with pytest.raises(InputError, match=message):
        scores(tmp_path, task, gold[task], answer)


def test_a_span_without_an_answer_is_refused(tmp_path: Path) -> None:
    gold = rows(("7", "Doubt", 0, 20), ("8", "Doubt", 0, 2))

    with pytest.raises(InputError, match=r"no answer for span '8 0 2'"):
        scores(tmp_path, TC, gold, rows(("7", "Doubt", 0, 20)))
