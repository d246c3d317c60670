"""SlavicNLP-2025, in made files of its form."""

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

FIRST = "Szanowni państwo, to jest skandal!"  # 34 characters
SECOND = "Żaden rząd tak nie kłamał."  # 26, from 36
THIRD = "Dziękuję za uwagę."  # 18, from 64
TEXT = f"{FIRST}\n\n{SECOND}\n\n{THIRD}\n"
SUBTASK_1 = "a.txt\t0\t34\ttrue\na.txt\t36\t62\ttrue\na.txt\t64\t82\tfalse\n"
SUBTASK_2 = (
    "a.txt\t0\t34\tLoaded_Language\na.txt\t36\t62\tExaggeration-Minimisation\tAppeal_to_Pity\n"
)


def write(name: str, text: str) -> None:
    write_file(Path("slavic", name), text.encode())


def write_polish(folder: str = "TRAIN_2025/PL") -> None:
    write(f"{folder}/raw-documents/a.txt", TEXT)
    write(f"{folder}/subtask-1-annotations.txt", SUBTASK_1)
    write(f"{folder}/subtask-2-annotations.txt", SUBTASK_2)


def test_texts_labels_spans_and_splits_come_back_in_a_fresh_process() -> None:
    write_polish()
    write(
        "TRAIN_2025/PL/text-span-level-annotations.txt",
        "a.txt\t26\t34\tLoaded_Language\tskandal!\n",
    )
    write("TEST_2025/BG/raw-documents/b.txt", "Никой не знае.")

    report = imported("slavicnlp2025", "slavic")

    (split,) = loaded().items()
    assert split[0] == "train"
    assert [
        (r["article_id"], r["position"], r["text"], r["labels"], r["spans"], r["source"])
        for r in split[1]
    ] == [
        ("a", 0, FIRST, ["Loaded_Language"], [["skandal!", "Loaded_Language"]], "slavicnlp2025-pl"),
        (
            "a",
            1,
            SECOND,
            ["Appeal_to_Pity", "Exaggeration-Minimisation"],
            [],
            "slavicnlp2025-pl",
        ),
        ("a", 2, THIRD, [], [], "slavicnlp2025-pl"),
    ]
    assert report["notes"] == ["BG: 1 document without techniques left out"]


def test_paragraphs_have_their_neighbours_within_the_document() -> None:
    write_polish()
    write("TRAIN_2025/PL/raw-documents/b.txt", "Inny dokument.")
    write("TRAIN_2025/PL/subtask-2-annotations.txt", SUBTASK_2 + "b.txt\t0\t14\n")

    imported("slavicnlp2025", "slavic")

    around = {r.paragraph.text: r.paragraph for r in dataset().gold()}
    assert (around[SECOND].previous, around[SECOND].next) == (FIRST, THIRD)
    assert (around[THIRD].previous, around[THIRD].next) == (SECOND, "")
    assert around["Inny dokument."].previous == ""


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_do_not_move_the_paragraphs(mark: str) -> None:
    write_polish("PL")
    for path in Path("slavic").rglob("*.txt"):
        path.write_bytes((mark + path.read_text().replace("\n", "\r\n")).encode())

    imported("slavicnlp2025", "slavic/PL")

    assert set(labels()) == {FIRST, SECOND, THIRD}


def test_without_subtask_1_the_paragraphs_of_subtask_2_are_all() -> None:
    write_polish()
    Path("slavic/TRAIN_2025/PL/subtask-1-annotations.txt").unlink()

    imported("slavicnlp2025", "slavic")

    assert set(labels()) == {FIRST, SECOND}


def test_marked_words_that_are_not_those_of_the_text_are_left_out() -> None:
    write_polish()
    write(
        "TRAIN_2025/PL/text-span-level-annotations.txt",
        "a.txt\t26\t34\tLoaded_Language\tafera!\na.txt\t36\t41\tDoubt\tŻaden\n"
        "a.txt\t36\t46\tAppeal_to_Pity\tŻaden  rząd\n",
    )

    report = imported("slavicnlp2025", "slavic")

    assert spans()[FIRST] == []
    assert spans()[SECOND] == [("Żaden rząd", "Appeal_to_Pity")]
    assert report["notes"] == ["PL: 1 span left out, whose label the paragraph does not have"]
    assert set_aside() == [
        (
            "TRAIN_2025/PL/text-span-level-annotations.txt:1",
            "bad span: the words of a.txt from 26 to 34 are not 'afera!'",
        )
    ]


def test_damaged_rows_are_set_aside() -> None:
    write_polish()
    folder = "TRAIN_2025/PL"
    write(f"{folder}/subtask-1-annotations.txt", SUBTASK_1 + "a.txt\t1\t5\ttrue\na.txt\t6\t8\t?\n")
    write(
        f"{folder}/subtask-2-annotations.txt",
        SUBTASK_2 + "a.txt\t900\t990\tDoubt\nc.txt\t0\t3\tDoubt\na.txt\t9\t7\tDoubt\n",
    )

    report = imported("slavicnlp2025", "slavic")

    reasons = dict(set_aside())
    place = f"{folder}/subtask-2-annotations.txt"
    assert reasons[f"{place}:3"] == "a.txt has no text from 900 to 990"
    assert reasons[f"{place}:4"] == "c.txt has no text from 0 to 3"
    assert reasons[f"{place}:5"] == "not file, start, end and techniques"
    assert "does not say which" in reasons[f"{folder}/subtask-1-annotations.txt:4"]
    assert reasons[f"{folder}/subtask-1-annotations.txt:5"] == "neither true nor false: '?'"
    assert (report["taken"], report["set_aside"]) == (3, 5)


def test_sentences_are_read_where_there_are_no_paragraphs() -> None:
    write("PL/raw-documents/a.txt", TEXT)
    write("PL/sentence-level-annotations.txt", "a.txt\t0\t34\tDoubt\n")
    write("PL/sentence-level-annotations-full.txt", "a.txt\t0\t34\tDoubt\na.txt\t64\t82\n")
    write("PL/sentences.txt", f"a.txt\t0\t34\t{FIRST}\n")

    imported("slavicnlp2025", "slavic")

    assert labels() == {FIRST: ("Doubt",), THIRD: ()}


def test_subtask_1_alone_is_refused() -> None:
    write_polish()
    Path("slavic/TRAIN_2025/PL/subtask-2-annotations.txt").unlink()

    assert "PL/subtask-2-annotations.txt" in refused("slavicnlp2025", "slavic").replace(
        "LANGUAGE", "PL"
    )


def test_missing_documents_are_named() -> None:
    write_polish()
    Path("slavic/TRAIN_2025/PL/raw-documents/a.txt").unlink()

    assert "PL/raw-documents" in refused("slavicnlp2025", "slavic")


def test_another_form_is_refused_with_its_place() -> None:
    write_polish()
    write("TRAIN_2025/PL/subtask-2-annotations.txt", "a.txt,0,34,Doubt\n")

    error = refused("slavicnlp2025", "slavic")

    assert "PL/subtask-2-annotations.txt:1: expected file, start, end and techniques" in error
