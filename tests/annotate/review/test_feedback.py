from dataclasses import replace

from annotate.core.records import Consensus, DatasetRow, Origin, Status
from annotate.core.taxonomy import Taxonomy
from annotate.review.feedback import sheet_page, sheets
from tests.annotate.samples import answer, paragraph

P, Q, R = (paragraph(f"Text {n} & <b>.", position=n) for n in range(3))
GOLD = [
    DatasetRow(P, Consensus(("Insult",), (1.0, 0.0, 0.0), 2, ()), "train"),
    DatasetRow(Q, Consensus((), (0.0, 0.4, 0.0), 2, ()), "train"),
    DatasetRow(R, Consensus(("Fear",), (0.0, 0.0, 1.0), 2, ()), "test"),
]
ANNOTATIONS = [
    answer(P.id, "a1", "Insult"),
    answer(P.id, "a2", "Doubt"),
    answer(Q.id, "a1", "Doubt"),
    answer(Q.id, "a2"),
    answer(R.id, "a1"),
    answer(R.id, "a2", status=Status.SKIPPED),
    replace(answer(R.id, "a3", "Fear"), origin=Origin.ADJUDICATION),
]


def test_each_annotator_gets_the_answers_that_differ_from_the_final_labels() -> None:
    first, second = sheets(GOLD, ANNOTATIONS)

    assert (first.annotator, first.answers) == ("a1", 3)
    assert [(d.text, d.missed, d.extra) for d in first.differences] == [
        (R.text, ("Fear",), ()),  # decided by a person, so it comes first
        (Q.text, (), ("Doubt",)),
    ]
    assert [d.adjudicated for d in first.differences] == [True, False]
    assert (second.annotator, second.answers) == ("a2", 2)
    assert [(d.missed, d.extra) for d in second.differences] == [(("Insult",), ("Doubt",))]


def test_the_page_shows_both_labels_the_definition_and_the_rule_that_decides(
    small: Taxonomy,
) -> None:
    page = sheet_page(sheets(GOLD, ANNOTATIONS)[1], "mine", small)

    assert "1 of your 2 answers differ" in page
    assert "You: <b>Doubt</b>. Final: <b>Insult</b>" in page
    assert "A bad name for somebody. A name or a question." in page  # of Insult, against Doubt
    assert "Questions whether somebody is to be trusted. A question or a name." in page
    assert "Text 0 &amp; &lt;b&gt;." in page
    assert "a1" not in page.partition("</style>")[2]  # the other annotator
