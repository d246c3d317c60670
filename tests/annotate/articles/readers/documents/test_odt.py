from pathlib import Path

import pytest

from annotate.articles.readers.documents.odt import read_odt
from annotate.core.errors import InputError
from tests.annotate.articles.readers.documents.made import BODY, odt, packed

MADE = '<style:style style:name="P1" style:parent-style-name="Quotations"/>'


def test_styles_say_what_a_paragraph_is_and_notes_come_last(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:p text:style-name="Title">The pier is sold. Again.</text:p>'
        "<text:p>They closed<text:s/>the <text:span>pier</text:span> at night"
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>A note of hers.</text:p></text:note-body></text:note>, and nobody was asked."
        "</text:p>"
        '<text:h text:outline-level="2">What now?</text:h>'
        '<text:p text:style-name="P1">We were not asked, she said.</text:p>'
        "<text:list><text:list-item><text:p>bread, at last.</text:p></text:list-item></text:list>"
        '<text:p text:style-name="Illustration">The pier at dusk.</text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>12,000 votes.</text:p>"
        "</table:table-cell></table:table-row></table:table>"
        "<text:p>One is here.<text:line-break/><text:line-break/>Two is here.</text:p>"
    )
    article = read_odt(odt(tmp_path / "a.odt", body, MADE))

    assert article.title == "The pier is sold. Again."
    assert [(block.kind.value, block.text) for block in article.blocks] == [
        ("body", BODY),
        ("heading", "What now?"),
        ("quote", "We were not asked, she said."),
        ("list", "bread, at last."),
        ("caption", "The pier at dusk."),
        ("list", "12,000 votes."),
        ("body", "One is here."),
        ("body", "Two is here."),
        ("list", "A note of hers."),
    ]


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"META-INF/manifest.xml": "<encryption-data/>"}, "protected with a password"),
        ({"encrypted-package": "x"}, "protected with a password"),
        ({"content.xml": "<broken>"}, "cannot be read as an OpenDocument text"),
    ],
)
def test_a_protected_or_broken_document_is_one_line(
    tmp_path: Path, members: dict[str, str], problem: str
) -> None:
    with pytest.raises(InputError, match=rf"a\.odt: {problem}"):
        read_odt(packed(tmp_path / "a.odt", members))
