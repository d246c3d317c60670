from pathlib import Path

import pytest

from annotate.articles.readers.documents.mail import read_message, read_saved_page
from annotate.core.errors import InputError

BODY = "They closed the pier at night, and nobody’s been asked whether they agreed."
HTML = f"<html><body><article><h1>T</h1><p>{BODY}</p><p>{BODY} Again.</p></article></body></html>"
HEAD = (
    "From: Ann Weir <ann@bay.example>\nSubject: =?utf-8?q?The_pier=E2=80=99s_end?=\n"
    "Date: Tue, 5 Mar 2024 23:00:00 -0500\n"
)
PARTS = (
    "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
    "Content-Type: text/plain\n\nplain\n--b\nContent-Type: text/html; charset=nonsense\n\n"
    f"{HTML}\n--b--\n"
)


def test_a_plain_message_keeps_subject_sender_and_day(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_text(f"{HEAD}Content-Type: text/plain; charset=utf-8\n\n{BODY}\n\nTwo is here.")

    article = read_message(path)

    assert (article.title, article.author, article.date) == (
        "The pier’s end",
        "Ann Weir",
        "2024-03-05",
    )
    assert [block.text for block in article.blocks] == [BODY, "Two is here."]


def test_html_is_preferred_whatever_encoding_it_claims(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_text(f"From: ann@bay.example\n{PARTS}")

    article = read_message(path)

    assert [block.text for block in article.blocks if block.kind == "body"] == [
        BODY,
        f"{BODY} Again.",
    ]
    assert article.author == ""  # an e-mail address is no name


def test_a_page_saved_as_mhtml_has_its_address(tmp_path: Path) -> None:
    quoted = HTML.replace("’", "=E2=80=99")
    (tmp_path / "a.mhtml").write_text(
        "Snapshot-Content-Location: https://bay.example/3\nSubject: The pier\nMIME-Version: 1.0\n"
        "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n"
        f"Content-Transfer-Encoding: quoted-printable\n\n{quoted}\n--b--\n"
    )

    article = read_saved_page(tmp_path / "a.mhtml")

    assert (article.article_id, article.url) == ("https://bay.example/3", "https://bay.example/3")
    assert [block.text for block in article.blocks] == [BODY, f"{BODY} Again."]


@pytest.mark.parametrize("text", ["just text", "Subject: x\n\n", "\0"])
def test_what_is_no_message_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.eml").write_text(text)

    with pytest.raises(InputError, match=r"a\.eml: no (message|text)"):
        read_message(tmp_path / "a.eml")
    with pytest.raises(InputError, match=r"a\.eml: no (message|web page)"):
        read_saved_page(tmp_path / "a.eml")


def test_a_signature_and_what_a_message_quotes_are_no_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    quoted = "On Monday, Bo Lund wrote:\n> It was open\n> in May."
    path.write_text(f"{HEAD}\n{BODY}\n\n{quoted}\n\nTwo is here.\n\n-- \nAnn Weir\nThe Post\n")

    article = read_message(path)

    assert [block.text for block in article.blocks] == [BODY, "Two is here."]
    (apart,) = article.left_out
    assert apart.reason == "signature or quoted message"
    assert apart.text.split("\n")[0] == "On Monday, Bo Lund wrote:"
    assert apart.text.endswith("Ann Weir\nThe Post")


def test_a_message_that_only_quotes_keeps_the_words(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_text(f"{HEAD}\n> {BODY}\n>\n> Two is here.\n")

    article = read_message(path)

    assert [block.text for block in article.blocks] == [BODY, "Two is here."]
