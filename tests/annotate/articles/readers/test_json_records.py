import json
from pathlib import Path
from typing import Any

import pytest

from annotate.articles.article import Article, Unread
from annotate.articles.readers.column_names import Fields
from annotate.articles.registry import scan_file

ONE, TWO = "They closed the pier at night.", "Nobody was asked whether they agreed."
TEXT = f"{ONE}\n\n{TWO}"
HTML = f"<p>{ONE}</p><p>{TWO}</p>"
ROW = {"text": TEXT}


def scan(path: Path, content: Any, fields: Fields | None = None) -> list[Article | Unread]:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return list(scan_file(path, fields or Fields()))


def texts(items: list[Article | Unread]) -> list[list[str]]:
    assert all(isinstance(item, Article) for item in items), items
    return [[block.text for block in item.blocks] for item in items if isinstance(item, Article)]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([ROW], id="list"),
        pytest.param(ROW, id="one record"),
        pytest.param([TEXT], id="list of texts"),
        pytest.param({"articles": [ROW], "sources": [{"a": 1}, {"a": 2}]}, id="list with text"),
        pytest.param({"response": {"docs": [ROW]}}, id="list further in"),
        pytest.param({"hits": {"hits": [{"_id": "1", "_source": ROW}]}}, id="Elasticsearch"),
        pytest.param({"rows": [{"row_idx": 0, "row": ROW}]}, id="data set viewer"),
        pytest.param({"text": {"0": TEXT}, "title": {"0": "T"}}, id="pandas by column"),
        pytest.param({"0": ROW}, id="pandas by index"),
        pytest.param({"columns": ["title", "text"], "data": [["T", TEXT]]}, id="pandas split"),
        pytest.param({"schema": {"fields": [{}, {}]}, "data": [ROW]}, id="pandas table"),
        pytest.param([{"maintext": TEXT, "authors": ["Ann Weir"]}], id="news-please"),
        pytest.param([{"content": {"rendered": HTML}}], id="WordPress"),
        pytest.param([{"fields": {"body": HTML}}], id="Guardian"),
        pytest.param({"items": [{"content_html": HTML}]}, id="JSON Feed"),
        pytest.param([{"articleBody": TEXT, "headline": "T"}], id="schema.org"),
        pytest.param({"https://a.example/1": TEXT}, id="texts by address"),
        pytest.param([{"type": "header"}, {"name": "posts", "data": [ROW]}], id="database"),
        pytest.param([{"body": [{"type": "p", "text": ONE}, {"text": TWO}]}], id="listed objects"),
        pytest.param([{"text": TEXT, "source": {"rank": 3}}], id="source that is no name"),
        pytest.param(
            [{"introtext": f"<p>{ONE}</p>", "fulltext": f"<p>{TWO}</p>"}], id="start apart"
        ),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_records_are_found_wherever_a_source_keeps_them(
    tmp_path: Path, value: Any, name: str
) -> None:
    assert texts(scan(tmp_path / name, value)) == [[ONE, TWO]]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson"])
@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_is_read_whatever_it_is_called(
    tmp_path: Path, name: str, indent: int | None
) -> None:
    items = scan(tmp_path / name, json.dumps([ROW, ROW], indent=indent))

    assert texts(items) == [[ONE, TWO], [ONE, TWO]]
    assert [i.article_id for i in items if isinstance(i, Article)] == ["a-1", "a-2"]


def test_json_lines_called_json_are_read_line_by_line(tmp_path: Path) -> None:
    first, second = scan(tmp_path / "a.json", f"{json.dumps(ROW)}\n{{}}\n")

    assert isinstance(first, Article)
    assert isinstance(second, Unread)
    assert "a.json:2: the record has no text" in str(second.error)


def test_a_broken_first_line_does_not_cost_the_others(tmp_path: Path) -> None:
    broken, fine = scan(tmp_path / "a.jsonl", f'{{"text": "a\n{json.dumps(ROW)}\n')

    assert isinstance(broken, Unread)
    assert isinstance(fine, Article)


def test_an_answer_of_a_news_service_keeps_what_it_says_of_an_article(tmp_path: Path) -> None:
    article = {
        "source": {"id": None, "name": "Bay Post"},
        "author": "Ann Weir",
        "title": "The pier",
        "url": "https://bay.example/1",
        "publishedAt": "2024-03-05T09:00:00Z",
        "content": f"{ONE} Nobody was… [+1234 chars]",
    }

    (item,) = scan(tmp_path / "a.json", {"status": "ok", "articles": [article]})

    assert isinstance(item, Article)
    assert (item.article_id, item.title, item.source, item.author, item.date) == (
        "https://bay.example/1",
        "The pier",
        "Bay Post",
        "Ann Weir",
        "2024-03-05T09:00:00Z",
    )
    assert [block.text for block in item.blocks] == [f"{ONE} Nobody was…"]
    assert [(out.reason, out.text) for out in item.left_out] == [
        ("cut off by the source", "[+1234 chars]")
    ]


def test_a_json_feed_names_the_outlet_and_the_authors(tmp_path: Path) -> None:
    item = {"url": "https://a.example/1", "title": "Tom&#8217;s <b>pier</b>", "content_text": TEXT}
    more = {"authors": [{"name": "Ann Weir"}], "date_published": "2024-01-02"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Bay", "items": [item | more]}

    (article,) = scan(tmp_path / "a.json", feed)

    assert isinstance(article, Article)
    assert (article.title, article.source, article.author, article.date) == (
        "Tom’s pier",
        "Bay",
        "Ann Weir",
        "2024-01-02",
    )


def test_a_column_that_the_user_names_wins(tmp_path: Path) -> None:
    row = {"lead": ONE, "content": TWO, "by": "Ann", "author": "Ben"}

    (article,) = scan(tmp_path / "a.json", [row], Fields(text="lead", author="by"))

    assert texts([article]) == [[ONE]]
    assert isinstance(article, Article)
    assert article.author == "Ann"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "a.json: the file is empty"),
        ("3", "a.json: no articles in this JSON"),
        ('{"name": "x", "version": "1"}', "a.json: no articles in this JSON"),
        ('[{"text": "a"},', "a.json:1: not JSON: Expecting value at column 16"),
        ("[" * 100_000, "a.json: not JSON: "),
        ('[{"text": "a"}, 3]', "a.json: record 2: a record must be a JSON object"),
        (
            '{"articles": [{"url": "https://a.example/1", "title": "T"}]}',
            "a.json: record 1: the record has an address but no text; to fetch the page: "
            "rhetoric-annotate prepare https://a.example/1",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, content: str, problem: str) -> None:
    item = scan(tmp_path / "a.json", content)[-1]

    assert isinstance(item, Unread)
    assert problem in str(item.error)
    assert "\n" not in str(item.error)


DAMAGED = [b"\xe9", b"\0", "—".encode()[:2]]


def damaged(path: Path, content: str, byte: bytes) -> list[Article]:
    path.write_bytes(content.encode().replace(b"pier", b"pi" + byte + b"er", 1))
    return [article for article in scan_file(path) if isinstance(article, Article)]


@pytest.mark.parametrize("byte", DAMAGED, ids=repr)
@pytest.mark.parametrize(
    ("name", "place"), [("a.json", "a.json: record 1"), ("list.jsonl", "list.jsonl: record 1")]
)
def test_a_damaged_byte_in_a_text_costs_neither_file_nor_record(
    tmp_path: Path, name: str, place: str, byte: bytes
) -> None:
    rows = [{"text": f"“{TEXT}”"}, {"text": f"“{TWO}”"}]
    first, second = damaged(tmp_path / name, json.dumps(rows, ensure_ascii=False), byte)

    assert first.blocks[0].text == f"“{ONE}".replace("pier", "pi\ufffder")
    (notice,) = first.notices
    assert (notice.reason, notice.text) == (
        "damaged bytes",
        f"{tmp_path / place}: read as \ufffd (U+FFFD)",
    )
    assert (second.blocks[0].text, second.notices) == (f"“{TWO}”", ())


@pytest.mark.parametrize("byte", DAMAGED, ids=repr)
def test_a_damaged_byte_in_a_line_costs_no_line(tmp_path: Path, byte: bytes) -> None:
    lines = [json.dumps({"text": f"“{text}”"}, ensure_ascii=False) for text in (TWO, ONE)]
    first, second = damaged(tmp_path / "a.jsonl", "\n".join(lines), byte)

    assert first.notices == ()
    assert second.blocks[0].text == f"“{ONE}”".replace("pier", "pi\ufffder")
    assert [notice.text for notice in second.notices] == [
        f"{tmp_path}/a.jsonl:2: read as \ufffd (U+FFFD)"
    ]


def test_a_line_that_is_no_text_at_all_costs_no_other(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(json.dumps(ROW).encode() + b"\n" + bytes(range(128, 256)) + b"\n")

    article, unread = scan_file(file)

    assert isinstance(article, Article)
    assert isinstance(unread, Unread)
    assert str(unread.error).startswith(f"{file}:2: not UTF-8 at byte 0")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_json_in_another_encoding_is_read(tmp_path: Path, name: str, encoding: str) -> None:
    text = "“They closed the pier – and the café too,” she said."
    file = tmp_path / name
    file.write_bytes(json.dumps({"text": text}, ensure_ascii=False).encode(encoding))

    assert texts(list(scan_file(file))) == [[text]]


def test_a_post_that_is_not_published_is_left_out(tmp_path: Path) -> None:
    posts = [
        {"slug": "one", "status": "published", "html": f"<p>{ONE}</p>"},
        {"slug": "two", "status": "draft", "html": f"<p>{TWO}</p>"},
    ]

    published, draft = scan(tmp_path / "a.json", {"db": [{"data": {"posts": posts}}]})

    assert texts([published, draft]) == [[ONE], []]
    assert isinstance(draft, Article)
    assert [(out.reason, out.text) for out in draft.left_out] == [("post: draft", TWO)]


def test_what_python_wrote_is_told_from_json(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{'text': 'They lied.'}\n", encoding="utf-8")

    (item,) = scan_file(tmp_path / "a.jsonl")

    assert isinstance(item, Unread)
    assert str(item.error).endswith(
        "a.jsonl:1: not JSON: Expecting property name enclosed in double quotes at column 2; "
        "Python wrote it: write it again with json.dumps"
    )


def test_comments_on_a_record_without_text_are_no_articles(tmp_path: Path) -> None:
    record = {"title": "T", "url": "https://a.example/1", "comments": [{"body": ONE}]}

    (item,) = scan(tmp_path / "a.json", [record])

    assert isinstance(item, Unread)
    assert "the record has an address but no text" in str(item.error)


@pytest.mark.parametrize("between", ["\n", ",\n"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_objects_over_several_lines_may_follow_each_other(
    tmp_path: Path, name: str, between: str
) -> None:
    records = (json.dumps({"title": "T", "text": text}, indent=1) for text in (ONE, TWO))

    assert texts(scan(tmp_path / name, between.join(records))) == [[ONE], [TWO]]


def test_an_address_that_names_a_record_is_where_it_was(tmp_path: Path) -> None:
    (item,) = scan(tmp_path / "a.json", {"https://a.example/1": {"title": "T", "text": TEXT}})

    assert isinstance(item, Article)
    assert (item.article_id, item.title) == ("https://a.example/1", "T")


def test_a_page_of_a_site_is_no_article(tmp_path: Path) -> None:
    (item,) = scan(tmp_path / "a.json", [{"slug": "about", "type": "page", "text": TEXT}])

    assert isinstance(item, Article)
    assert (item.blocks, {out.reason for out in item.left_out}) == ((), {"post: page"})


@pytest.mark.parametrize("items", [[f"<p>{ONE}</p>", f"<p>{TWO}</p>"], [{"html": HTML}]])
def test_a_list_of_paragraphs_may_be_html(tmp_path: Path, items: list[Any]) -> None:
    assert texts(scan(tmp_path / "a.json", [{"text": items}])) == [[ONE, TWO]]


def test_what_is_known_of_a_text_in_an_odd_form_does_not_cost_the_text(tmp_path: Path) -> None:
    odd = {"author": [{"first": "Ann", "last": "Weir"}], "date": {"year": 2024}, "source": {"n": 1}}

    (item,) = scan(tmp_path / "a.json", [{"text": TEXT} | odd])

    assert isinstance(item, Article)
    assert (item.author, item.date, item.source) == ("Ann Weir", "", "")


def test_a_record_nested_too_deeply_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "They lied.", "x": ' + "[" * 900 + "]" * 900 + "}\n")

    (record,) = scan_file(path)

    assert isinstance(record, Unread)
    assert str(record.error) == f"{path}:1: nested too deeply to be read"


def test_a_table_with_names_in_two_rows_has_no_text_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"columns": [["a", "b"], ["c", "d"]], "data": [[1, 2]]}')

    (record,) = scan_file(path)

    assert isinstance(record, Unread)
    assert "a.json" in str(record.error)
