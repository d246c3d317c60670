"""SemEval's files of labels, and the articles that they are of."""

from pathlib import Path

import pytest

from annotate.core.dataset_folder import open_dataset
from tests.annotate.imports.importing import answers, refused, set_aside, take, taken

FIRST = "You thief took it all from us."
SECOND = "It rained on every single day."
THIRD = "Who knows what comes next for us?"
ONE_LINE_EACH = f"Rain and Theft\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}\n"
SENTENCES = f"Rain and Theft\n\n{FIRST}\n{SECOND}\n\n{THIRD}\n"


@pytest.fixture(autouse=True)
def articles() -> None:
    Path("articles").mkdir()
    Path("articles/article42.txt").write_text(ONE_LINE_EACH)
    Path("articles/article142.txt").write_text("Other\n\nAnother article.\n")


def test_a_label_is_of_the_paragraph_at_its_line_and_no_label_is_no_technique() -> None:
    Path("labels.txt").write_text("42\t3\tInsult,Fear\n42\t5\t\n42\t7\tDoubt\n42\t9\tFear\n")

    done = take("--texts", "articles", file="labels.txt")

    assert done.stderr.splitlines()[0] == "reading 1 file as semeval"
    assert answers() == {
        (FIRST, "a1"): ("labelled", ("Insult", "Fear")),
        (SECOND, "a1"): ("none", ()),
        (THIRD, "a1"): ("labelled", ("Doubt",)),
    }
    assert set_aside() == [("labels.txt:4", "no paragraph begins at line 9 of article '42'")]
    rows = list(open_dataset(Path("data/datasets/theirs")).gold())
    assert {row.paragraph.article_id for row in rows} == {"article42"}
    assert {row.paragraph.title for row in rows} == {"Rain and Theft"}


def test_the_articles_are_needed_and_the_message_says_so() -> None:
    Path("labels.tsv").write_text("42\t3\tInsult\n")

    assert "name the folder of the article files with --texts" in refused(file="labels.tsv")


@pytest.mark.parametrize(
    ("labels", "texts"),
    [
        ("42\t3\tInsult\n42\t6\tDoubt\n", {f"{FIRST} {SECOND}", THIRD}),  # first lines
        ("42\t3\tInsult\n42\t4\t\n42\t6\tDoubt\n", {FIRST, SECOND, THIRD}),  # every line
        ("42\t3\tInsult\n42\t5\tDoubt\n", {f"{FIRST} {SECOND}", THIRD}),  # paragraphs and blanks
    ],
)
def test_the_way_of_counting_is_the_one_that_fits_all_labels(labels: str, texts: set[str]) -> None:
    Path("articles/article42.txt").write_text(SENTENCES)
    Path("labels.txt").write_text(labels)

    taken("--texts", "articles", file="labels.txt")

    assert {text for text, _ in answers()} == texts


def test_marked_words_label_their_paragraphs() -> None:
    start = ONE_LINE_EACH.index("thief")
    Path("spans.txt").write_text(f"42\tInsult\t{start}\t{start + 5}\n43\tDoubt\t0\t4\n")

    taken("--texts", "articles", file="spans.txt")

    assert answers() == {
        (FIRST, "a1"): ("labelled", ("Insult",)),
        (SECOND, "a1"): ("none", ()),
        (THIRD, "a1"): ("none", ()),
    }
    assert set_aside() == [("spans.txt:2", "--texts has no article '43'")]
    spans = [
        (row.paragraph.text[s.start : s.end], s.label)
        for row in open_dataset(Path("data/datasets/theirs")).gold()
        for s, _ in row.gold.spans
    ]
    assert spans == [("thief", "Insult")]


def test_an_empty_file_of_an_article_marks_nothing_in_it() -> None:
    Path("labels").mkdir()
    Path("labels/article42.task2-tc.labels").write_text("")
    Path("labels/article142.task2-tc.labels").write_text("142\tFear\t7\t14\n")

    taken("--texts", "articles", file="labels")

    assert answers()[FIRST, "a1"] == ("none", ())
    assert answers()["Another article.", "a1"] == ("labelled", ("Fear",))
