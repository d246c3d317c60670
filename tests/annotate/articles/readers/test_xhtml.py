from pathlib import Path

import pytest

from annotate.articles.readers.xhtml import as_html, read_xhtml

BODY = "They closed the pier at night, and nobody was asked whether they agreed."


def test_an_element_closed_as_it_is_opened_does_not_swallow_the_rest(tmp_path: Path) -> None:
    page = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
        f'<script src="x.js"/></head><body><article><h1>T</h1><p>{BODY}</p></article></body></html>'
    )

    article = read_xhtml(page, tmp_path / "a.xhtml")

    assert [block.text for block in article.blocks] == [BODY]


@pytest.mark.parametrize(
    ("xhtml", "html"),
    [
        ("<a id='x'/>b", "<a id='x'></a>b"),
        ("<br/><img src='a/b.png' />", "<br/><img src='a/b.png' />"),
        ('<i title="1 > 0"/>', '<i title="1 > 0"></i>'),
        ("<a href=x/y>z</a>", "<a href=x/y>z</a>"),
        ("1 < 2 / 3 />", "1 < 2 / 3 />"),
    ],
)
def test_only_what_html_would_leave_open_is_closed(xhtml: str, html: str) -> None:
    assert as_html(xhtml) == html
