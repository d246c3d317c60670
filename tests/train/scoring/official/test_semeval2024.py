from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.train.scoring.official.samples import scores
from train.scoring.official.semeval2024 import PARENTS, TASK, with_ancestors

F1, PRECISION, RECALL = "hierarchical F1", "hierarchical precision", "hierarchical recall"


def figures(folder: Path, gold: list[str], answer: list[str]) -> list[float | None]:
    rows = ([{"id": "1", "labels": labels}] for labels in (gold, answer))
    result = scores(folder, "semeval2024", *rows)
    return [result[name] for name in (PRECISION, RECALL, F1)]


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        (["Smears"], ["Smears"], (1, 1, 1)),
        (["Smears"], ["Name calling/Labeling"], (2 / 3, 2 / 3, 2 / 3)),
        (["Smears"], ["Ad Hominem"], (1, 2 / 3, 0.8)),
        # Whataboutism is an attack on the person too: two parents, and the ancestors of both
        (["Whataboutism"], ["Presenting Irrelevant Data (Red Herring)"], (3 / 4, 1 / 2, 0.6)),
        (["Transfer"], ["Loaded Language"], (1 / 2, 1 / 3, 0.4)),
        (["Smears"], [], (0, 0, 0)),
        ([], [], (0, 0, 0)),
    ],
)
def test_worked_cases(
    gold: list[str], answer: list[str], expected: tuple[float, ...], tmp_path: Path
) -> None:
    assert figures(tmp_path, gold, answer) == pytest.approx(expected)


def test_a_label_has_the_ancestors_of_both_its_parents() -> None:
    assert with_ancestors(frozenset({"Whataboutism"})) == {
        *("Whataboutism", "Distraction", "Reasoning", "Logos", "Ad Hominem", "Ethos"),
    }
    assert {label for label, parents in PARENTS.items() if len(parents) == 2} == {
        *("Bandwagon", "Appeal to authority", "Flag-waving", "Appeal to fear/prejudice"),
        *("Whataboutism", "Transfer"),
    }


@given(
    st.lists(
        st.tuples(*[st.frozensets(st.sampled_from(sorted(PARENTS)), max_size=4)] * 2),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=100)
def test_the_figures_agree_with_ways_through_the_graph(
    pairs: list[tuple[frozenset[str], ...]],
) -> None:
    # steps[i, j]: label j is label i, or a parent of it; its powers hold longer ways
    steps = np.array([[up == label or up in PARENTS[label] for up in PARENTS] for label in PARENTS])
    ways = np.linalg.matrix_power(steps.astype(int), len(PARENTS)) > 0
    labels = np.array([[[label in side for label in PARENTS] for side in pair] for pair in pairs])
    filled = labels @ ways
    true, given_ = filled.sum(axis=(0, 2))
    both = (filled[:, 0] & filled[:, 1]).sum()

    result = TASK.score(*([pair[side] for pair in pairs] for side in (0, 1)))

    assert result[PRECISION] == pytest.approx(both / given_ if given_ else 0)
    assert result[RECALL] == pytest.approx(both / true if true else 0)
    assert result[F1] == pytest.approx(2 * both / (true + given_) if true + given_ else 0)
