"""Columns of tokens and BIO tags."""

import json
from pathlib import Path

from annotate.core.dataset_folder import open_dataset
from tests.annotate.imports.importing import answers, set_aside, take, taken

COLUMNS = """-DOCSTART- -X- O

You PRP B-Insult
thief NN I-Insult
! . O

It PRP O
rained VBD O

Who WP B-Doubt
knows VBZ I-Doubt
thief NN B-Insult
"""


def spans() -> dict[str, set[tuple[str, str]]]:
    return {
        row.paragraph.text: {
            (row.paragraph.text[s.start : s.end], s.label) for s, _ in row.gold.spans
        }
        for row in open_dataset(Path("data/datasets/theirs")).gold()
    }


def test_tags_become_marked_words_and_labels() -> None:
    Path("theirs.conll").write_text(COLUMNS)

    done = take(file="theirs.conll")

    assert done.stderr.splitlines()[0] == "reading 1 file as conll"
    assert answers() == {
        ("You thief !", "a1"): ("labelled", ("Insult",)),
        ("It rained", "a1"): ("none", ()),
        ("Who knows thief", "a1"): ("labelled", ("Insult", "Doubt")),
    }
    assert spans()["You thief !"] == {("You thief", "Insult")}
    assert spans()["Who knows thief"] == {("Who knows", "Doubt"), ("thief", "Insult")}


def test_the_texts_say_where_blanks_were() -> None:
    Path("theirs.conll").write_text(COLUMNS)
    rows = [
        {"text": "You thief!", "article_id": "news", "position": 3, "kind": "body"},
        {"text": "Not labelled.", "article_id": "news", "position": 4, "kind": "body"},
    ]
    Path("paragraphs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    taken("--texts", "paragraphs.jsonl", file="theirs.conll")

    assert spans()["You thief!"] == {("You thief", "Insult")}
    row = next(
        row
        for row in open_dataset(Path("data/datasets/theirs")).gold()
        if row.paragraph.text == "You thief!"
    )
    assert (row.paragraph.article_id, row.paragraph.position) == ("news", 3)


def test_a_comment_has_the_text_and_tokens_that_are_not_in_it_are_set_aside() -> None:
    Path("theirs.conll").write_text(
        "# text = You thief!\n1\tYou\tB-Insult\n2\tthief\tI-Insult\n3\t!\tO\n\n"
        "# text = It rained.\n1\tSnow\tO\n"
    )

    taken(file="theirs.conll")

    assert spans() == {"You thief!": {("You thief", "Insult")}}
    assert [where for where, _ in set_aside()] == ["theirs.conll:7"]
