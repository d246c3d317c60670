import json
from pathlib import Path
from typing import Any

import pytest

from annotate.articles.readers.html import read_page
from annotate.core.errors import NoTextError

PARAGRAPHS = [
    f"{start} the committee has met in the old library every week since the spring of that year."
    for start in ("In March", "Ever since", "To this day", "In truth")
]
HTML = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
ARTICLE = {"@type": "NewsArticle", "articleBody": "\n".join(PARAGRAPHS)}


def page(data: Any, body: str = "<div id='root'></div>", type_: str = "application/ld+json") -> str:
    script = f"<script type='{type_}'>{json.dumps(data)}</script>"
    return f"<html><head><title>The library</title></head><body>{body}{script}</body></html>"


def texts(html: str) -> list[str]:
    return [block.text for block in read_page(html, Path("page.html")).blocks]


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE,
        [{"@type": "WebSite", "name": "Bay"}, ARTICLE],
        {"@graph": [{"@type": "WebPage"}, {**ARTICLE, "articleBody": HTML.replace("<", "&lt;")}]},
        {"props": {"pageProps": {"article": {"contentHtml": HTML}}}},
        {"props": {"post": {"body": [{"type": "p", "text": text} for text in PARAGRAPHS]}}},
        {"props": {"post": {"content": PARAGRAPHS}}},
    ],
)
def test_an_article_that_a_script_shows_is_read_from_the_pages_data(data: Any) -> None:
    article = read_page(page(data), Path("page.html"))

    assert [block.text for block in article.blocks] == PARAGRAPHS
    assert article.title == "The library"


def test_what_a_payment_barrier_hides_is_read_and_the_ledger_has_what_is_shown() -> None:
    shown = f"<article><p>{PARAGRAPHS[0]}</p><p>Subscribe to go on.</p></article>"
    article = read_page(page(ARTICLE, shown), Path("page.html"))

    assert [block.text for block in article.blocks] == PARAGRAPHS
    assert [out.text for out in article.left_out] == [PARAGRAPHS[0], "Subscribe to go on."]


def test_a_page_that_shows_its_article_is_read_as_it_is_shown() -> None:
    other = {"body": "Another article. " * 500}

    assert texts(page(ARTICLE, f"<article>{HTML}</article>")) == PARAGRAPHS
    assert texts(page(other, f"<article>{HTML}</article>", "application/json")) == PARAGRAPHS


@pytest.mark.parametrize("wrapped", ["<![CDATA[{}]]>", "//<![CDATA[\n{}\n//]]>"])
def test_data_that_is_hidden_from_old_browsers_is_read(wrapped: str) -> None:
    script = wrapped.format(json.dumps(ARTICLE))

    assert texts(f"<script type='application/ld+json'>{script}</script>") == PARAGRAPHS


@pytest.mark.parametrize(
    "script",
    [
        "window.__STATE__ = {};",
        "var a = {{b: 1}}; (window.queue = window.queue || []).push({}); f({{}});",
    ],
)
def test_an_article_in_a_statement_of_a_script_is_read(script: str) -> None:
    data = json.dumps({"post": {"contentHtml": HTML}})

    assert texts(f"<div id='root'></div><script>{script.format(data)}</script>") == PARAGRAPHS


def test_an_article_that_a_framework_streams_in_pieces_is_read() -> None:
    size = f"{len(HTML.encode()):x}"
    pieces = [f'0:{{"b":1}}\n2a:T{size},', f"{HTML[:200]}", f'{HTML[200:]}5:["$","p"]\n']
    pushed = (json.dumps([1, piece]).replace("<", "\\u003c") for piece in pieces)
    scripts = "".join(f"<script>self.__next_f.push({data})</script>" for data in pushed)

    assert texts(f"<div id='root'></div>{scripts}") == PARAGRAPHS


@pytest.mark.parametrize("script", ["=" * 100_000, "= [" * 50_000, "x = {" * 50_000])
def test_a_script_without_data_is_passed_over(script: str) -> None:
    with pytest.raises(NoTextError):
        texts(f"<script>{script}</script>")


@pytest.mark.parametrize("data", ["{broken", '{"articleBody": "Too short."}', "[" * 100_000])
def test_a_page_without_text_in_its_data_is_refused(data: str) -> None:
    with pytest.raises(NoTextError, match="no article text found in this page"):
        texts(f"<script type='application/ld+json'>{data}</script>")
