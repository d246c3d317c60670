from pathlib import Path

import pytest

from annotate.articles.article import Article, Unread
from annotate.articles.readers.column_names import Fields
from annotate.articles.readers.documents.workbook import read_workbook
from annotate.core.errors import InputError
from tests.annotate.articles.readers.documents.made import xlsx

FIELDS = Fields(text="body")


def test_the_first_sheet_with_rows_is_a_table(tmp_path: Path) -> None:
    rows: list[list[str | int | None]] = [
        ["id", "title", "body", None],
        [7, "T", "One is here.\n\nTwo is here.", None],
        [None, None, None, None],
        [8, "U", None, "stray"],
    ]

    article, unread = read_workbook(xlsx(tmp_path / "a.xlsx", [], rows), FIELDS)

    assert isinstance(article, Article)
    assert (article.article_id, article.title) == ("7", "T")
    assert [block.text for block in article.blocks] == ["One is here.", "Two is here."]
    assert isinstance(unread, Unread)
    assert "a.xlsx: row 4: the record has no text" in str(unread.error)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([["title"], ["T"]], "no column 'body'; say with --text-field"),
        ([["body"]], "no rows under the header"),
        ([], "no column 'body'"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(
    tmp_path: Path, rows: list[list[str | int | None]], problem: str
) -> None:
    with pytest.raises(InputError, match=rf"a\.xlsx: {problem}"):
        list(read_workbook(xlsx(tmp_path / "a.xlsx", rows), FIELDS))


def test_a_broken_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04rest")

    with pytest.raises(InputError, match=r"a\.xlsx: cannot be read as a workbook"):
        list(read_workbook(tmp_path / "a.xlsx", FIELDS))
