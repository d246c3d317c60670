"""Tables as the programs that people use write them."""

import csv
import datetime
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.articles.article import Article, Unread
from annotate.articles.readers.column_names import Fields
from annotate.articles.registry import read_articles, scan_file
from annotate.core.errors import InputError
from annotate.core.records import normalise

NAMED = Fields(text="body", title="headline", id="key", date="day", source="paper", url="link")
ROWS = [
    {
        "key": 7,
        "headline": "Shame",
        "paper": "The Post",
        "day": "2026-11-02",
        "link": "",
        "body": 'They lied, all of them.\n\nThey said "never"; they lied.',
    },
    {
        "key": 8,
        "headline": "",
        "paper": "",
        "day": "",
        "link": "https://example.org/8",
        "body": "Vote now.",
    },
]


def read(path: Path) -> list[tuple[str, str, str, str, list[str]]]:
    return [
        (a.article_id, a.title, a.source, a.date, [b.text for b in a.blocks])
        for a in read_articles([path], NAMED)
    ]


EXPECTED = [
    (
        "7",
        "Shame",
        "The Post",
        "2026-11-02",
        ["They lied, all of them.", 'They said "never"; they lied.'],
    ),
    ("https://example.org/8", "", "", "", ["Vote now."]),
]


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ("Ann  Weir", "Ann Weir"),
        (["Ann Weir", "", None, "Bo Lund"], "Ann Weir; Bo Lund"),
        ([], ""),
        (None, ""),
    ],
)
def test_authors_are_text_or_a_list_of_names(tmp_path: Path, given: object, author: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "They lied.", "by": given}))

    (article,) = read_articles([path], Fields(author="by"))

    assert article.author == author


def test_an_author_of_any_other_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "They lied.", "author": {"rank": "first"}}))

    with pytest.raises(InputError, match=r"a\.jsonl:1: 'author' must be text or a list of names"):
        list(read_articles([path]))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read_as_pandas_writes_it(tmp_path: Path, separator: str, encoding: str) -> None:
    import pandas as pd

    path = tmp_path / "a.csv"
    pd.DataFrame(ROWS).to_csv(path, sep=separator, encoding=encoding, index=False)

    assert read(path) == EXPECTED


def test_parquet_is_read_with_days_as_days(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [row | {"day": None} for row in ROWS]
    rows[0] |= {"day": datetime.date(2026, 11, 2), "more": [1]}
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")

    assert read(tmp_path / "a.parquet") == EXPECTED


def test_json_lines_may_name_their_parts_otherwise_too(tmp_path: Path) -> None:
    import pandas as pd

    path = tmp_path / "a.jsonl"
    pd.DataFrame(ROWS).to_json(path, orient="records", lines=True)

    assert read(path) == EXPECTED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first line must be a header"),
        (
            "title,words\nA,B\n",
            "no column 'body'; say with --text-field which one has the text",
        ),
        ("body,body\nA,B\n", "the column 'body' occurs twice"),
        ("body\n", "no rows under the header"),
        ("key,body\n1,A\n2,B, C\n", "a.csv:3: 3 cells under 2 columns"),
        ("key,body\n1,\n", "a.csv:2: the record has no text"),
        ('key,body\n1,"A\n', "a.csv:2: not CSV"),
        ("body\nA\xe2\x80\n", "a.csv:2: not UTF-8 at byte 6"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(InputError) as caught:
        read(path)

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_parquet_is_one_line(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    path.write_text("no such thing")
    with pytest.raises(InputError, match=r"a.parquet: cannot be read as Parquet"):
        read(path)
    pq.write_table(pa.table({"words": ["A"]}), path)
    with pytest.raises(InputError, match="no column 'body'"):
        read(path)
    pq.write_table(pa.table({"body": pa.array([], pa.string())}), path)
    with pytest.raises(InputError, match="no rows"):
        read(path)


_CUT_WORD = re.compile(r"\w[-‐¬\u00ad]\s*\w|- ")  # which is joined
_MISSING = ("NA", "N/A", "NaN", "nan", "None", "NULL", "null")
_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1)


@settings(deadline=None, max_examples=60)
@given(
    texts=st.lists(
        _CELL.filter(
            lambda text: normalise(text) and text not in _MISSING and not _CUT_WORD.search(text)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_a_cell_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("cells") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([["body"], *([text] for text in texts)])

    found = [" ".join(blocks) for *_, blocks in read(path)]

    assert [normalise(text) for text in found] == [normalise(text) for text in texts]


HTML = (
    '<div class="entry"><p>They <a href="/x">lied</a>, all of them.</p><script>track()</script>'
    "<blockquote><p>“Never.”</p></blockquote><figure><figcaption>The hall.</figcaption></figure>"
    '<h2>After</h2><p><a href="/m">Read more: the hall</a></p></div>'
)


def html_file(folder: Path, suffix: str, html: str | None) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / f"a.{suffix}"
    row = {"id": "1", "title": "Shame", "content": html}
    if suffix == "jsonl":
        path.write_text(json.dumps(row), encoding="utf-8")
    elif suffix == "parquet":
        pq.write_table(pa.Table.from_pylist([row]), path)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([row, row.values()])
    return path


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_body_of_html_is_read_for_its_blocks(tmp_path: Path, suffix: str) -> None:
    path = html_file(tmp_path, suffix, HTML)

    (article,) = read_articles([path], Fields(html="content"))

    assert [(block.kind.value, block.text) for block in article.blocks] == [
        ("body", "They lied, all of them."),
        ("quote", "“Never.”"),
        ("caption", "The hall."),
        ("heading", "After"),
    ]
    assert [(out.reason, out.text) for out in article.left_out] == [
        ("page furniture", "Read more: the hall")
    ]
    assert (article.article_id, article.title) == ("1", "Shame")


def test_a_heading_in_the_html_that_repeats_the_title_is_left_out(tmp_path: Path) -> None:
    path = html_file(tmp_path, "jsonl", "<h1>Shame</h1><p>They lied, all of them.</p>")

    (article,) = read_articles([path], Fields(html="content"))

    assert [block.text for block in article.blocks] == ["They lied, all of them."]
    assert [out.reason for out in article.left_out] == ["title"]


def test_a_row_without_html_is_read_by_its_text(tmp_path: Path) -> None:
    rows = [
        {"content": None, "text": "Vote <b> now."},
        {"content": " ", "paragraphs": ["Vote again."]},
        {"content": "<p>Vote.</p>", "text": "Not this."},
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")

    articles = read_articles([path], Fields(html="content"))

    assert [a.blocks[0].text for a in articles] == ["Vote <b> now.", "Vote again.", "Vote."]


@pytest.mark.parametrize(
    ("html", "message"),
    [
        (7, "a.jsonl:1: 'content' must be text, not int"),
        ("<script>x()</script>", "a.jsonl:1: the record has no text; give it 'content', 'text'"),
    ],
)
def test_html_that_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, html: str, message: str
) -> None:
    path = html_file(tmp_path, "jsonl", html)

    with pytest.raises(InputError) as caught:
        list(read_articles([path], Fields(html="content")))
    assert message in str(caught.value)


def test_a_table_without_the_column_of_html_is_refused(tmp_path: Path) -> None:
    path = html_file(tmp_path, "csv", HTML)

    with pytest.raises(InputError, match="no column 'body'; say with --html-field"):
        list(read_articles([path], Fields(html="body")))


def test_a_line_break_in_a_columns_name_stays_out_of_the_message(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id;"two\nlines"\n1;x\n', encoding="utf-8")

    with pytest.raises(InputError) as caught:
        list(read_articles([path]))
    assert str(caught.value).endswith(": id, two lines")


@pytest.mark.parametrize(
    ("date", "day"),
    [
        (1709629200000, "2024-03-05"),
        (1709629200000.0, "2024-03-05"),
        (1709629200, "2024-03-05"),
        (1709629200000000, "2024-03-05"),
        (1709629200000000000, "2024-03-05"),
        (-157766400000, "1965-01-01"),
        (20240305, "2024-03-05"),
        ("1709629200000", "2024-03-05"),
        (2024, "2024"),
        (99999999, "99999999"),
        ("5 March 2024", "5 March 2024"),
        (None, ""),
        (float("nan"), ""),
    ],
)
def test_a_date_that_is_a_number_is_taken_for_the_day_it_means(
    tmp_path: Path, date: object, day: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "They lied.", "date": date}))

    (article,) = read_articles([path])

    assert article.date == day


@pytest.mark.filterwarnings("ignore:'epoch' date format is deprecated")
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_numbers_and_missing_values_of_pandas_are_taken_for_what_they_mean(
    tmp_path: Path, suffix: str
) -> None:
    import pandas as pd

    path = tmp_path / f"a.{suffix}"
    frame = pd.DataFrame(
        {
            "id": [1.0, None],
            "title": [None, 1984.0],
            "author": [float("nan"), 7.0],
            "date": pd.to_datetime(["2024-03-05", None]),
            "text": ["They lied.", "They lied again."],
        }
    )
    if suffix == "jsonl":
        frame.to_json(path, orient="records", lines=True, date_unit="ms", date_format="epoch")
    else:
        frame.to_parquet(path)

    articles = list(read_articles([path]))

    assert [(a.article_id, a.title, a.author, a.date[:10]) for a in articles] == [
        ("1", "", "", "2024-03-05"),
        ("a-2", "1984", "7", ""),
    ]


def test_nan_in_json_is_a_missing_value(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1.5, "title": NaN, "paragraphs": NaN, "text": "They lied."}')

    (article,) = read_articles([path])

    assert (article.article_id, article.title) == ("1.5", "")


@pytest.mark.parametrize(
    "header",
    [
        ("ID", "Title", "Source", "Author", "Date", "URL", "Text"),
        ("guid", "headline", "publication", "byline", "publish_date", "link", "content"),
        ("article_id", "Headline", "Newspaper", "Authors", "Published", "Permalink", "Full Text"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_usual_names_of_columns_need_no_option(
    tmp_path: Path, header: tuple[str, ...], suffix: str
) -> None:
    row = ["7", "Shame", "The Post", "Ann Weir", "2026-11-02", "", "They lied, all of them."]
    path = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, row])
    else:
        pa = pytest.importorskip("pyarrow")
        pa.parquet.write_table(
            pa.table(dict(zip(header, [[cell] for cell in row], strict=True))), path
        )

    (article,) = read_articles([path])

    assert (article.article_id, article.title, article.source) == ("7", "Shame", "The Post")
    assert (article.author, article.date) == ("Ann Weir", "2026-11-02")
    assert [block.text for block in article.blocks] == ["They lied, all of them."]


def test_a_column_of_our_name_wins_over_a_usual_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("content,text\nA teaser.,They lied.\n", encoding="utf-8")

    (article,) = read_articles([tmp_path / "a.csv"])

    assert [block.text for block in article.blocks] == ["They lied."]


def test_a_table_of_addresses_says_how_to_fetch_the_pages(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,url\nT,https://a.example/1\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"no column 'text'.*'url' can be fetched: --urls"):
        list(read_articles([tmp_path / "a.csv"]))


PAGE = (
    "<!DOCTYPE html><html><head><title>Shame - The Post</title>"
    "<link rel='canonical' href='https://post.example/shame'></head><body>"
    "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
    "<article><h1>Shame</h1><p>They lied to all of us in May, and nobody in the town has "
    "forgotten it.</p><p>They will lie to all of us again in June, said the man at the "
    "gate.</p></article><footer>Copyright 2024 The Post. All rights reserved by them.</footer>"
    "</body></html>"
)


@pytest.mark.parametrize("column", ["html", "text", "content"])
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_of_a_whole_page_in_a_column_only_the_article_is_read(
    tmp_path: Path, column: str, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[column], [PAGE]])
    else:
        path.write_text(json.dumps({column: PAGE}) + "\n", encoding="utf-8")

    (article,) = read_articles([path])

    assert (article.title, article.url) == ("Shame", "https://post.example/shame")
    assert [block.text[:16] for block in article.blocks] == ["They lied to all", "They will lie to"]


def test_the_signs_of_workbooks_and_bold_lines_in_a_text_are_no_words(tmp_path: Path) -> None:
    text = "They lied in May._x000D_\n_x000D_\n<strong>The cost</strong>\nThey lied again."
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["text"], [text]])

    (article,) = read_articles([tmp_path / "a.csv"])

    assert [(block.kind.value, block.text) for block in article.blocks] == [
        ("body", "They lied in May."),
        ("heading", "The cost"),
        ("body", "They lied again."),
    ]


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        (r"They lied.\nThey lied again.", ["They lied.", "They lied again."]),
        (r"They \"lied\".\r\n\r\nAgain\nthey lied.", ['They "lied".', "Again they lied."]),
        (r"It is in C:\new and C:\mill\notes.", [r"It is in C:\new and C:\mill\notes."]),
    ],
)
def test_line_ends_that_a_database_escaped_are_line_ends(
    tmp_path: Path, cell: str, texts: list[str]
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": cell}) + "\n", encoding="utf-8")

    (article,) = read_articles([tmp_path / "a.jsonl"])

    assert [normalise(block.text) for block in article.blocks] == texts


def test_a_list_in_a_cell_has_a_paragraph_or_an_author_in_each_item(tmp_path: Path) -> None:
    texts, authors = ["They lied, all.", "It is not ours, it's theirs."], ["Ann Weir", "Jo Marsh"]
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["text", "authors"], [repr(texts), repr(authors)]])

    (article,) = read_articles([tmp_path / "a.csv"])

    assert [block.text for block in article.blocks] == texts
    assert article.author == "Ann Weir; Jo Marsh"


def test_a_list_of_numpy_in_a_cell_is_one(tmp_path: Path) -> None:
    cell = "['They lied, all.'\n \"It is not ours, it's theirs.\" 'They said \\'no\\', \"no\".']"
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["text"], [cell]])

    (article,) = read_articles([tmp_path / "a.csv"])

    assert [block.text for block in article.blocks] == [
        "They lied, all.",
        "It is not ours, it's theirs.",
        "They said 'no', \"no\".",
    ]


@pytest.mark.parametrize("missing", ["NA", "nan", "NULL", "None", "#N/A"])
def test_what_programs_write_for_a_missing_value_is_none(tmp_path: Path, missing: str) -> None:
    (tmp_path / "a.csv").write_text(
        f"text,author,date,url\nThey lied.,{missing},{missing},{missing}\n{missing},,,\n"
    )

    article, unread = scan_file(tmp_path / "a.csv")

    assert isinstance(article, Article)
    assert (article.author, article.date, article.url) == ("", "", "")
    assert isinstance(unread, Unread)
    assert "the record has no text" in str(unread.error)


def test_rows_of_one_paragraph_each_with_one_id_and_title_are_an_article(tmp_path: Path) -> None:
    rows = [
        ("a1", "The pier", "It was sold to them on Monday."),
        ("a1", "The pier", "Nobody in the town asked why."),
        ("a2", "The bridge", "It was never meant to be built."),
        ("a1", "The pier", "It burned."),
    ]
    lines = [f"{id_},{title},{text}" for id_, title, text in rows]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["article_id,title,text", *lines]))

    articles = list(read_articles([path]))

    assert [(a.article_id, [b.text for b in a.blocks]) for a in articles] == [
        ("a1", [rows[0][2], rows[1][2]]),
        ("a2", [rows[2][2]]),
        ("a1", [rows[3][2]]),
    ]
    assert articles[0].origin.endswith("a.csv:2")
