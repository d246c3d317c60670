"""brat's standoff files."""

from pathlib import Path

from annotate.core.dataset_folder import open_dataset
from tests.annotate.imports.importing import answers, refused, set_aside, take, taken

TEXT = "You thief took it all.\n\nIt rained.\n\nWho knows\nwhat comes next?\n"


def write(folder: str, marks: str, text: str = TEXT) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, "news.txt").write_text(text)
    Path(folder, "news.ann").write_text(marks)


def test_marked_words_label_their_paragraph_and_the_others_have_no_technique() -> None:
    write(
        "corpus",
        "T1\tInsult 4 9\tthief\n#1\tAnnotatorNotes T1\tA plain one.\n"
        "T2\tDoubt 36 45;46 52\tWho knows what c\nA1\tStrong T1\n",
    )

    done = take(file="corpus")

    assert done.stderr.splitlines()[0] == ("reading 1 file as brat; 1 other file left out")
    assert answers() == {
        ("You thief took it all.", "a1"): ("labelled", ("Insult",)),
        ("It rained.", "a1"): ("none", ()),
        ("Who knows what comes next?", "a1"): ("labelled", ("Doubt",)),
    }
    rows = list(open_dataset(Path("data/datasets/theirs")).gold())
    assert {row.paragraph.article_id for row in rows} == {"news"}
    words = {
        row.paragraph.text[span.start : span.end] for row in rows for span, _ in row.gold.spans
    }
    assert words == {"thief", "Who knows", "what c"}


def test_a_mark_over_two_paragraphs_belongs_to_both() -> None:
    start, end = TEXT.index("all"), TEXT.index("rained")
    write("corpus", f"T1\tFear {start} {end}\tall. It\n")

    taken(file="corpus")

    assert [state for state, _ in answers().values()].count("labelled") == 2


def test_a_mark_that_quotes_other_words_is_set_aside() -> None:
    write("corpus", "T1\tInsult 4 9\tthief\nT2\tDoubt 0 3\train\n")

    taken(file="corpus")

    assert set_aside() == [("news.ann:2", "bad span: 0 3 are not the words that it quotes")]


def test_the_same_document_in_two_folders_was_labelled_by_two_people() -> None:
    write("corpus/ana", "T1\tInsult 4 9\tthief\n")
    write("corpus/ben", "")

    taken(file="corpus")

    assert answers()["You thief took it all.", "a1"] == ("labelled", ("Insult",))
    assert answers()["You thief took it all.", "a2"] == ("none", ())


def test_without_the_text_the_message_says_what_is_needed() -> None:
    Path("news.ann").write_text("T1\tInsult 4 9\tthief\n")

    assert "brat keeps the text in news.txt; put it beside the file, or" in refused(file="news.ann")

    Path("texts").mkdir()
    Path("texts/news.txt").write_text(TEXT)
    taken("--texts", "texts", file="news.ann")
    assert answers()["You thief took it all.", "a1"] == ("labelled", ("Insult",))
