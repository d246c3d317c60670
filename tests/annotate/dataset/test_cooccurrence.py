from collections import Counter
from itertools import product
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.cooccurrence import pairs, picture
from tests.annotate.samples import TAXONOMY_FILE

NAMES = ("Doubt", "Insult", "Slogans", "Fear")


def words(svg: str) -> list[str]:
    """The texts of a picture, which a parser of XML must be able to read."""
    root = ElementTree.fromstring(svg)
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


@given(st.lists(st.sets(st.sampled_from(NAMES)), max_size=12))
def test_pairs_count_the_paragraphs_that_have_both(rows: list[set[str]]) -> None:
    counts = pairs([sorted(row) for row in rows])

    for first, second in product(NAMES, NAMES):
        assert counts[first, second] == sum({first, second} <= row for row in rows)


def test_each_pair_has_its_count_and_each_technique_its_total() -> None:
    svg = picture(NAMES, [("Doubt", "Insult"), ("Doubt",), ("Doubt", "Insult", "Slogans"), ()])

    # Row by row up to the diagonal; a pair that never occurs has no number, Fear no row.
    assert words(svg)[2:] == ["3", "Doubt", "2", "2", "Insult", "1", "1", "1", "Slogans"]


def test_without_any_label_there_is_no_picture() -> None:
    assert picture(NAMES, [(), ()]) == ""


def test_large_counts_fit_their_cells() -> None:
    rows = Counter({("Doubt",): 1234, ("Insult",): 9999, ("Fear",): 123_456})

    numbers = words(picture(NAMES, rows.elements()))[2:]

    assert numbers == ["1.2k", "Doubt", "10k", "Insult", "123k", "Fear"]


def test_the_names_of_a_real_taxonomy_stand_within_the_picture() -> None:
    labels = load_taxonomy(TAXONOMY_FILE).labels

    root = ElementTree.fromstring(picture(labels, [labels]))

    width = float(root.attrib["width"])
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert float(text.attrib["x"]) + 7 * len(text.text or "") <= width


def test_markup_in_a_name_is_text() -> None:
    assert "<b>&" in words(picture(["<b>&"], [("<b>&",)]))
