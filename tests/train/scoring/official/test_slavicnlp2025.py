from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from tests.train.scoring.official.samples import scores, write
from train.scoring.official.slavicnlp2025 import LABELS, TASK

GOLD = "a.txt\t0\t10\tDoubt\tSlogans\na.txt\t10\t20\nb.txt\t0\t5\tAppeal_to_Pity\n"

Sets = list[frozenset[str]]
one = st.frozensets(st.sampled_from(LABELS[:6]), max_size=3)


def test_labels_that_gold_does_not_have_are_ignored_even_where_predicted(tmp_path: Path) -> None:
    answer = "b.txt\t0\t5\tAppeal_to_Pity\tRepetition\na.txt\t10\t20\tDoubt\na.txt\t0\t10\tDoubt\n"

    figures = scores(tmp_path, "slavicnlp2025", GOLD, answer)

    assert figures["micro precision"] == pytest.approx(2 / 3)
    assert figures["micro recall"] == pytest.approx(2 / 3)
    assert figures["micro-F1"] == pytest.approx(2 / 3)
    assert figures["macro-F1"] == pytest.approx((2 / 3 + 0 + 1) / 3)  # Doubt, Slogans, Pity


def has_several_labels(pairs: list[tuple[frozenset[str], ...]]) -> bool:
    """With one label in gold, scikit-learn takes the matrix for a binary task."""
    return len(frozenset[str]().union(*(gold for gold, _ in pairs))) > 1


@given(st.lists(st.tuples(one, one), min_size=1, max_size=8).filter(has_several_labels))
@settings(max_examples=100)
def test_the_averages_are_those_of_scikit_learn(pairs: list[tuple[frozenset[str], ...]]) -> None:
    from sklearn.metrics import f1_score, precision_score, recall_score
    from sklearn.preprocessing import MultiLabelBinarizer

    gold, predicted = ([pair[side] for pair in pairs] for side in (0, 1))
    labels = sorted(frozenset[str]().union(*gold))
    binary = MultiLabelBinarizer().fit([labels])
    truth = binary.transform(gold)
    answer = binary.transform([each & set(labels) for each in predicted])

    figures = TASK.score(gold, predicted)

    for name, theirs in (
        ("micro-F1", f1_score(truth, answer, average="micro", zero_division=0)),
        ("macro-F1", f1_score(truth, answer, average="macro", zero_division=0)),
        ("micro precision", precision_score(truth, answer, average="micro", zero_division=0)),
        ("micro recall", recall_score(truth, answer, average="micro", zero_division=0)),
    ):
        assert figures[name] == pytest.approx(theirs), name


def test_offsets_must_be_those_of_gold(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"submission:1: the gold file has no paragraph 'a.txt 0 9'"
    ):
        scores(tmp_path, "slavicnlp2025", GOLD, GOLD.replace("0\t10", "0\t9"))
    with pytest.raises(InputError, match="expected start and end as numbers, not 'x' and '10'"):
        scores(tmp_path, "slavicnlp2025", GOLD, GOLD.replace("0\t10", "x\t10"))


def test_the_texts_are_cut_from_the_documents(tmp_path: Path) -> None:
    listed = write(tmp_path / "test.txt", "a.txt\t0\t3\na.txt\t4\t8\n")
    folder = tmp_path / "documents"
    folder.mkdir()
    with pytest.raises(InputError, match=r"test.txt:1: no a.txt in .*documents"):
        TASK.texts([listed, folder])

    write(folder / "a.txt", "One two.")

    assert TASK.texts([listed, folder]) == {"a.txt\t0\t3": "One", "a.txt\t4\t8": "two."}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    text = TASK.write({"a.txt\t0\t3": ["Doubt", "Slogans"], "a.txt\t4\t8": []})

    assert text == "a.txt\t0\t3\tDoubt\tSlogans\na.txt\t4\t8\n"
    answers = TASK.read(write(tmp_path / "submission", text))
    assert [answer.value for answer in answers.values()] == [{"Doubt", "Slogans"}, frozenset()]
