import xml.etree.ElementTree as ET

import pytest

from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_config.labeling_page import (
    Page,
    SpanLabels,
    controls,
    fits,
    group_control,
    label_config,
    page_of,
)
from annotate.label_studio.task_data import task_data
from tests.annotate.samples import TAXONOMY_FILE, paragraph

REAL = load_taxonomy(TAXONOMY_FILE)


def test_the_page_has_a_control_for_each_group_and_every_label_once(taxonomy: Taxonomy) -> None:
    root = ET.fromstring(label_config(taxonomy))
    stored = controls(label_config(taxonomy))

    assert set(stored) == {
        *(group_control(group) for group in taxonomy.groups),
        "spans",
        "verdict",
        "comment",
        "text",
    } - {"text"}
    assert stored["spans"] == {group.id for group in taxonomy.groups}
    assert stored["verdict"] == {"none", "unusable"}
    for group in taxonomy.groups:
        assert stored[group_control(group)] == {t.id for t in group.techniques}
    for hidden in root.findall("View[@className='rh-checks']"):
        root.remove(hidden)
    shown = [(e.tag, e.get("value")) for e in root.iter() if e.tag in ("Choice", "Label")]
    assert len(set(shown)) == len(shown) == 23 + 6 + 2
    hotkeys = [e.get("hotkey") for e in root.iter() if e.get("hotkey")]
    assert len(set(hotkeys)) == len(hotkeys) == 23 + 6 + 2


def test_an_answer_to_a_project_from_before_the_checks_fits_and_so_does_one_after(
    taxonomy: Taxonomy,
) -> None:
    root = ET.fromstring(label_config(taxonomy))
    (checks,) = root.findall("View[@className='rh-checks']")
    assert {e.get("required") for e in checks.iter("Choices")} == {"true"}
    root.remove(checks)
    assert fits(ET.tostring(root, encoding="unicode"), taxonomy)
    assert fits(label_config(taxonomy), taxonomy)


def test_every_variable_of_the_page_is_in_every_tasks_data(taxonomy: Taxonomy) -> None:
    root = ET.fromstring(label_config(taxonomy))
    variables = {e.get("value", "")[1:] for e in root.iter() if e.get("value", "")[:1] == "$"}

    assert variables == {"title", "outlet", "previous", "text", "next"}
    assert variables <= set(task_data(paragraph()))


def test_a_task_holds_the_paragraphs_keys_and_its_outlet() -> None:
    one = paragraph()

    assert task_data(one) == one.to_json() | {"outlet": "The Courier"}


def test_the_page_passes_label_studios_own_check(taxonomy: Taxonomy) -> None:
    from label_studio_sdk.label_interface import LabelInterface  # noqa: TID251 -- their check

    interface = LabelInterface(label_config(taxonomy))

    interface.validate()
    assert interface.validate_task({"data": task_data(paragraph())})


def test_words_and_looks_may_change_while_the_controls_stay(taxonomy: Taxonomy) -> None:
    config = label_config(taxonomy)
    renamed = config.replace("Attack on reputation", "Against somebody").replace("15px", "16px")

    assert renamed != config
    assert controls(renamed) == controls(config)
    assert controls(config.replace("Loaded_Language", "Other")) != controls(config)


def test_what_is_no_xml_has_no_controls() -> None:
    with pytest.raises(ET.ParseError):
        controls("<View>")


def test_characters_with_a_meaning_in_xml_survive(taxonomy: Taxonomy) -> None:
    from dataclasses import replace

    group = replace(taxonomy.groups[0], name="<&\"> of 'it'")
    odd = replace(taxonomy, groups=(group, *taxonomy.groups[1:]))

    root = ET.fromstring(label_config(odd))

    assert "<&\"> of 'it'" in {e.get("value") for e in root.iter("Label")}


PAGES = [
    Page(s, hide, votes) for s in SpanLabels for hide in (False, True) for votes in (False, True)
]


@pytest.mark.parametrize("page", PAGES)
def test_the_options_of_a_page_are_read_back_from_it_and_it_fits(
    taxonomy: Taxonomy, page: Page
) -> None:
    config = label_config(taxonomy, page)

    assert page_of(config) == page
    assert fits(config, taxonomy)


def test_a_page_of_another_taxonomy_does_not_fit(taxonomy: Taxonomy, small: Taxonomy) -> None:
    assert not fits(label_config(small), taxonomy)
    assert not fits("<View/>", taxonomy)
    odd = label_config(taxonomy).replace('alias="call"', 'alias="shout"')
    assert not fits(odd, taxonomy)


def test_hiding_the_source_leaves_out_title_and_outlet_alone(taxonomy: Taxonomy) -> None:
    def shown(page: Page) -> set[str]:
        view = ET.fromstring(label_config(taxonomy, page))
        return {str(e.get("value")) for e in view.iter() if str(e.get("value")).startswith("$")}

    assert shown(Page()) - shown(Page(hide_source=True)) == {"$title", "$outlet"}


def test_words_are_marked_by_group_by_technique_or_not_at_all(small: Taxonomy) -> None:
    def marks(spans: SpanLabels) -> list[str | None]:
        view = ET.fromstring(label_config(small, Page(spans)))
        return [label.get("alias") for label in view.iter("Label")]

    assert marks(SpanLabels.GROUP) == ["attack", "appeal"]
    assert marks(SpanLabels.TECHNIQUE) == ["Insult", "Doubt", "Fear"]
    assert marks(SpanLabels.OFF) == []


@pytest.mark.parametrize("spans", list(SpanLabels))
def test_no_key_stands_twice_on_a_page(taxonomy: Taxonomy, spans: SpanLabels) -> None:
    view = ET.fromstring(label_config(taxonomy, Page(spans)))
    keys = [element.get("hotkey") for element in view.iter() if element.get("hotkey")]

    assert len(keys) == len(set(keys)) >= len(taxonomy.labels) + 2


def test_a_tick_boxs_tooltip_is_the_definition(taxonomy: Taxonomy) -> None:
    view = ET.fromstring(label_config(taxonomy))
    hints = {choice.get("alias"): choice.get("hint") for choice in view.iter("Choice")}

    assert {t.id: t.definition for t in taxonomy.techniques}.items() <= hints.items()
