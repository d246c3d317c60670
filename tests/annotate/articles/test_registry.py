import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.articles.article import Article
from annotate.articles.registry import find_files, read_articles
from annotate.core.errors import InputError

LONG = "word " * 20_001
SUFFIXES = [".txt", ".md", ".html", ".jsonl", ".json", ".csv", ".parquet", ".rtf", ".eml", ".zip"]


def read_one(path: Path, content: str | bytes) -> Article:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (article,) = read_articles([path])
    return article


def shape(article: Article) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in article.blocks]


def refusal(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        list(read_articles([path]))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_text_file_is_parted_at_blank_lines_and_its_short_first_line_is_the_title(
    tmp_path: Path,
) -> None:
    article = read_one(
        tmp_path / "ferry.txt",
        "\ufeffThe Ferry Is Sold\r\n\r\nAP Photo/Lena Orrin\r\n \u00a0 \r\n\r\n"
        "It was sold\r\nat night.\r\n\r\n\r\nWhat now\r\n\r\nNobody knows.\r\n",
    )

    assert (article.article_id, article.title) == ("ferry", "The Ferry Is Sold")
    assert shape(article) == [
        ("caption", "AP Photo/Lena Orrin"),
        ("body", "It was sold at night."),
        ("heading", "What now"),
        ("body", "Nobody knows."),
    ]


def test_without_any_blank_line_each_line_is_a_block(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.txt", "The title\nOne is here.\nTwo is here.\n")

    assert article.title == "The title"
    assert shape(article) == [("body", "One is here."), ("body", "Two is here.")]


@pytest.mark.parametrize(
    ("first", "title"),
    [("w " * 40, ("w " * 40).strip()), ("w " * 41, ""), ("two\nlines", ""), ("- item", "")],
)
def test_a_title_is_one_line_of_at_most_forty_words(tmp_path: Path, first: str, title: str) -> None:
    article = read_one(tmp_path / "a.txt", f"{first}\n\nA paragraph.")

    assert article.title == title
    assert len(article.blocks) == (1 if title else 2)


def test_a_single_block_is_text_and_no_title(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.txt", "Nobody was asked.\n")

    assert article.title == ""
    assert shape(article) == [("body", "Nobody was asked.")]


def test_bullets_part_the_lines_of_a_block(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.txt", "Title\n\nWe ask for:\n- bread\n- peace,\n  at last\n")

    assert shape(article) == [
        ("body", "We ask for:"),
        ("list", "- bread"),
        ("list", "- peace, at last"),
    ]


def test_a_folder_is_read_in_sorted_order_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/two.txt", "a.txt", ".hidden.txt", ".git/x.txt", "README.md", "b/Z.TXT"):
        (tmp_path / name).write_text("Some words.")

    found = find_files([tmp_path])

    assert found.files == tuple(tmp_path / name for name in ("a.txt", "b/Z.TXT", "b/two.txt"))
    assert found.others == (tmp_path / "README.md",)


def test_what_cannot_be_found_or_is_of_unknown_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("hello")

    with pytest.raises(InputError, match=r"nothing: no such file or folder"):
        find_files([tmp_path / "nothing"])
    (tmp_path / "a.css").write_text("hello")
    with pytest.raises(InputError, match=r"a.css: unknown file type '.css'; known: .txt, .text"):
        find_files([tmp_path / "a.css"])
    with pytest.raises(InputError, match="no article files in this folder"):
        find_files([tmp_path])


def test_a_folder_that_cannot_be_searched_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scandir(path: str) -> Any:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        find_files([tmp_path])


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name, " \n\u200b\n" if name != "a.jsonl" else "\n\n").endswith(
        "a" + Path(name).suffix + ": the file is empty"
    )


def test_what_is_not_utf8_is_refused_with_line_and_byte(tmp_path: Path) -> None:
    assert "a.txt:2: not UTF-8 at byte 6 (0xe2)" in refusal(tmp_path / "a.txt", b"caf\n12\xe2\x80")
    message = refusal(tmp_path / "a.jsonl", b'{"text": "x"}\n{"text": "\xe2\xff\x81"}')
    assert "a.jsonl:2: not UTF-8 at byte 10 of the line (0xe2)" in message


def test_a_nul_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "a.txt:2: NUL character at byte 3" in refusal(tmp_path / "a.txt", b"ab\n\0")
    assert "a.jsonl:1: NUL character at byte 0" in refusal(tmp_path / "a.jsonl", b"\0")


def test_an_escaped_backslash_before_u0000_is_no_nul(tmp_path: Path) -> None:
    assert shape(read_one(tmp_path / "a.jsonl", r'{"text": "A \\u0000 b."}')) == [
        ("body", r"A \u0000 b.")
    ]


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud83d", r"\udc00"])
@pytest.mark.parametrize(
    ("name", "form", "where"),
    [
        ("a.jsonl", '{{"text": "fine"}}\n{{"text": "They {} lied."}}', "a.jsonl:2"),
        ("a.json", '[{{"text": "fine"}}, {{"text": "They {} lied."}}]', "a.json: record 2"),
    ],
)
def test_an_escape_of_no_character_costs_one_sign(
    tmp_path: Path, escape: str, name: str, form: str, where: str
) -> None:
    (tmp_path / name).write_text(form.format(escape), encoding="utf-8")

    fine, damaged = read_articles([tmp_path / name])

    assert shape(damaged) == [("body", "They \N{REPLACEMENT CHARACTER} lied.")]
    assert fine.notices == ()
    assert [notice.text for notice in damaged.notices] == [
        f"{tmp_path}/{where}: read as \N{REPLACEMENT CHARACTER} (U+FFFD)"
    ]


def test_a_whole_surrogate_pair_is_a_character(tmp_path: Path) -> None:
    article = read_one(tmp_path / "a.jsonl", r'{"text": "Look \ud83d\ude00."}')

    assert shape(article) == [("body", "Look 😀.")]


def test_a_paragraph_that_nobody_can_label_is_refused_with_its_place(tmp_path: Path) -> None:
    words = "a paragraph of 100,0"
    assert "a.txt:3: " + words in refusal(tmp_path / "a.txt", f"Title\n\n{LONG}")
    message = refusal(tmp_path / "a.jsonl", json.dumps({"text": LONG}))
    assert f"a.jsonl:1: block 1 ('word word word word word word '...): {words}" in message
    message = refusal(tmp_path / "a.html", f"<article><p>{LONG}.</p></article>")
    assert "a.html: block 1" in message
    assert message.endswith("separate paragraphs by blank lines")


def test_a_record_becomes_an_article(tmp_path: Path) -> None:
    record = {
        "url": "https://a.example/1",
        "id": "17",
        "title": "The  Ferry",
        "outlet": "The Dispatch",
        "date": "2024-03-02",
        "text": "THE FERRY\n\nIt was sold.\n\n\nAt night.",
        "author": ["ignored"],
    }
    article = read_one(tmp_path / "a.jsonl", json.dumps(record) + "\n\n")

    assert (article.article_id, article.title, article.source, article.url, article.date) == (
        "https://a.example/1",
        "The Ferry",
        "The Dispatch",
        "https://a.example/1",
        "2024-03-02",
    )
    assert shape(article) == [("body", "It was sold."), ("body", "At night.")]
    assert [(out.reason, out.text) for out in article.left_out] == [("title", "THE FERRY")]
    assert article.origin.endswith("a.jsonl:1")


@pytest.mark.parametrize(
    ("keys", "article_id"),
    [
        ({"url": "https://a.example/1", "id": "x"}, "https://a.example/1"),
        ({"url": "", "id": "x"}, "x"),
        ({"url": None, "id": 7}, "7"),
        ({}, "batch-2"),
    ],
)
def test_an_article_is_named_by_url_else_id_else_line(
    tmp_path: Path, keys: dict[str, Any], article_id: str
) -> None:
    article = read_one(tmp_path / "batch.jsonl", "\n" + json.dumps({"text": "Words."} | keys))

    assert article.article_id == article_id


def test_paragraphs_may_be_given_with_their_kinds(tmp_path: Path) -> None:
    items = [
        "One two.\n\nThree.",
        {"kind": "quote", "text": "Four"},
        {"text": "AP Photo/Lena"},
        " ",
    ]
    article = read_one(tmp_path / "a.jsonl", json.dumps({"paragraphs": items}))

    assert shape(article) == [
        ("body", "One two.\n\nThree."),
        ("quote", "Four"),
        ("caption", "AP Photo/Lena"),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"text": ', "a.jsonl:2: not JSON: "),
        ("[" * 100_000, "a.jsonl:2: not JSON: "),
        ("1" * 5000, "a.jsonl:2: not JSON: "),
        ('["text"]', "a.jsonl:2: a line must be a JSON object"),
        ("{}", "a.jsonl:2: the record has no text"),
        ('{"text": " "}', "a.jsonl:2: the record has no text"),
        ('{"text": 3}', "a.jsonl:2: 'text' must be text, not int"),
        ('{"text": "a", "url": 3}', "a.jsonl:2: 'url' must be text, not int"),
        ('{"text": "a", "id": true}', "a.jsonl:2: 'id' must be text, not bool"),
        ('{"text": "a", "paragraphs": []}', "a.jsonl:2: has both 'text' and 'paragraphs'"),
        ('{"paragraphs": "a"}', "a.jsonl:2: 'paragraphs' must be a list"),
        ('{"paragraphs": [3]}', "a.jsonl:2: each of 'paragraphs' must be text or"),
        ('{"paragraphs": [{"kind": "verse", "text": "a"}]}', "a.jsonl:2: unknown kind 'verse'"),
        ('{"paragraphs": [{"kind": [], "text": "a"}]}', "a.jsonl:2: unknown kind []"),
    ],
)
def test_a_broken_record_is_refused_with_its_line(tmp_path: Path, line: str, problem: str) -> None:
    assert problem in refusal(tmp_path / "a.jsonl", '{"text": "Fine."}\n' + line)


def test_missing_and_unreadable_files_are_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "gone.jsonl"
    broken.symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.jsonl").mkdir()

    with pytest.raises(InputError, match=r"gone.jsonl: no such file"):
        list(read_articles([tmp_path]))
    broken.unlink()
    (tmp_path / "loop.jsonl").symlink_to(tmp_path / "loop.jsonl")
    with pytest.raises(InputError, match=r"loop.jsonl: cannot be read"):
        list(read_articles([tmp_path]))


@settings(deadline=None, max_examples=120)
@given(suffix=st.sampled_from(SUFFIXES), content=st.text() | st.binary())
def test_any_content_gives_articles_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, content: str | bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    raw = content if isinstance(content, bytes) else content.encode(errors="surrogatepass")
    path.write_bytes(raw)
    try:
        outcome = [article.article_id for article in read_articles([path])]
    except InputError as error:
        outcome = str(error).splitlines()
    assert len(outcome) == 1 or suffix in (".jsonl", ".json", ".csv")


TABLE = "title\ttext\nThe mill\tIt was sold at night.\nThe fence\tIt stands, and it is new.\n"


@pytest.mark.parametrize("name", ["a.tsv", "a.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_with_tabs_is_read_whatever_it_is_called(
    tmp_path: Path, name: str, encoding: str
) -> None:
    (tmp_path / name).write_bytes(TABLE.replace("\n", "\r\n").encode(encoding))

    articles = list(read_articles([tmp_path / name]))

    assert [article.title for article in articles] == ["The mill", "The fence"]
    assert shape(articles[1]) == [("body", "It stands, and it is new.")]


def test_a_text_with_tabs_is_no_table(tmp_path: Path) -> None:
    article = read_one(
        tmp_path / "a.txt", "The mill\tis sold\n\n\tIt was sold\tat night, said the foreman.\n"
    )

    assert article.title == "The mill\tis sold".replace("\t", " ")
    assert len(article.blocks) == 1
