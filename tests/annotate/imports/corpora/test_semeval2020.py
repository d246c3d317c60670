"""SemEval-2020 Task 11, in made files of its form."""

from pathlib import Path

import pytest

from tests.annotate.imports.corpora.corpus_runs import (
    dataset,
    imported,
    labels,
    loaded,
    refused,
    set_aside,
    spans,
    write_file,
)

# Line 1 has 13 characters, so line 3 begins at 15; it has 38, so line 5 begins at 55.
ARTICLE = "Mill to close\n\nThey are “thieves” — all crooked liars.\n\nNothing is marked here.\n"
MARKED, CLEAN = "They are “thieves” — all crooked liars.", "Nothing is marked here."
TC = "1\tName_Calling,Labeling\t24\t33\n1\tLoaded_Language\t40\t53\n"
SI = "1\t24\t33\n1\t40\t53\n"


def write(name: str, text: str) -> None:
    write_file(Path("datasets", name), text.encode())


def write_train() -> None:
    write("train-articles/article1.txt", ARTICLE)
    write("train-task-flc-tc.labels", TC)


def test_texts_labels_spans_and_splits_come_back_in_a_fresh_process() -> None:
    write_train()
    write("train-task-si.labels", SI)
    write("dev-articles/article2.txt", "Another title\n\nStop it now!\n")
    write("dev-task-flc-tc.labels", "2\tSlogans\t15\t27\n")
    write("test-articles/article3.txt", "A third title\n\nNobody knows.\n")
    write("test-task-tc-template.out", "3\t?\t15\t21\n")

    report = imported("semeval2020", "datasets")

    rows = {
        split: [(r["article_id"], r["text"], r["labels"], r["spans"], r["title"]) for r in those]
        for split, those in loaded().items()
    }
    marks = [["“thieves”", "Name_Calling,Labeling"], ["crooked liars", "Loaded_Language"]]
    assert rows == {
        "train": [
            ("1", MARKED, ["Name_Calling,Labeling", "Loaded_Language"], marks, "Mill to close"),
            ("1", CLEAN, [], [], "Mill to close"),
        ],
        "validation": [
            ("2", "Stop it now!", ["Slogans"], [["Stop it now!", "Slogans"]], "Another title")
        ],
    }
    assert report["notes"] == ["test: 1 span without a technique (SI, or a template) left out"]


@pytest.mark.parametrize("folder", ["labels-task-flc-tc", "labels-task2-technique-classification"])
def test_a_file_of_labels_for_each_article_is_read(folder: str) -> None:
    write("train-articles/article1.txt", ARTICLE)
    write("train-articles/article2.txt", "A title\n\nClean from end to end.\n")
    write("train-articles/article3.txt", "A title\n\nNobody looked at this one.\n")
    write(f"train-{folder}/article1.task-flc-tc.labels", TC)
    write(f"train-{folder}/article2.task-flc-tc.labels", "")
    write("train-labels-task1-span-identification/article1.task1-SI.labels", SI)

    imported("semeval2020", "datasets")

    assert labels() == {
        MARKED: ("Name_Calling,Labeling", "Loaded_Language"),
        CLEAN: (),
        "Clean from end to end.": (),
    }


def test_line_ends_do_not_move_the_spans() -> None:
    write_train()
    write("train-articles/article1.txt", "\ufeff" + ARTICLE.replace("\n", "\r\n"))

    imported("semeval2020", "datasets")

    assert spans()[MARKED] == [
        ("“thieves”", "Name_Calling,Labeling"),
        ("crooked liars", "Loaded_Language"),
    ]


def test_a_title_with_marked_words_is_a_paragraph() -> None:
    write_train()
    write("train-task-flc-tc.labels", "1\tSlogans\t0\t13\n")

    imported("semeval2020", "datasets")

    assert labels()["Mill to close"] == ("Slogans",)
    assert {str(row.paragraph.kind) for row in dataset().gold()} == {"heading", "body"}


def test_spans_without_techniques_alone_are_refused_and_tc_is_named() -> None:
    write("train-articles/article1.txt", ARTICLE)
    write("train-task-si.labels", SI)

    error = refused("semeval2020", "datasets")

    assert "2 spans without a technique (SI, or a template)" in error
    assert "train-task-flc-tc.labels" in error


def test_a_template_alone_is_refused() -> None:
    write("test-articles/article1.txt", ARTICLE)
    write("test-task-tc-template.out", TC.replace("Loaded_Language", "?").split("\n", 1)[1])

    assert "1 span without a technique" in refused("semeval2020", "datasets")


def test_missing_articles_are_named() -> None:
    write("train-task-flc-tc.labels", TC)

    assert "expected train-articles/articleID.txt" in refused("semeval2020", "datasets")


def test_missing_labels_are_named() -> None:
    write("train-articles/article1.txt", ARTICLE)

    error = refused("semeval2020", "datasets")

    assert "1 article without labels" in error
    assert "train-task-flc-tc.labels" in error


def test_lines_of_another_form_are_refused_with_their_place() -> None:
    write_train()
    write("train-task-flc-tc.labels", "1,Doubt,2,3\n")

    error = refused("semeval2020", "datasets")

    assert "datasets/train-task-flc-tc.labels:1: expected article, technique" in error


def test_damaged_rows_are_set_aside() -> None:
    write_train()
    more = "1\tDoubt\t900\t950\n9\tDoubt\t1\t2\n1\tDoubt\t7\t7\n1\t?\t40\t42\n"
    write("train-task-flc-tc.labels", TC + more)

    report = imported("semeval2020", "datasets")

    place = "train-task-flc-tc.labels"
    reasons = dict(set_aside())
    assert reasons[f"{place}:3"].startswith("bad span: 900 to 950")
    assert reasons[f"{place}:4"] == "no file article9.txt"
    assert reasons[f"{place}:5"].startswith("not article, technique, start and end")
    assert reasons[f"{place}:6"] == "a span without a technique"
    assert report["rows"] == report["taken"] + report["set_aside"]


def test_labels_of_something_else_are_refused() -> None:
    write_train()
    write("train-task-flc-tc.labels", TC.replace("Loaded_Language", "Lenguaje"))
    write("dev-articles/article2.txt", "A title\n\nStop it now!\n")
    write("dev-task-flc-tc.labels", "2\tEslogan\t9\t16\n")

    assert "'Lenguaje'" in refused("semeval2020", "datasets")
