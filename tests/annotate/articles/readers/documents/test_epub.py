from pathlib import Path

import pytest

from annotate.articles.article import Article
from annotate.articles.readers.documents.epub import read_epub
from annotate.core.errors import InputError
from tests.annotate.articles.readers.documents.made import BODY, epub, packed

PAGE = (
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
    '<script src="x.js"/></head><body><a id="p1"/><h1>{}</h1><p>'
    + BODY
    + '<a epub:type="noteref" href="#n1">1</a>'
    + "</p><blockquote><p>Not&nbsp;asked, she said.</p></blockquote>"
    '<aside id="n1" epub:type="footnote"><p>A note of hers, to say where.</p></aside></body></html>'
)
COVER = "<html><body><h1>The Issue</h1><img src='x'/></body></html>"


def test_each_page_with_text_is_an_article(tmp_path: Path) -> None:
    pages = {"nav.xhtml": PAGE, "cover.xhtml": COVER, "a b.xhtml": PAGE.format("One")}
    path = epub(tmp_path / "issue.epub", pages | {"c.xhtml": PAGE.format("Two")})

    articles = [item for item in read_epub(path) if isinstance(item, Article)]

    assert [(a.article_id, a.title, a.source, a.author, a.date) for a in articles] == [
        ("issue-a b", "One", "The Issue", "Ann Weir", "2024-01-02"),
        ("issue-c", "Two", "The Issue", "Ann Weir", "2024-01-02"),
    ]
    assert [(block.kind.value, block.text) for block in articles[0].blocks] == [
        ("body", BODY),
        ("quote", "Not asked, she said."),
        ("list", "A note of hers, to say where."),
    ]


def test_a_single_page_is_named_by_the_file(tmp_path: Path) -> None:
    (article,) = read_epub(epub(tmp_path / "a.epub", {"x.xhtml": PAGE.format("One")}))

    assert isinstance(article, Article)
    assert (article.article_id, article.title, article.source) == ("a", "One", "Bay Press")


@pytest.mark.parametrize("members", [{}, {"META-INF/container.xml": "<container/>"}])
def test_a_broken_file_is_one_line(tmp_path: Path, members: dict[str, str]) -> None:
    path = packed(tmp_path / "a.epub", {"mimetype": "application/epub+zip"} | members)

    with pytest.raises(InputError, match=r"a\.epub: cannot be read as EPUB"):
        list(read_epub(path))
