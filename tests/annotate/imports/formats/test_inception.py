"""INCEpTION's TSV 3.x."""

from pathlib import Path

from annotate.core.dataset_folder import open_dataset
from tests.annotate.imports.importing import answers, refused, take, taken

HEAD = "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Technique|note|value\n\n\n"
FIRST = """#Text=🙂 You thief.
1-1\t0-2\t🙂\t_\t_\t
1-2\t3-6\tYou\t*[1]\tInsult[1]\t
1-3\t7-12\tthief\t*[1]|*[2]\tInsult[1]|Doubt[2]\t
1-4\t12-13\t.\t_\t_\t
"""
SECOND = """
#Text=It rained.
2-1\t14-16\tIt\t_\t_\t
2-2\t17-23\trained\t_\t_\t
2-3\t23-24\t.\t_\t_\t

#Text=Boo\\\\hoo!
3-1\t25-33\tBoo\\hoo!\t_\t_\t
3-1.1\t25-28\tBoo\t*\tFear\t
"""


def marked() -> set[tuple[str, str]]:
    return {
        (row.paragraph.text[s.start : s.end], s.label)
        for row in open_dataset(Path("data/datasets/theirs")).gold()
        for s, _ in row.gold.spans
    }


def test_spans_of_one_token_or_more_are_read_where_an_emoji_counts_twice() -> None:
    Path("theirs.tsv").write_text(HEAD + FIRST + SECOND)

    done = take(file="theirs.tsv")

    assert done.stderr.splitlines()[0] == "reading 1 file as inception"
    assert answers() == {
        ("🙂 You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("It rained.", "a1"): ("none", ()),
        ("Boo\\hoo!", "a1"): ("labelled", ("Fear",)),
    }
    assert marked() == {("You thief", "Insult"), ("thief", "Doubt"), ("Boo", "Fear")}


def test_an_export_has_a_folder_for_each_document_with_files_of_annotators_and_of_nobody() -> None:
    texts = {"ana": FIRST, "ben": FIRST.replace("Insult", "Fear"), "INITIAL_CAS": FIRST}
    for who, text in texts.items():
        file = Path("annotation", "news.txt", f"{who}.tsv")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD + text)

    taken(file="annotation")

    assert answers() == {
        ("🙂 You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("🙂 You thief.", "a2"): ("labelled", ("Doubt", "Fear")),
    }
    (row,) = open_dataset(Path("data/datasets/theirs")).gold()
    assert row.paragraph.article_id == "news"


def test_the_original_documents_say_where_paragraphs_end() -> None:
    Path("texts").mkdir()
    Path("texts/news.txt").write_text("🙂 You thief. It rained.\nBoo\\hoo!\n")
    Path("news.tsv").write_text(HEAD + FIRST + SECOND)

    Path("texts/other.txt").write_text("Something else. It is not the document.\n")
    Path("other.tsv").write_text(HEAD + FIRST + SECOND)

    error = refused("--texts", "texts", file="other.tsv")
    assert "other.tsv:5: the document in --texts has other words" in error

    taken("--texts", "texts", file="news.tsv")

    assert answers() == {
        ("🙂 You thief. It rained.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Boo\\hoo!", "a1"): ("labelled", ("Fear",)),
    }
    assert marked() == {("You thief", "Insult"), ("thief", "Doubt"), ("Boo", "Fear")}
