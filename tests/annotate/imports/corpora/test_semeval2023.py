"""SemEval-2023 Task 3, subtask 3, in made files of its form."""

from pathlib import Path
from typing import Any

import pytest

from annotate.imports.corpora.semeval2023 import read_semeval2023
from tests.annotate.imports.corpora.corpus_runs import (
    dataset,
    imported,
    labels,
    loaded,
    refused,
    run,
    set_aside,
    spans,
    write_file,
)

TITLE = "The Bridge Nobody Wanted"
TYRANT = "The mayor, a petty “tyrant”, will not pay."
CAFE = "Café owners say: pay up or perish! 🌉 No other way exists."
THEY = "They all say it."
ARTICLE = f"{TITLE}\n\n{TYRANT}\n\n{CAFE}\n{THEY}\n"  # paragraphs on lines 1, 3, 5 and 6
LABELS = (
    "10001\t1\t\n"
    "10001\t3\tName_Calling-Labeling,Doubt\n"
    "10001\t5\tFalse_Dilemma-No_Choice\n"
    "10001\t6\n"
)
# counted by hand: line 3 begins at 24 + 2 = 26, line 5 at 26 + 42 + 2 = 70
SPANS = "10001\tName_Calling-Labeling\t39\t53\n10001\tFalse_Dilemma-No_Choice\t87\t104\n"
TEMPLATE = f"10001\t1\t{TITLE}\n10001\t3\t{TYRANT}\n10001\t5\t{CAFE}\n10001\t6\t{THEY}\n"


def write(name: str, text: str) -> None:
    write_file(Path("data", name), text.encode())


def write_train(folder: str = "en") -> None:
    write(f"{folder}/train-articles-subtask-3/article10001.txt", ARTICLE)
    write(f"{folder}/train-labels-subtask-3.txt", LABELS)
    write(f"{folder}/train-labels-subtask-3-spans.txt", SPANS)


def write_small(folder: str, split: str, id_: str, *cells: str) -> None:
    """Write an article of a paragraph for each cell of labels."""
    lines = [f"{folder} {split} paragraph {n}." for n, _ in enumerate(cells, 1)]
    write(f"{folder}/{split}-articles-subtask-3/article{id_}.txt", "\n\n".join(lines))
    rows = (f"{id_}\t{2 * n + 1}\t{cell}\n" for n, cell in enumerate(cells))
    write(f"{folder}/{split}-labels-subtask-3.txt", "".join(rows))


def test_texts_labels_spans_and_splits_come_back_in_a_fresh_process() -> None:
    write_train()
    write_small("en", "dev", "10002", "Slogans", "")
    write_small("ru", "train", "20001", "Repetition")
    write("ru/test-labels-subtask-3.template", "20009\t1\tNobody knows.\n20009\t3\tNot here.\n")
    write("ru/test-articles-subtask-3/article20009.txt", "Nobody knows.\n\nNot here.\n")

    report = imported("semeval2023", "data")

    assert report["notes"] == ["ru test: 2 paragraphs of the template without labels left out"]
    assert [report[k] for k in ("rows", "taken", "set_aside")] == [7, 7, 0]
    rows: dict[str, Any] = {
        split: sorted(
            (r["article_id"], r["position"], r["text"], r["labels"], r["spans"], r["source"])
            for r in those
        )
        for split, those in loaded().items()
    }
    tyrant = [["petty “tyrant”", "Name_Calling-Labeling"]]
    cafe = [["pay up or perish!", "False_Dilemma-No_Choice"]]
    en, ru = "semeval2023-en", "semeval2023-ru"
    assert rows == {
        "train": [
            ("10001", 0, TITLE, [], [], en),
            ("10001", 2, TYRANT, ["Name_Calling-Labeling", "Doubt"], tyrant, en),
            ("10001", 4, CAFE, ["False_Dilemma-No_Choice"], cafe, en),
            ("10001", 5, THEY, [], [], en),
            ("20001", 0, "ru train paragraph 1.", ["Repetition"], [], ru),
        ],
        "validation": [
            ("10002", 0, "en dev paragraph 1.", ["Slogans"], [], en),
            ("10002", 2, "en dev paragraph 2.", [], [], en),
        ],
    }


def test_the_first_line_is_the_title_and_paragraphs_have_their_neighbours() -> None:
    write_train()

    imported("semeval2023", "data/en")

    around = {r.paragraph.text: r.paragraph for r in dataset().gold()}
    assert {p.title for p in around.values()} == {TITLE}
    assert (around[TYRANT].previous, around[TYRANT].next) == ("", CAFE)
    assert (around[CAFE].previous, around[CAFE].next) == (TYRANT, THEY)
    assert around[CAFE].source == "semeval2023-en"  # the folder's own name


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_and_byte_order_marks_move_neither_labels_nor_spans(
    mark: str, line_end: str
) -> None:
    write_train()
    for path in Path("data/en").rglob("*.txt"):
        path.write_bytes((mark + path.read_text().replace("\n", line_end)).encode())

    imported("semeval2023", "data")

    assert spans()[TYRANT] == [("petty “tyrant”", "Name_Calling-Labeling")]
    assert spans()[CAFE] == [("pay up or perish!", "False_Dilemma-No_Choice")]
    assert labels()[THEY] == ()


def test_characters_that_only_python_takes_for_line_breaks_count_as_blanks() -> None:
    write("en/train-articles-subtask-3/article1.txt", "One\u2028half.\n\nTwo\x85 and\x0c more.\n")
    write("en/train-labels-subtask-3.txt", "1\t1\tDoubt\n1\t3\tSlogans\n")

    imported("semeval2023", "data")

    assert labels() == {"One half.": ("Doubt",), "Two and more.": ("Slogans",)}


def test_numbers_of_paragraphs_alone_are_taken_where_numbers_of_lines_do_not_fit() -> None:
    write("en/train-articles-subtask-3/article1.txt", "One.\n\nTwo.\n\nThree.\n")
    write("en/train-labels-subtask-3.txt", "1\t1\tDoubt\n1\t2\tSlogans\n1\t3\tRepetition\n")

    imported("semeval2023", "data")

    assert labels() == {"One.": ("Doubt",), "Two.": ("Slogans",), "Three.": ("Repetition",)}


def test_the_template_decides_between_numbers_that_fit_both_ways() -> None:
    write("en/train-articles-subtask-3/article1.txt", "One.\n\nTwo.\n\nThree.\n")
    write("en/train-labels-subtask-3.txt", "1\t3\tSlogans\n")
    imported("semeval2023", "data")
    assert labels() == {"Two.": ("Slogans",)}

    write("en/train-labels-subtask-3.template", "1\t1\tOne.\n1\t2\tTwo.\n1\t3\tThree.\n")
    report = imported("semeval2023", "data")
    assert labels() == {"Three.": ("Slogans",)}
    assert report["notes"] == ["en train: 2 paragraphs of the template without labels left out"]


def test_a_paragraph_that_is_another_in_the_template_is_set_aside() -> None:
    write_train()
    write("en/train-labels-subtask-3.template", TEMPLATE.replace("They all", "Nobody does"))

    report = imported("semeval2023", "data")

    assert report["taken"] == 3
    assert set_aside() == [
        (
            "en/train-labels-subtask-3.txt:4",
            "paragraph 6 of article 10001 is another in the template",
        )
    ]


def test_white_space_and_marks_of_the_template_do_not_count() -> None:
    write_train()
    changed = TEMPLATE.replace("“tyrant”", '"tyrant"').replace("say: pay", "say:\tpay")
    write("en/train-labels-subtask-3-template.txt", changed)

    assert imported("semeval2023", "data")["set_aside"] == 0


def test_labels_win_over_spans_which_are_counted() -> None:
    write_train()
    write(
        "en/train-labels-subtask-3-spans.txt",
        SPANS + "10001\tSlogans\t39\t53\n10001\tDoubt\t107\t109\n",
    )

    report = imported("semeval2023", "data")

    assert labels()[TYRANT] == ("Name_Calling-Labeling", "Doubt")
    assert spans()[TYRANT] == [("petty “tyrant”", "Name_Calling-Labeling")]
    assert labels()[CAFE] == ("False_Dilemma-No_Choice",)
    assert report["notes"] == [
        "en train: 2 spans left out, whose label the paragraph does not have"
    ]


def test_a_span_across_two_paragraphs_belongs_to_those_that_have_its_label() -> None:
    write("en/train-articles-subtask-3/article1.txt", "One two.\n\nThree four.\n\nFive.\n")
    write("en/train-labels-subtask-3.txt", "1\t1\tDoubt\n1\t3\tDoubt\n1\t5\tDoubt\n")
    write("en/train-labels-subtask-3-spans.txt", "1\tDoubt\t4\t15\n")

    report = imported("semeval2023", "data")

    assert spans() == {
        "One two.": [("two.", "Doubt")],
        "Three four.": [("Three", "Doubt")],
        "Five.": [],
    }
    assert report["notes"] == []


def test_a_file_for_each_article_is_read_where_there_is_none_for_all() -> None:
    write("it/train-articles-subtask-3/article1.txt", "Uno due.\n")
    write("it/train-articles-subtask-3/article2.txt", "Tre.\n")
    write("it/train-articles-subtask-3/article2 (1).txt", "A copy that a download left.\n")
    write("it/train-labels-subtask-3/article1-labels-subtask-3.txt", "1\t1\tSlogans\n")
    write("it/train-labels-subtask-3/article2-labels-subtask-3.txt", "2\t1\t\n")
    write("it/train-labels-subtask-3-spans/article1-labels-subtask-3.txt", "1\tSlogans\t0\t3\n")
    write("it/train-labels-subtask-3-spans/article2-labels-subtask-3.txt", "")

    imported("semeval2023", "data")

    assert labels() == {"Uno due.": ("Slogans",), "Tre.": ()}
    assert spans()["Uno due."] == [("Uno", "Slogans")]


@pytest.mark.parametrize(
    ("articles", "labels"),
    [
        ("train-articles-subtask-3/article{}.txt", "train-labels-subtask-3.txt"),
        ("en/train-articles-subtask-3/article{}.txt", "gold/en/train-labels-subtask-3.txt"),
        ("en/train-articles-subtask-3/article{}.txt", "gold/train-labels-subtask-3.txt"),
        ("train-articles/article{}.txt", "train-labels.txt"),
        ("train_articles_subtask_3/{}.txt", "train_labels_subtask_3.txt"),
        ("train/articles/article{}.txt", "train/labels.txt"),
        ("en-train-articles-subtask-3/article{}.txt", "en-train-labels-subtask-3.txt"),
        ("train-articles-subtask-3/copy/article{}.txt", "train-labels-subtask-3.txt"),
        ("article{}.txt", "train-labels-subtask-3.txt"),
    ],
)
def test_copies_with_other_folders_and_names_are_read(articles: str, labels: str) -> None:
    write(articles.format("10001"), ARTICLE)
    write(labels, LABELS)

    content = read_semeval2023(Path("data"))

    assert [(r.values["text"].strip(), r.values["split"], r.labels) for r in content.rows] == [
        (TITLE, "train", ()),
        (TYRANT, "train", ("Name_Calling-Labeling", "Doubt")),
        (CAFE, "train", ("False_Dilemma-No_Choice",)),
        (THEY, "train", ()),
    ]
    assert {path.name for path in content.files} == {
        Path(articles.format("10001")).name,
        Path(labels).name,
    }


def test_labels_without_articles_are_left_out_where_the_articles_have_theirs() -> None:
    write_train()
    write("scorers/train-labels-subtask-3.txt", "10001\t1\tSlogans\n")

    content = read_semeval2023(Path("data"))

    assert content.rows[0].labels == ()
    assert content.notes == (
        "scorers/train-labels-subtask-3.txt: left out, because its folder has no articles",
    )


def test_one_file_is_refused_because_texts_and_labels_are_in_several() -> None:
    write_train()

    error = refused("semeval2023", "data/en/train-labels-subtask-3.txt")

    assert "name the folder that it is in" in error


def test_files_of_the_other_subtasks_are_not_read() -> None:
    write_train()
    write("en/train-labels-subtask-1.txt", "10001\topinion\n")
    write("en/train-articles-subtask-2/article10003.txt", "Not this one.\n")

    assert imported("semeval2023", "data")["rows"] == 4


def test_damaged_rows_are_set_aside_with_the_reason() -> None:
    write_train()
    write(
        "en/train-labels-subtask-3.txt",
        LABELS + "10001\t2\tDoubt\n99\t1\tDoubt\nno tabs here\n10001\t6\tDou\u0003bt\x90\n",
    )
    write("en/train-labels-subtask-3-spans.txt", SPANS + "10001\tDoubt\t5\t5\n99\tDoubt\t1\t2\n")

    report = imported("semeval2023", "data")

    place, marks = "en/train-labels-subtask-3.txt", "en/train-labels-subtask-3-spans.txt"
    reasons = dict(set_aside())
    assert reasons[f"{place}:5"] == "article 10001 has no paragraph 2"
    assert reasons[f"{place}:6"] == "no file article99.txt"
    assert reasons[f"{place}:7"] == "not article, paragraph and label,label"
    assert reasons[f"{marks}:3"] == "not article, label, start and end"
    assert reasons[f"{marks}:4"] == "bad span: 1 to 2 has no words of article 99"
    assert [report[k] for k in ("rows", "taken", "set_aside", "united")] == [10, 4, 5, 1]


def test_a_paragraph_that_stands_twice_in_an_article_has_the_labels_of_both() -> None:
    write(
        "en/train-articles-subtask-3/article1.txt", "Title.\n\nAgain and again.\nAgain and again."
    )
    write("en/train-labels-subtask-3.txt", "1\t1\t\n1\t3\tRepetition\n1\t4\tSlogans,Doubt\n")
    write("en/train-labels-subtask-3-spans.txt", "1\tRepetition\t8\t13\n1\tDoubt\t25\t30\n")

    report = imported("semeval2023", "data")

    assert labels()["Again and again."] == ("Doubt", "Slogans", "Repetition")
    assert spans()["Again and again."] == [("Again", "Doubt"), ("Again", "Repetition")]
    assert report["notes"] == [
        "1 paragraph repeats an earlier one of the same article; the labels of both count"
    ]
    assert [report[k] for k in ("rows", "taken", "united", "repeats")] == [3, 2, 1, 0]


def test_one_article_alone_is_a_dataset() -> None:
    write_train()

    done = run("semeval2023", "data")

    assert done.exit_code == 0
    assert {row.split for row in dataset().gold()} == {"train"}


def test_a_folder_of_something_else_says_what_was_expected() -> None:
    write("readme.txt", "Nothing here.")

    assert "expected train-labels-subtask-3.txt and" in refused("semeval2023", "data")


def test_a_file_of_another_form_says_what_was_expected_and_where() -> None:
    write_train()
    write("en/train-labels-subtask-3.txt", '\n{"id": 10001, "labels": []}\n')

    error = refused("semeval2023", "data")

    assert "data/en/train-labels-subtask-3.txt:2: expected article, paragraph and label" in error


def test_labels_of_something_else_are_refused_with_their_place() -> None:
    write_train()
    write(
        "en/train-labels-subtask-3.txt", "10001\t1\tAttacco\n10001\t3\tDubbio\n10001\t5\tAttacco\n"
    )

    error = refused("semeval2023", "data")

    assert "en/train-labels-subtask-3.txt:1" in error
    assert "'Attacco'" in error


def test_missing_articles_are_named() -> None:
    write("en/train-labels-subtask-3.txt", LABELS)

    error = refused("semeval2023", "data")

    assert "en/train-articles-subtask-3/articleID.txt" in error


def test_a_template_alone_has_no_labels() -> None:
    write("en/test-labels-subtask-3.template", TEMPLATE)
    write("en/test-articles-subtask-3/article10001.txt", ARTICLE)

    error = refused("semeval2023", "data")

    assert "4 paragraphs of the template without labels" in error


def test_an_empty_file_of_labels_has_none() -> None:
    write_train()
    write("en/train-labels-subtask-3.txt", "")
    Path("data/en/train-labels-subtask-3-spans.txt").unlink()

    assert "error: data: no labels; expected" in refused("semeval2023", "data")


def test_spans_without_the_labels_of_paragraphs_are_refused() -> None:
    write_train()
    Path("data/en/train-labels-subtask-3.txt").unlink()

    assert "en/train-labels-subtask-3.txt" in refused("semeval2023", "data")
