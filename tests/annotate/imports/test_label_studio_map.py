"""The map of a project that was made elsewhere: printed, and checked."""

from pathlib import Path

import pytest

from annotate.core.errors import TaxonomyError
from annotate.core.taxonomy import Taxonomy
from annotate.imports.label_studio_config import Control, read_config
from annotate.imports.label_studio_map import Template, check_controls, map_template
from annotate.imports.mapping import read_map
from tests.annotate.imports.test_label_studio_project import CONFIG, MAP


def template(config: str, taxonomy: Taxonomy, *more: Control) -> Template:
    parsed = read_config(config)
    return map_template([*parsed.controls, *more], taxonomy)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("  mood: null\n", "", "what becomes of mood (Happy)"),
        ("dread: Fear, ", "", "what becomes of topic (dread)"),
        ("mood: null", "moods: null", "mood (Happy) (it has no control 'old topic', 'moods', wh"),
        ("dread: Fear", "dread: attack", "what becomes of topic (dread)"),  # a group says nothing
    ],
)
def test_a_map_that_leaves_something_without_a_meaning_is_refused(
    small: Taxonomy, tmp_path: Path, old: str, new: str, reason: str
) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(MAP.replace(old, new))

    with pytest.raises(TaxonomyError, match="project 7") as caught:
        check_controls(read_config(CONFIG).controls, read_map(path, small), "project 7")

    assert reason in str(caught.value)


def test_a_control_whose_labels_are_in_the_tasks_needs_a_meaning_too(
    small: Taxonomy, tmp_path: Path
) -> None:
    control = Control("topic", "Choices", (), "topics")
    path = tmp_path / "map.yaml"
    path.write_text("text: body\n")
    with pytest.raises(TaxonomyError, match=r"becomes of topic \(whose labels are in the tasks\)"):
        check_controls([control], read_map(path, small), "project 7")

    path.write_text("text: body\ncontrols: {topic: {Smear: Insult}}\n")
    check_controls([control], read_map(path, small), "project 7")


def test_the_template_is_a_map_once_its_question_marks_are_filled_in(
    small: Taxonomy, tmp_path: Path
) -> None:
    config = CONFIG.replace('value="Clean"', 'value="Fear"')
    path = tmp_path / "map.yaml"
    printed = template(config, small)
    path.write_text(printed.text)

    assert printed.questions == printed.text.count('"?"') == 6
    assert printed.sentence.startswith("replace 6 question marks: ")
    with pytest.raises(
        TaxonomyError,
        match=r"map\.yaml: replace the question marks of words: Slur, topic: Smear, topic: dread, ",
    ):
        read_map(path, small)

    path.write_text(path.read_text().replace('"?"', "Doubt"))
    filled = read_map(path, small)
    check_controls(read_config(config).controls, filled, "project 7")
    assert filled.field("text") == "body"
    assert filled.fields["comment"] == "notes"
    assert filled.targets("Fear", "topic") == ("Fear",)
    assert filled.targets("Attack", "words") == ("attack",)
    assert filled.targets("Claims/Doubtful", "tree") == ("Doubt",)


def test_a_template_of_labels_like_ours_works_as_it_is(small: Taxonomy, tmp_path: Path) -> None:
    config = read_config(
        '<View><Text name="p" value="$body"/><Choices name="t" toName="p" value="$opts"/></View>'
    )
    used = ("insult", "Kinds/Fear", "No technique", "Name calling", "d7")
    controls = [
        Control("t", "Choices", used, "opts", texts=("body",), shown={"d7": "Doubt"}),
        Control("gone", "Choices", ("Doubt",), former=True),
        Control("stars", "Rating", ()),
    ]
    path = tmp_path / "map.yaml"
    printed = map_template(controls, small)
    path.write_text(printed.text)

    assert printed.sentence == "no question mark is left; check what each label becomes"
    assert '  "gone":  # not in the labeling config any more, but in answers' in printed.text
    map_ = read_map(path, small)
    check_controls([*config.controls, *controls], map_, "project 7")
    assert [map_.targets(label, "t") for label in used] == [
        ("Insult",),
        ("Fear",),
        ("none",),
        ("Insult",),
        ("Doubt",),
    ]


def test_a_template_without_any_label_is_a_map_too(small: Taxonomy, tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    printed = map_template([Control("t", "Choices", (), "opts", texts=("body",))], small)
    path.write_text(printed.text)

    assert (
        "\"t\": {}  # its labels come from the tasks' 'opts', where there are none" in printed.text
    )
    assert read_map(path, small).controls == {"t": {}}
    path.write_text(map_template([Control("c", "TextArea", (), texts=("body",))], small).text)
    assert read_map(path, small).controls == {}


def test_a_template_asks_for_the_text_where_no_single_key_is_labelled(
    small: Taxonomy, tmp_path: Path
) -> None:
    path = tmp_path / "map.yaml"
    printed = map_template([], small, ["body", "headline"])
    path.write_text(printed.text)

    assert "# The tasks have: body, headline\n" in printed.text
    assert printed.questions == 1
    with pytest.raises(TaxonomyError, match=r"mark of text: .*; text is a key of the tasks"):
        read_map(path, small)


TWO = """
<View><Text name="a" value="$before"/><Text name="b" value="$body"/>
<Choices name="use" toName="a"><Choice value="Useful"/></Choices>
<Labels name="words" toName="{}"><Label value="Insult"/></Labels></View>
"""


@pytest.mark.parametrize(
    ("labelled", "lines"),
    [("b", ['text: "body"']), ("a,b", ["# Labelled are: before, body", 'text: "?"'])],
)
def test_of_two_texts_that_with_labels_of_ours_is_the_paragraph(
    small: Taxonomy, labelled: str, lines: list[str]
) -> None:
    printed = template(TWO.format(labelled), small)

    assert lines == [x for x in printed.text.splitlines() if x.startswith(("# Labelled", "text:"))]
