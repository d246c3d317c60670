"""fastText: what it trains on, and what doccano exports for it."""

from pathlib import Path

from tests.annotate.imports.importing import answers, set_aside, take, taken

LINES = """\
__label__Insult __label__doubt You thief.
__label__Fear , Boo, it said.

It rained.
"""


def test_a_line_is_a_text_behind_its_labels_and_a_line_without_any_is_set_aside() -> None:
    Path("theirs.txt").write_text(LINES)

    done = take(file="theirs.txt")

    assert done.stderr.splitlines()[0] == "reading 1 file as fasttext"
    assert answers() == {
        ("You thief.", "a1"): ("labelled", ("Insult", "Doubt")),
        ("Boo, it said.", "a1"): ("labelled", ("Fear",)),
    }
    assert [(where, reason.split(";")[0]) for where, reason in set_aside()] == [
        ("theirs.txt:4", "no label")
    ]


def test_a_comma_ends_a_label_and_the_text_begins_behind_it() -> None:
    Path("theirs.txt").write_text(
        "__label__doubt,They lie again.\n__label__Fear,__label__doubt Boo.\n"
    )

    taken(file="theirs.txt")

    assert answers() == {
        ("They lie again.", "a1"): ("labelled", ("Doubt",)),
        ("Boo.", "a1"): ("labelled", ("Doubt", "Fear")),
    }


def test_a_line_without_a_label_has_no_technique_if_the_map_says_so() -> None:
    Path("theirs.txt").write_text(LINES)
    Path("map.yaml").write_text('none: [""]\n')

    taken("--map", "map.yaml", file="theirs.txt")

    assert answers()["It rained.", "a1"] == ("none", ())
