from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from tests.train.scoring.official.samples import Figures, scores, write_lines
from train.scoring.official.mafalda import GROUPS, LABELS, NOTHING, score_text
from train.scoring.official.registry import score_files

TEXT = "x" * 40
F1, GROUP_F1, ANY_F1 = "F1", "F1 of groups (level 1)", "F1 of any fallacy (level 0)"

Marks = list[tuple[tuple[int, int], frozenset[str]]]


def figures(folder: Path, gold: list[Any], answer: list[Any], text: str = TEXT) -> Figures:
    files = [
        write_lines(folder / name, [{"text": text, "labels": labels}])
        for name, labels in (("submission", answer), ("gold", gold))
    ]
    return score_files(files[0], files[1], "mafalda").scores["submission"]


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        ([[0, 20, "ad hominem"]], [[0, 20, "ad hominem"]], (1, 1, 1)),
        ([[0, 20, "ad hominem"]], [[0, 10, "ad hominem"]], (1, 0.5, 2 / 3)),
        ([[0, 20, "ad hominem"]], [[0, 40, "ad hominem"]], (0.5, 1, 2 / 3)),
        # optional spans: missed, met, and met with another label
        ([[0, 20, "ad hominem"], [0, 20, "nothing"]], [], (1, 1, 1)),
        ([[0, 20, "ad hominem"], [0, 20, "nothing"]], [[0, 20, "ad hominem"]], (1, 1, 1)),
        ([[0, 20, "ad hominem"], [0, 20, "nothing"]], [[0, 20, "straw man"]], (0, 1, 0)),
        # a clean text
        ([], [[0, 20, "ad hominem"]], (0, 1, 0)),
        ([], [], (1, 1, 1)),
        ([[0, 20, "ad hominem"]], [], (1, 0, 0)),
        # any of the labels of one span will do
        ([[0, 20, "ad hominem"], [0, 20, "tu quoque"]], [[0, 20, "tu quoque"]], (1, 1, 1)),
        # of several predictions on a span, the best counts for it, and each for itself
        ([[0, 20, "ad hominem"]], [[0, 10, "ad hominem"], [0, 20, "straw man"]], (0.5, 0.5, 0.5)),
    ],
)
def test_worked_cases(
    gold: list[Any], answer: list[Any], expected: tuple[float, ...], tmp_path: Path
) -> None:
    result = figures(tmp_path, gold, answer)

    assert [result[name] for name in ("precision", "recall", F1)] == pytest.approx(expected)


def test_coarser_levels_take_a_fallacy_of_the_same_group_or_any(tmp_path: Path) -> None:
    gold = [[0, 20, "ad hominem"]]

    same_group = figures(tmp_path, gold, [[0, 20, "tu quoque"]])
    other_group = figures(tmp_path, gold, [[0, 20, "straw man"]])

    assert [same_group[name] for name in (F1, GROUP_F1, ANY_F1)] == [0, 1, 1]
    assert [other_group[name] for name in (F1, GROUP_F1, ANY_F1)] == [0, 0, 1]
    assert len(LABELS) == len(set(LABELS)) == 23 == sum(map(len, GROUPS.values()))


def test_the_figures_are_means_over_texts(tmp_path: Path) -> None:
    rows = [{"text": "a" * 40, "labels": [[0, 20, "ad hominem"]]}, {"text": "b", "labels": []}]
    answers = [rows[1], {"text": "a" * 40, "labels": [[0, 10, "ad hominem"]]}]
    gold, answer = write_lines(tmp_path / "gold", rows), write_lines(tmp_path / "answer", answers)

    result = score_files(answer, gold, "mafalda").scores

    assert result["submission"][F1] == pytest.approx((2 / 3 + 1) / 2)
    assert result["empty answer"] == pytest.approx(
        {F1: 0.5, "precision": 1, "recall": 0.5, GROUP_F1: 0.5, ANY_F1: 0.5}
    )


def test_unfinished_annotations_of_the_corpus_are_left_out(tmp_path: Path) -> None:
    gold = [[0, 20, "TO CLEAN"], [0, 20, "Ad Hominem"]]

    assert figures(tmp_path, gold, [[0, 20, "ad hominem"]])[F1] == 1


marks = st.lists(
    st.tuples(
        st.tuples(st.integers(0, 10), st.integers(1, 8)).map(lambda p: (p[0], p[0] + p[1])),
        st.frozensets(st.sampled_from(["a", "b", NOTHING]), min_size=1),
    ),
    max_size=4,
)
guesses = st.lists(
    st.tuples(
        st.tuples(st.integers(0, 10), st.integers(1, 8)).map(lambda p: (p[0], p[0] + p[1])),
        st.sampled_from(["a", "b"]).map(lambda label: frozenset({label})),
    ),
    max_size=4,
)


@given(marks, guesses)
@settings(max_examples=200)
def test_precision_and_recall_agree_with_counting_characters(gold: Marks, answer: Marks) -> None:
    def best(mark: tuple[tuple[int, int], frozenset[str]], others: Marks) -> float:
        letters = set(range(*mark[0]))
        return max([len(letters & set(range(*s))) for s, n in others if n & mark[1]] or [0]) / len(
            letters
        )

    required = [mark for mark in gold if NOTHING not in mark[1]]

    precision, recall, f1 = score_text(gold, answer)

    assert precision == pytest.approx(
        sum(best(m, gold) for m in answer) / len(answer) if answer else 1
    )
    assert recall == pytest.approx(
        sum(best(m, answer) for m in required) / len(required) if required else 1
    )
    assert f1 == pytest.approx(
        2 * precision * recall / (precision + recall) if precision + recall else 0
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([[0, 20, "nothing"]], "submission:1: unknown label 'nothing'; the task has: ad hominem"),
        ([[0, 41, "ad hominem"]], r"the span 0 to 41 ends after the text \(40\)"),
        ([[0, "ad hominem"]], r"expected each label as \[start, end, label\]"),
        ([[0, 20, 3]], "unknown label 3"),
        ("ad hominem", "expected a list 'labels'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(answer: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        figures(tmp_path, [], answer)


def test_texts_must_be_those_of_gold(tmp_path: Path) -> None:
    gold = write_lines(tmp_path / "gold", [{"text": "y", "labels": []}])
    submission = write_lines(tmp_path / "submission", [{"text": TEXT, "labels": []}])

    with pytest.raises(InputError, match=r"submission:1: the gold file has no text 'xxxxx"):
        score_files(submission, gold, "mafalda")
    with pytest.raises(InputError, match="no rows; expected a JSON object with 'text'"):
        scores(tmp_path, "mafalda", "\n", "\n")
