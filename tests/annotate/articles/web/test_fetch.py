"""Fetching pages, against a site that runs on 127.0.0.1."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotate.articles.registry import read_articles
from annotate.articles.web.client import Limits
from annotate.articles.web.fetch import Fetched, fetch_pages
from annotate.core.errors import InputError
from tests.annotate.articles.web.site import (
    Reply,
    Site,
    certificate_for,
    dripping,
    feed,
    page,
    redirect,
    serving_site,
    without_end,
)

PDF = {"Content-Type": "application/pdf"}
GZIP = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
HERE = Limits(delay=0.0, allow_private=True)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site() as site:
        site.replies["/good"] = Reply(page("Good"))
        yield site


def get(
    site: Site, *paths: str, folder: Path, limits: Limits = HERE, refetch: bool = False
) -> Fetched:
    return fetch_pages([site.url + path for path in paths], folder, limits, refetch=refetch)


def reason(site: Site, path: str, folder: Path, limits: Limits = HERE) -> str:
    """Why a page was not fetched; another one was, all the same."""
    found = get(site, path, "/good", folder=folder, limits=limits)
    assert len(found.files) == 1
    (row,) = found.failed
    assert (row.article_id, row.position, row.kind, row.text) == ("", None, "page", site.url + path)
    return row.reason


def titles(found: Fetched) -> list[str]:
    return [article.title for article in read_articles(found.files)]


def test_a_page_becomes_an_article_with_the_address_that_it_was_fetched_from(
    site: Site, tmp_path: Path
) -> None:
    (article,) = read_articles(get(site, "/good", folder=tmp_path).files)

    assert (article.title, article.url, article.article_id) == ("Good", *[f"{site.url}/good"] * 2)
    assert [block.text.split(".")[0] for block in article.blocks] == [
        f"Good, part {number}" for number in range(3)
    ]


def test_the_address_that_a_page_gives_itself_wins(site: Site, tmp_path: Path) -> None:
    own = "https://paper.example/good"
    site.replies["/a"] = Reply(page("A", head=f'<link rel="canonical" href="{own}">'))

    (article,) = read_articles(get(site, "/a", folder=tmp_path).files)

    assert article.url == own


def test_a_redirect_is_followed_and_the_last_address_is_the_articles(
    site: Site, tmp_path: Path
) -> None:
    site.replies["/old"] = redirect("/older")
    site.replies["/older"] = redirect("good")

    (article,) = read_articles(get(site, "/old", folder=tmp_path).files)

    assert article.url == f"{site.url}/good"


def test_the_second_run_asks_nothing_and_has_the_same_bytes(site: Site, tmp_path: Path) -> None:
    first = get(site, "/good", folder=tmp_path)
    content, asked = first.files[0].read_bytes(), list(site.asked)
    site.replies["/good"] = Reply(page("Other"))

    second = get(site, "/good", folder=tmp_path)

    assert (second, site.asked) == (first, asked)
    assert second.files[0].read_bytes() == content


def test_refetch_asks_again(site: Site, tmp_path: Path) -> None:
    get(site, "/good", folder=tmp_path)
    site.replies["/good"] = Reply(page("Other"))

    assert titles(get(site, "/good", folder=tmp_path, refetch=True)) == ["Other"]


def test_a_page_that_has_become_a_feed_leaves_no_old_file(site: Site, tmp_path: Path) -> None:
    get(site, "/good", folder=tmp_path)
    site.replies["/good"] = feed(ENTRY.format("one", FULL))

    found = get(site, "/good", folder=tmp_path, refetch=True)

    assert tuple(tmp_path.iterdir()) == found.files
    assert titles(found) == ["one"]


def test_an_address_given_twice_is_asked_once(site: Site, tmp_path: Path) -> None:
    found = get(site, "/good", "/gone", "/good", "/gone", folder=tmp_path, refetch=True)

    assert site.asked == ["/robots.txt", "/good", "/gone"]
    assert (len(found.files), len(found.failed)) == (1, 1)


def test_a_file_has_the_bytes_as_they_came_and_a_mark_behind(site: Site, tmp_path: Path) -> None:
    site.replies["/odd"] = Reply(page("Odd").replace(b"Odd", b"Odd \xe9"))  # no encoding is named
    folder = tmp_path / "pages"

    found = get(site, "/odd", folder=folder)

    (file,) = folder.iterdir()
    assert titles(found) == ["Odd é"]  # the readers found the encoding out
    assert file.read_bytes().startswith(page("Odd").replace(b"Odd", b"Odd \xe9"))


def test_every_request_says_who_asks(site: Site, tmp_path: Path) -> None:
    get(site, "/good", folder=tmp_path)

    assert site.agents == {"rhetoric-annotation/0.1.0"}


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        (b"User-agent: *\n\nDisallow: /news", ["/robots.txt", "/good"]),
        (b"User-agent: rhetoric-annotation\nDisallow: /*/1", ["/robots.txt", "/good"]),
        (b"User-agent: other\nDisallow: /", ["/robots.txt", "/news/1", "/good"]),
    ],
)
def test_robots_txt_is_asked_once_and_obeyed(
    site: Site, tmp_path: Path, rules: bytes, asked: list[str]
) -> None:
    site.replies["/robots.txt"] = Reply(rules)
    site.replies["/news/1"] = Reply(page("News"))

    found = get(site, "/news/1", "/good", folder=tmp_path)

    assert site.asked == asked
    assert [row.reason for row in found.failed] == ["not fetched: robots.txt"] * (3 - len(asked))


def test_robots_txt_is_asked_again_of_the_site_that_a_redirect_leads_to(
    site: Site, tmp_path: Path
) -> None:
    with serving_site() as other:
        other.replies["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /")
        other.replies["/page"] = Reply(page("Closed"))
        site.replies["/away"] = redirect(f"{other.url}/page")

        assert reason(site, "/away", tmp_path) == "not fetched: robots.txt"
        assert other.asked == ["/robots.txt"]


def test_a_site_that_cannot_say_what_it_allows_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = Reply(status=500)

    with pytest.raises(InputError, match=r"\(not fetched: robots.txt: 500: 2\)"):
        get(site, "/good", "/other", folder=tmp_path)

    assert site.asked == ["/robots.txt"]


@pytest.mark.parametrize(("asked_for", "pause"), [(None, 0.2), (b"0.5", 0.5), (b"0.1", 0.2)])
def test_a_host_is_left_alone_between_two_requests(
    site: Site, tmp_path: Path, asked_for: bytes | None, pause: float
) -> None:
    if asked_for:
        site.replies["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: " + asked_for)
    site.replies["/more"] = Reply(page("More"))

    get(site, "/good", "/more", folder=tmp_path, limits=Limits(0.2, allow_private=True))

    begun = [begin for begin, _ in site.times]
    ended = [end for _, end in site.times]
    pauses = [begin - end for begin, end in zip(begun[1:], ended, strict=False)]
    assert len(pauses) == 2
    assert all(pause - 0.02 <= waited < pause + 1 for waited in pauses)


def test_a_delay_beyond_reason_is_no_reason_to_wait(site: Site, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 86400")

    with pytest.raises(InputError, match=r"robots.txt asks for 86400 s between requests"):
        get(site, "/good", folder=tmp_path)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(status=404), "404"),
        (Reply(status=500), "500"),
        (Reply(status=429), "429"),
        (Reply(status=503, headers={"Retry-After": "3600"}), "503, asks to wait 3600 s"),
        (Reply(b"%PDF-1.7", headers=PDF), "neither page nor feed but application/pdf"),
        (Reply(b"words", headers={}), "neither page nor feed but unnamed"),
        (Reply(page("A"), headers={"Content-Encoding": "br"}), "packed as 'br'"),
        (Reply(page("A"), headers=GZIP), "packed wrongly"),
        (Reply(gzip.compress(page("A"))[:-9], headers=GZIP), "cut off"),
        (redirect("ftp://127.0.0.1/"), "no web address"),
        (redirect("file:///etc/passwd"), "no web address"),
        (redirect("http://me:secret@127.0.0.1/"), "no web address"),
        (redirect("http://[::1/"), "no web address"),
        (redirect("/it"), "too many redirects"),
        (redirect("http://127.0.0.1:9/"), "no connection"),
        (redirect("http://nobody.invalid/"), "no such host"),
    ],
)
def test_what_cannot_be_fetched_is_a_row_and_the_rest_goes_on(
    site: Site, tmp_path: Path, reply: Reply, why: str
) -> None:
    site.replies["/it"] = reply

    assert reason(site, "/it", tmp_path) == f"not fetched: {why}"


def test_a_page_without_an_article_is_a_row_and_the_rest_goes_on(
    site: Site, tmp_path: Path
) -> None:
    site.replies["/it"] = Reply(b"<html><body><nav><a href=/>Home</a></nav></body></html>")

    assert reason(site, "/it", tmp_path) == "not read: no article text found in this page"


def test_exactly_five_redirects_are_followed(site: Site, tmp_path: Path) -> None:
    for number in range(1, 6):
        site.replies[f"/{number}"] = redirect(f"/{number - 1}")
    site.replies["/0"] = Reply(page("End"))
    site.replies["/6"] = redirect("/5")

    found = get(site, "/5", "/6", folder=tmp_path)

    assert titles(found) == ["End"]
    assert [row.reason for row in found.failed] == ["not fetched: too many redirects"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_waited_for_once(site: Site, tmp_path: Path, status: int) -> None:
    busy = Reply(status=status, headers={"Retry-After": "1"})
    site.replies["/busy"] = [busy, Reply(page("Fine"))]
    site.replies["/busier"] = [busy, busy, Reply(page("Too late"))]

    begun = time.monotonic()
    found = get(site, "/busy", folder=tmp_path)

    assert titles(found) == ["Fine"]
    assert time.monotonic() - begun >= 1
    assert reason(site, "/busier", tmp_path) == f"not fetched: {status}"


def test_a_body_without_end_is_read_up_to_the_limit(site: Site, tmp_path: Path) -> None:
    site.replies["/it"] = Reply(stream=without_end)

    assert reason(site, "/it", tmp_path) == "not fetched: larger than 10,000,000 bytes"


def test_a_small_answer_that_unpacks_to_much_is_cut_off_there(site: Site, tmp_path: Path) -> None:
    bomb = gzip.compress(b"<p>" * 20_000_000)
    assert len(bomb) < 100_000
    site.replies["/it"] = Reply(bomb, headers=GZIP)

    assert reason(site, "/it", tmp_path) == "not fetched: larger than 10,000,000 bytes"


def test_a_packed_page_is_unpacked(site: Site, tmp_path: Path) -> None:
    site.replies["/it"] = Reply(gzip.compress(page("Packed")), headers=GZIP)

    assert titles(get(site, "/it", folder=tmp_path)) == ["Packed"]


def test_a_server_that_drips_is_left_when_the_time_is_over(site: Site, tmp_path: Path) -> None:
    site.replies["/it"] = Reply(stream=dripping)
    begun = time.monotonic()

    why = reason(site, "/it", tmp_path, Limits(0, seconds=1, allow_private=True))

    assert why == "not fetched: too slow"
    assert time.monotonic() - begun < 3


def test_so_is_one_that_drips_its_headers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, serving_site() as site:
        thread = threading.Thread(target=_drip_headers, args=(listener,))
        thread.start()
        site.replies["/good"] = Reply(page("Good"))
        site.replies["/it"] = redirect(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        begun = time.monotonic()

        why = reason(site, "/it", tmp_path, Limits(0, seconds=1, allow_private=True))

        assert why == "not fetched: robots.txt: too slow"
        assert time.monotonic() - begun < 3
        thread.join(10)


def test_the_time_for_a_page_is_that_of_all_its_redirects(site: Site, tmp_path: Path) -> None:
    for number in range(1, 5):
        site.replies[f"/{number}"] = redirect(f"/{number - 1}", after=0.4)
    site.replies["/0"] = Reply(page("End"))

    why = reason(site, "/4", tmp_path, Limits(0, seconds=1, allow_private=True))

    assert why == "not fetched: too slow"


def test_the_time_for_robots_txt_is_not_that_of_the_page(site: Site, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = Reply(after=0.6)
    site.replies["/slow"] = Reply(page("Slow"), after=0.6)

    found = get(site, "/slow", folder=tmp_path, limits=Limits(0, seconds=1, allow_private=True))

    assert titles(found) == ["Slow"]


def test_a_slow_site_that_is_redirected_to_has_time_to_say_what_it_allows(
    site: Site, tmp_path: Path
) -> None:
    with serving_site() as other:
        other.replies["/robots.txt"] = Reply(after=0.6)
        other.replies["/page"] = Reply(page("Elsewhere"))
        site.replies["/away"] = redirect(f"{other.url}/page", after=0.6)

        found = get(site, "/away", folder=tmp_path, limits=Limits(0, seconds=1, allow_private=True))

        assert titles(found) == ["Elsewhere"]


def _drip_headers(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 500:
            try:
                connection.send(bytes([byte]))
            except OSError:
                return
            time.sleep(0.1)


def test_private_addresses_are_not_asked_unless_wanted(site: Site, tmp_path: Path) -> None:
    port = site.url.rpartition(":")[2]
    hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
    addresses = [f"http://{host}:{port}/good" for host in hosts]

    with pytest.raises(InputError, match=r"\(not fetched: private address: 5\)"):
        fetch_pages(addresses, tmp_path, Limits(0))

    assert site.asked == []


def test_the_name_of_a_private_network_is_not_even_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words, **_: asked.append(words))

    with pytest.raises(InputError, match="private address"):
        fetch_pages(["http://wiki.internal/good"], tmp_path, Limits(0))

    assert asked == []


def test_a_name_is_judged_by_where_it_leads(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver is the one thing here that no test can have for real."""
    port = int(site.url.rpartition(":")[2])

    def leads_here(*_: object, **__: object) -> list[object]:
        here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port)), here]

    monkeypatch.setattr(socket, "getaddrinfo", leads_here)

    with pytest.raises(InputError, match="private address"):
        fetch_pages([f"http://paper.example:{port}/good"], tmp_path, Limits(0))

    assert site.asked == []


def test_a_name_is_resolved_once_for_a_connection_and_the_address_found_is_the_one_asked(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.url.rpartition(":")[2])
    resolve, names = socket.getaddrinfo, []

    def by_name(host: str, *rest: Any, **options: Any) -> Any:
        names.append(host)
        return resolve("127.0.0.1" if host == "paper.example" else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", by_name)

    fetch_pages([f"http://paper.example:{port}/good"], tmp_path, HERE)

    assert site.asked == ["/robots.txt", "/good"]
    assert site.hosts == {f"paper.example:{port}"}
    assert names == ["paper.example", "127.0.0.1"] * 2  # the second opens the connection


def test_over_tls_the_certificate_must_be_that_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving_site(certificate := certificate_for("localhost", tmp_path)) as site:
        site.replies["/good"] = Reply(page("Good"))
        named = site.url.replace("127.0.0.1", "localhost")
        folder = tmp_path / "pages"

        with pytest.raises(InputError, match="not fetched: certificate not trusted: 1"):
            fetch_pages([f"{named}/good"], folder, HERE)

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(InputError, match="not fetched: certificate not trusted: 1"):
            fetch_pages([f"{site.url}/good"], folder, HERE)
        assert site.asked == []
        assert titles(fetch_pages([f"{named}/good"], folder, HERE)) == ["Good"]


ENTRY = "<item><title>{0}</title><link>/{0}</link>{1}</item>"
FULL = "<content:encoded><![CDATA[<p>The whole of it.</p><p>All of it.</p>]]></content:encoded>"


def test_a_feed_with_its_texts_is_read_as_a_feed(site: Site, tmp_path: Path) -> None:
    site.replies["/feed"] = feed(ENTRY.format("one", FULL), ENTRY.format("two", FULL))

    found = get(site, "/feed", folder=tmp_path)

    assert [file.suffix for file in found.files] == [".rss"]
    articles = list(read_articles(found.files))
    assert [article.url for article in articles] == [f"{site.url}/one", f"{site.url}/two"]
    assert site.asked == ["/robots.txt", "/feed"]


def test_of_a_feed_with_teasers_alone_the_pages_are_fetched(site: Site, tmp_path: Path) -> None:
    teaser = "<description>What happened at the hall.</description>"
    unlinked = f"<item><title>Nowhere</title>{teaser}</item>"
    items = (ENTRY.format(name, teaser) for name in ("one", "gone", "inner"))
    site.replies["/feed"] = feed(*items, unlinked)
    site.replies["/one"] = Reply(page("One"))
    site.replies["/inner"] = feed(ENTRY.format("deep", teaser))

    found = get(site, "/feed", folder=tmp_path)

    assert [article.title for article in read_articles(found.files)] == ["One", "deep"]
    assert [(row.reason, row.text) for row in found.failed] == [
        ("not fetched: 404", f"{site.url}/gone"),
        ("feed entry without text", "Nowhere"),
    ]
    assert "/deep" not in site.asked


def test_a_page_that_is_given_and_announced_as_well_is_one_file(site: Site, tmp_path: Path) -> None:
    site.replies["/feed"] = feed(ENTRY.format("good", "<description>A teaser.</description>"))

    found = get(site, "/feed", "/good", folder=tmp_path)

    assert titles(found) == ["Good"]
    assert site.asked == ["/robots.txt", "/feed", "/good"]


def test_an_empty_feed_is_a_row(site: Site, tmp_path: Path) -> None:
    site.replies["/feed"] = feed()

    assert reason(site, "/feed", tmp_path) == "not read: the feed has no entries"


@pytest.mark.parametrize(
    ("content_type", "head", "encoding"),
    [
        ("text/html; charset=iso-8859-1", "", "cp1252"),
        ("text/html; charset=UTF-8", '<meta charset="windows-1252">', "utf-8"),
        ("text/html", '<meta charset="windows-1251">', "cp1251"),
        ('text/html; charset="utf-16"', "", "utf-16"),
        ("text/html; charset=no-such", '<meta charset="koi8-r">', "koi8-r"),
        ("text/html; charset=utf-8", '<meta charset="windows-1251">', "cp1251"),
    ],
)
def test_the_encoding_that_server_or_page_name_is_used(
    site: Site, tmp_path: Path, content_type: str, head: str, encoding: str
) -> None:
    word = "“Élan”" if encoding in ("cp1252", "utf-8") else "Съезд"
    text = page("NAME", head=head).decode().replace("NAME", word)
    site.replies["/it"] = Reply(text.encode(encoding), headers={"Content-Type": content_type})

    assert titles(get(site, "/it", folder=tmp_path)) == [word]
