import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.web.content_type import WebFile, web_file

PAGE = "<!DOCTYPE html><html><body><p>Съезд</p></body></html>"
RSS = (
    '<?xml version="1.0" encoding="windows-1251"?>\n<!-- a -->\n<rss><channel>Съезд</channel></rss>'
)


@pytest.mark.parametrize(
    ("type_", "body", "suffix"),
    [
        ("text/html", b"Words.", ".html"),
        ("TEXT/HTML; charset=utf-8", b"Words.", ".html"),
        ("application/xhtml+xml", b"<html/>", ".html"),
        ("", b"  <!doctype html><p>Words.", ".html"),
        ("text/plain", b"<!-- a --><html>", ".html"),
        ("text/html", b"<?xml version='1.0'?><rss version='2.0'>", ".rss"),
        ("application/xml", b"\xef\xbb\xbf<feed xmlns='http://www.w3.org/2005/Atom'>", ".rss"),
        ("text/xml", b"<!DOCTYPE rss [ ]><rdf:RDF>", ".rss"),
        ("application/atom+xml", b"<atom:feed>", ".rss"),
    ],
)
def test_pages_and_feeds_are_told_by_their_beginning_and_type(
    type_: str, body: bytes, suffix: str
) -> None:
    file = web_file(body, type_)

    assert file is not None
    assert file.suffix == suffix


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("application/pdf", b"%PDF-1.7"),
        ("text/plain", b"Words."),
        ("image/svg+xml", b"<svg/>"),
        ("application/xml", b"<urlset/>"),
        ("application/xml", b"<feedback/>"),
        ("", b""),
        ("application/json", b'{"a": "<html>"}'),
    ],
)
def test_all_else_is_neither(type_: str, body: bytes) -> None:
    assert web_file(body, type_) is None


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("text/html; charset=windows-1251", PAGE.encode("cp1251")),
        ("text/html; charset=utf-8", codecs.BOM_UTF16_BE + PAGE.encode("utf-16-be")),
        ("text/html", codecs.BOM_UTF8 + PAGE.encode()),
        ("text/html; charset=utf-8", PAGE.encode()),
    ],
)
def test_a_page_whose_encoding_is_named_becomes_utf_8_and_says_so(type_: str, body: bytes) -> None:
    assert web_file(body, type_) == WebFile(".html", codecs.BOM_UTF8 + PAGE.encode())


def test_a_name_that_the_bytes_belie_is_passed_over() -> None:
    body = PAGE.encode("cp1251")

    assert web_file(body, "text/html; charset=utf-8") == WebFile(".html", body)


@pytest.mark.parametrize(
    "label", ["punycode", "idna", "unicode_escape", "rot13", "hex", "utf-7", "\0"]
)
def test_an_encoding_that_no_page_has_is_passed_over(label: str) -> None:
    body = b"<html><p>a\\u0041+AEE-</p>"

    assert web_file(body, f"text/html; charset={label}") == WebFile(".html", body)


def test_latin_1_is_read_as_browsers_do() -> None:
    body = b"<html>\x93Yes\x94</html>"

    file = web_file(body, "text/html; charset=ISO-8859-1")

    assert file == WebFile(".html", codecs.BOM_UTF8 + "<html>“Yes”</html>".encode())


def test_a_feed_says_utf_8_where_it_said_another_encoding() -> None:
    file = web_file(RSS.encode("cp1251"), "application/rss+xml")

    assert file == WebFile(".rss", RSS.replace("windows-1251", "utf-8").encode())


@given(st.binary(), st.text())
def test_whatever_comes_is_told(body: bytes, type_: str) -> None:
    assert web_file(b"<html>" + body, type_) is not None
    web_file(body, type_)
