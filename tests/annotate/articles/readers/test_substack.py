from pathlib import Path

import pytest

from annotate.articles.registry import find_files, read_articles

SENTENCE = "The committee has met in the old library every week since the spring of that year."
POST = (
    f"<p>One. {SENTENCE}</p>"
    f"<p>Two.<a class='footnote-anchor' href='#footnote-1'>1</a> {SENTENCE}</p>"
    "<div class='subscription-widget-wrap'><p>Thanks for reading! Subscribe for free.</p></div>"
    f"<p>Three. {SENTENCE}</p>"
)
INDEX = (
    "\ufeffpost_id,post_date,is_published,title,subtitle\n"
    "7.library,2024-03-05T09:00:00.000Z,true,The library,Notes\n"
    "8.draft,,false,Not yet,\n"
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    (tmp_path / "posts").mkdir()
    for name in ("7.library", "8.draft"):
        (tmp_path / "posts" / f"{name}.html").write_text(POST)
    (tmp_path / "posts.csv").write_text(INDEX, encoding="utf-8")
    return tmp_path


def test_a_post_has_the_title_and_day_of_the_exports_list(export: Path) -> None:
    article, draft = read_articles([export])

    assert (article.title, article.date) == ("The library", "2024-03-05")
    assert [block.text[:9] for block in article.blocks] == ["One. The ", "Two. The ", "Three. Th"]
    assert draft.blocks == ()
    assert {out.reason for out in draft.left_out} == {"page furniture", "Substack draft"}


def test_the_list_itself_is_no_article_file(export: Path) -> None:
    assert find_files([export]).others == (export / "posts.csv",)
