from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from tests.train.scoring.official.samples import all_scores, scores, write
from train.scoring.official.semeval2023 import LABELS, TASK

GOLD = "11\t1\tLoaded_Language\n11\t3\t\n12\t1\tDoubt,Name_Calling-Labeling\n12\t2\tRepetition\n"
ANSWER = "11\t1\tLoaded_Language,Slogans\n11\t3\t\n12\t1\tDoubt\n12\t2\t\n"

Sets = list[frozenset[str]]
label_sets = st.lists(st.frozensets(st.sampled_from(LABELS), max_size=4), min_size=1, max_size=8)


def test_the_worked_case_gives_the_published_figures(tmp_path: Path) -> None:
    figures = scores(tmp_path, "semeval2023", GOLD, ANSWER)

    assert figures["micro-F1"] == pytest.approx(4 / 7)
    assert figures["macro-F1"] == pytest.approx(20 / 23)  # 18 labels that stand nowhere count 1
    # of the four labels in gold, two are right
    assert figures["macro-F1, labels with examples"] == pytest.approx(0.5)


def test_the_official_macro_average_rewards_the_empty_answer(tmp_path: Path) -> None:
    figures = all_scores(tmp_path, "semeval2023", GOLD, ANSWER)["empty answer"]

    assert figures["micro-F1"] == 0
    assert figures["macro-F1"] == pytest.approx(19 / 23)
    assert figures["macro-F1, labels with examples"] == 0


def test_the_first_of_equally_frequent_labels_is_the_constant_answer(tmp_path: Path) -> None:
    figures = all_scores(tmp_path, "semeval2023", GOLD, ANSWER)["always Doubt"]

    assert figures["micro-F1"] == pytest.approx(2 * 1 / (4 + 4))


def test_gold_without_any_label_counts_the_empty_answer_as_right(tmp_path: Path) -> None:
    rows = "11\t1\t\n11\t2\n"  # the third cell may be missing

    figures = all_scores(tmp_path, "semeval2023", rows, rows)

    assert list(figures) == ["submission", "empty answer", "always the most frequent"]
    assert figures["submission"]["micro-F1"] == figures["submission"]["macro-F1"] == 1
    assert figures["submission"]["macro-F1, labels with examples"] is None


def test_neither_order_nor_repetition_matters(tmp_path: Path) -> None:
    lines = ANSWER.splitlines()
    other = [*reversed(lines), lines[0], "", "12\t1\tDoubt,Doubt"]

    assert scores(tmp_path, "semeval2023", GOLD, "\r\n".join(other) + "\n") == scores(
        tmp_path, "semeval2023", GOLD, ANSWER
    )


@given(label_sets, st.data())
@settings(max_examples=100)
def test_the_averages_are_those_of_scikit_learn(gold: Sets, data: st.DataObject) -> None:
    from sklearn.metrics import f1_score
    from sklearn.preprocessing import MultiLabelBinarizer

    size = len(gold)
    labels = st.frozensets(st.sampled_from(LABELS), max_size=4)
    predicted = data.draw(st.lists(labels, min_size=size, max_size=size))

    figures = TASK.score(gold, predicted)

    binary = MultiLabelBinarizer().fit([LABELS])
    truth, answer = binary.transform(gold), binary.transform(predicted)
    for average in ("micro", "macro"):
        theirs = f1_score(truth, answer, average=average, zero_division=1)
        assert figures[f"{average}-F1"] == pytest.approx(theirs)
    with_examples = [at for at in range(len(LABELS)) if truth[:, at].any()]
    ours = TASK.figures(gold, predicted)["macro-F1, labels with examples"]
    if with_examples:
        each = f1_score(truth, answer, labels=with_examples, average="macro", zero_division=0)
        assert ours == pytest.approx(each)
    else:
        assert ours is None


@pytest.mark.parametrize(
    ("submission", "message"),
    [
        (ANSWER.replace("12\t2\t\n", ""), r"submission: no answer for paragraph '12 2' .*gold:4"),
        ("11\t1\t\n", r"no answer for paragraph '11 3' .*, nor 2 others; every paragraph needs"),
        (ANSWER + "12\t9\t\n", r"submission:5: the gold file has no paragraph '12 9'; remove"),
        (ANSWER.replace("Slogans", "Slogan"), r"submission:1: unknown label 'Slogan'; did you"),
        (ANSWER.replace("Slogans", "xyz"), r"unknown label 'xyz'; the task has: Appeal_to_Auth"),
        (ANSWER.replace(",Slogans", ","), r"submission:1: unknown label ''"),
        (ANSWER + "11\t1\tDoubt\n", r"submission:5: '11 1' is in .*submission:1 too, and differs"),
        ("11 1 Doubt\n", r"submission:1: expected a row of the form article TAB paragraph TAB la"),
        ("\n", r"submission: no rows; expected rows of the form article TAB paragraph"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(submission: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        scores(tmp_path, "semeval2023", GOLD, submission)


def test_a_template_gives_a_text_for_each_row(tmp_path: Path) -> None:
    template = write(tmp_path / "dev.template", "11\t1\tA title\n11\t3\tOne.\tTwo.\n")

    assert TASK.texts([template]) == {"11\t1": "A title", "11\t3": "One.\tTwo."}


def test_rows_without_text_are_lines_of_the_articles(tmp_path: Path) -> None:
    template = write(tmp_path / "dev.template", "11\t1\n11\t3\t\n11\t9\n")
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder / "article11.txt", "A title\n\nThe text.\n")

    assert TASK.texts([template, folder]) == {"11\t1": "A title", "11\t3": "The text.", "11\t9": ""}
    with pytest.raises(InputError, match=r"dev.template:1: the row has no text; name the folder"):
        TASK.texts([template])


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    text = TASK.write({"11\t1": ["Doubt", "Slogans"], "11\t3": []})

    assert text == "11\t1\tDoubt,Slogans\n11\t3\t\n"
    answers = TASK.read(write(tmp_path / "submission", text))
    assert [answer.value for answer in answers.values()] == [{"Doubt", "Slogans"}, frozenset()]
