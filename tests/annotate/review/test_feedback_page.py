import re
from dataclasses import replace

from annotate.core.records import Consensus, DatasetRow
from annotate.core.taxonomy import Taxonomy
from annotate.review.feedback_page import sheet_page
from tests.annotate.review.test_feedback import ANNOTATIONS, GOLD, P, of, pairs
from tests.annotate.samples import answer


def words(page: str) -> str:
    """What a reader sees, with one blank between words."""
    return " ".join(re.sub("<[^>]*>", " ", page.partition("<body>")[2]).split())


def test_the_page_shows_both_labels_the_rule_that_decides_and_the_definition_once(
    small: Taxonomy,
) -> None:
    page = sheet_page(of(GOLD, ANNOTATIONS)[1], "mine", small)

    assert "You: <b>Doubt</b>. Final: <b>Insult</b>" in page
    text = words(page)
    assert "Insult you did not tick it A name or a question." in text  # against Doubt
    assert "Doubt you ticked it A question or a name." in text
    assert page.count("A bad name for somebody.") == 1
    assert "Text 0 &amp; &lt;b&gt;." in page
    assert "a1" not in page.partition("</style>")[2]  # the other annotator


def test_a_rule_stands_alone_however_the_taxonomy_words_it(small: Taxonomy) -> None:
    rule = "It does not apply where a claim is checked."
    techniques = {t.id: replace(t, does_not_apply=rule) for t in small.techniques}
    groups = tuple(
        replace(g, techniques=tuple(techniques[t.id] for t in g.techniques)) for g in small.groups
    )

    page = sheet_page(of(GOLD, ANNOTATIONS)[0], "mine", replace(small, groups=groups))

    assert f"Doubt you ticked it {rule}" in words(page)
    assert len(re.findall("(?i)it does not apply", page)) == 1


def test_what_is_disputed_is_called_so_and_not_counted_as_a_difference(small: Taxonomy) -> None:
    first, second = of(*pairs(small, ("Insult", "Insult"), ("Doubt", "")))

    ones, others = (words(sheet_page(sheet, "mine", small)) for sheet in (first, second))

    assert "differ from the final labels 0 disputed, not decided 1" in ones
    assert ones.index("Disputed, not decided") < ones.index("Doubt : you ticked it")
    assert others.index("Disputed, not decided") < others.index("Doubt : you did not tick it")
    assert "Where the final labels differ" not in ones + others


def test_where_another_label_differs_the_disputed_one_is_called_so(small: Taxonomy) -> None:
    gold = Consensus(("Insult",), (1.0, 0.5, 0.0), 2, (), ("Doubt",))
    said = [answer(P.id, "a1", "Doubt"), answer(P.id, "a2", "Insult")]

    (sheet, _) = of([DatasetRow(P, gold, "train")], said)

    (case,) = sheet.differences
    assert (case.missed, case.extra, case.disputed) == (("Insult",), (), ("Doubt",))
    assert "Doubt : disputed, not decided; you ticked it" in words(sheet_page(sheet, "mine", small))


def test_examples_of_what_went_well_are_short(small: Taxonomy) -> None:
    rows, annotations = pairs(small, *[("Insult", "Insult")] * 5)
    (first, _) = of(rows, annotations)
    (strength,) = first.strengths
    long = replace(first, strengths=(replace(strength, example="word " * 100),))

    text = words(sheet_page(long, "mine", small))

    assert "Insult : you and most of the others tick it together in 5 of the 5 paragraphs" in text
    assert text.count("word ") == 32
    assert "word …" in text
    assert "1 paragraphs" not in text


def test_nobody_to_compare_with_is_said(small: Taxonomy) -> None:
    (alone,) = of(GOLD[:1], ANNOTATIONS[:1])

    text = words(sheet_page(alone, "mine", small))

    assert "Nobody else has answered your paragraphs yet" in text
    assert "What went well" not in text
