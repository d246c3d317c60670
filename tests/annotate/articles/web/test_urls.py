import ipaddress
import string
import traceback
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annotate.articles.web.urls import (
    check_address,
    is_public,
    is_web_address,
    looks_like_address,
    mark,
    names_private_host,
    read_addresses,
    saved_from,
)
from annotate.core.errors import InputError

CANNOT_BE = "its host, its port or a character is not allowed"


@pytest.mark.parametrize(
    "address",
    [
        "http://paper.example",
        "HTTPS://paper.example:8443/a//b?c=d&e=%20",
        "https://bücher.example/ä",
        "http://[2606:4700::1111]/",
        "https://paper.example/@name/1",
    ],
)
def test_an_address_of_a_page_is_taken(address: str) -> None:
    assert check_address(f" {address}#part ") == address.replace("HTTPS", "https")
    assert looks_like_address(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://paper.example/a", "must begin with http:// or https://"),
        ("file:///etc/passwd", "must begin with http:// or https://"),
        ("javascript:alert(1)", "must begin with http:// or https://"),
        ("paper.example", "must begin with http:// or https://"),
        ("", "must begin with http:// or https://"),
        ("https:///a", CANNOT_BE),
        ("https://paper.example:0/", CANNOT_BE),
        ("https://paper.example:99999/", CANNOT_BE),
        ("https://paper.example:x/", CANNOT_BE),
        ("https://[::1/", CANNOT_BE),
        ("https://paper.example/a b", CANNOT_BE),
        ("https://paper.example/a\\b", CANNOT_BE),
        ("https://paper.example/" + "a" * 2000, "longer than 2000 characters"),
    ],
)
def test_what_no_page_stands_at_is_refused(address: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        check_address(address)


@pytest.mark.parametrize("scheme", ["https", "ftp"])
@pytest.mark.parametrize("login", ["me:5ecret", "5ecret", "me:5ecret@5ecret", ":5ecret"])
@pytest.mark.parametrize("host", ["paper.example", "pape\N{ACCOUNT OF}r.example", "[::1", "a:x"])
def test_a_password_is_refused_and_not_repeated(scheme: str, login: str, host: str) -> None:
    with pytest.raises(InputError) as caught:
        check_address(f"{scheme}://{login}@{host}/a")

    assert "5ecret" not in "".join(traceback.format_exception(caught.value))


@given(st.text() | st.text().map("https://".__add__))
def test_whatever_is_written_is_taken_or_refused_in_one_line(text: str) -> None:
    if is_web_address(text):
        assert check_address(check_address(text)) == check_address(text)
    else:
        with pytest.raises(InputError) as caught:
            check_address(text)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "printer.local",
        "wiki.internal",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::7f00:1]",
    ],
)
def test_a_private_host_is_known_in_every_spelling(host: str) -> None:
    assert names_private_host(f"http://{host}:8080/a")


@pytest.mark.parametrize(
    "host",
    [
        "paper.example",
        "8.8.8.8",
        "134744072",
        "[2606:4700::1111]",
        "[64:ff9b::808:808]",
        "local.de",
    ],
)
def test_a_public_host_is_none(host: str) -> None:
    assert not names_private_host(f"http://{host}/")


PRIVATE = ["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"]


@given(st.sampled_from(PRIVATE).flatmap(lambda net: st.ip_addresses(network=net)))
def test_no_private_address_is_public_nor_is_what_stands_for_it(
    address: ipaddress.IPv4Address,
) -> None:
    number = int(address)
    assert not is_public(str(address))
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"64:ff9b::{address}")
    assert not is_public(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")
    assert names_private_host(f"http://{number}/")
    assert names_private_host(f"http://{number:#x}/")


@pytest.mark.parametrize("text", ["", "paper.example", "1.2.3", "fe80::1%eth0", "::g"])
def test_what_is_no_public_ip_address_is_not_public(text: str) -> None:
    assert not is_public(text)


def test_a_list_has_an_address_a_line_with_comments_between(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(
        "\ufeff# ours\r\nhttp://a.example/#x\r\n\r\n  # b\r\n https://b.example \n".encode()
    )

    assert read_addresses(path) == ("http://a.example/", "https://b.example")


def test_a_bad_line_of_a_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("http://a.example/\n\na.example\n")

    with pytest.raises(InputError, match=r"list.txt:3: 'a.example' is not a web address"):
        read_addresses(path)


def test_a_list_without_addresses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# none\n")

    with pytest.raises(InputError, match=r"list.txt: no addresses in this list"):
        read_addresses(path)


@pytest.mark.parametrize("name", ["a.txt", "folder/a", "-", "C:\\a", "http", "http:/a"])
def test_a_files_name_does_not_look_like_an_address(name: str) -> None:
    assert not looks_like_address(name)


@given(st.text(string.ascii_letters + string.digits + "-/?&=.%!<>", max_size=80))
@example("a---b--")
def test_the_mark_of_a_page_is_read_back_whatever_the_address_holds(path: str) -> None:
    address = f"https://a.example/{path}".replace("%2D%2D", "").replace(">", "")
    comment = mark(address)

    assert saved_from("<p>A page.</p>" + comment) == address
    assert comment.count("--") == 2
    assert comment.count(">") == 1


def test_the_mark_of_a_browser_is_read() -> None:
    page = "<!DOCTYPE html>\n<!-- saved from url=(0026)https://paper.example/a --b -->\n<html>"

    assert saved_from(page.replace(" --b", "")) == "https://paper.example/a"


def test_a_mark_within_the_page_or_of_another_scheme_is_not() -> None:
    other = "<!-- saved from url=(0020)https://other.example/ -->"
    assert saved_from("x" * 3000 + other + "<p>More.</p>") == ""
    assert saved_from("<!-- saved from url=(0014)about:internet -->") == ""
    assert (
        saved_from(other + "x" * 9000 + mark("https://paper.example/")) == "https://paper.example/"
    )
