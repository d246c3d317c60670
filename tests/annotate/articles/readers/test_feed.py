"""Saved feeds as article files."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.articles.article import Article, Block, LeftOut
from annotate.articles.readers.feed import Announced, announced, is_feed
from annotate.articles.registry import find_files, read_articles
from annotate.articles.web.urls import mark
from annotate.core.errors import InputError
from annotate.core.records import BlockType

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The Harrow Dispatch</title><link>https://harrow.example/</link>
{}</channel></rss>"""

WHOLE = """<item>
  <title>The ferry &amp;amp; &lt;i&gt;the&lt;/i&gt; port</title>
  <link>https://harrow.example/ferry</link>
  <guid isPermaLink="false">tag:harrow,1</guid>
  <pubDate>Tue, 05 May 2026 23:30:00 -0500</pubDate>
  <description>A teaser.</description>
  <content:encoded><![CDATA[
    <p>It was <b>sold</b> at night.</p><script>track()</script><iframe>No frames.</iframe>
    <p>The post office appeared first on our map in 1901.</p>
    <figure><img src="a.jpg"><figcaption>The old ferry.</figcaption></figure>
    <h2>Who knew</h2><blockquote><p>“Nobody told us.”</p></blockquote>
    <ul><li>the boats</li></ul>
    <p><a href="/more">Read more: the port</a></p>
    <p>The post <a href="/f">The ferry</a> appeared first on <a href="/">The Dispatch</a>.</p>
  ]]></content:encoded>
</item>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Harrow &amp;amp; Sons</title>
<entry><title>One</title><id>urn:1</id><updated>2026-05-06T01:00:00+03:00</updated>
<link rel="self" href="https://harrow.example/1.atom"/><link href="https://harrow.example/1"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Words of one.</p></div></content>
</entry>
<entry><title>Two</title><id>urn:2</id><published>2026-01-02T00:00:00Z</published>
<updated>2026-05-05T00:00:00Z</updated><summary type="text">First of two.

Second of two.</summary></entry>
<entry><title>Three</title><id>urn:3</id><content type="image/png">iVBORw0KGgo=</content></entry>
</feed>"""


def saved(tmp_path: Path, text: str, name: str = "feed.xml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def read(tmp_path: Path, *items: str) -> list[Article]:
    return list(read_articles([saved(tmp_path, RSS.format("".join(items)))]))


def test_an_entry_of_rss_is_an_article_by_its_full_text(tmp_path: Path) -> None:
    (article,) = read(tmp_path, WHOLE)

    assert article == Article(
        article_id="https://harrow.example/ferry",
        title="The ferry & the port",
        source="The Harrow Dispatch",
        url="https://harrow.example/ferry",
        date="2026-05-05",
        blocks=(
            Block(BlockType.BODY, "It was sold at night."),
            Block(BlockType.BODY, "The post office appeared first on our map in 1901."),
            Block(BlockType.CAPTION, "The old ferry."),
            Block(BlockType.HEADING, "Who knew"),
            Block(BlockType.QUOTE, "“Nobody told us.”"),
            Block(BlockType.LIST, "the boats"),
        ),
        left_out=(
            LeftOut(BlockType.EMBED, "page furniture", "Read more: the port"),
            LeftOut(
                BlockType.BODY,
                "page furniture",
                "The post The ferry appeared first on The Dispatch.",
            ),
        ),
        origin=f"{tmp_path / 'feed.xml'}: entry 1",
    )


@pytest.mark.parametrize("name", ["feed.atom", "FEED.XML", "feed.rss"])
def test_atom_is_read_with_summary_where_there_is_no_content(tmp_path: Path, name: str) -> None:
    articles = list(read_articles([saved(tmp_path, ATOM, name)]))

    assert [(a.title, a.article_id, a.url, a.date) for a in articles] == [
        ("One", "https://harrow.example/1", "https://harrow.example/1", "2026-05-06"),
        ("Two", "urn:2", "", "2026-01-02"),
        ("Three", f"{Path(name).stem}-3", "", ""),
    ]
    assert {a.source for a in articles} == {"Harrow & Sons"}
    assert [b.text for a in articles for b in a.blocks] == [
        "Words of one.",
        "First of two.",
        "Second of two.",
    ]


@pytest.mark.parametrize(
    ("said", "author"),
    [
        ("<dc:creator>Ann Weir</dc:creator>", "Ann Weir"),
        ("<author>ann@example.org (Ann Weir)</author>", "Ann Weir"),
        ("<author>ann@example.org</author>", ""),
        ("<author>ann@example.org, bo@example.org</author>", ""),
        ("<author><name>ann@example.org</name></author>", ""),
        ("<dc:creator>Ann Weir &lt;ann@example.org&gt;</dc:creator>", "Ann Weir"),
        ("<dc:creator>Ann Weir (ann@example.org), Bo Lund</dc:creator>", "Ann Weir, Bo Lund"),
        ("<dc:creator>Ann Weir</dc:creator><dc:creator>Bo Lund</dc:creator>", "Ann Weir; Bo Lund"),
    ],
)
def test_authors_are_known_by_name_and_never_by_e_mail(
    tmp_path: Path, said: str, author: str
) -> None:
    (article,) = read(tmp_path, WHOLE.replace("</item>", f"{said}</item>"))

    assert article.author == author


def test_an_entry_without_text_has_its_place_in_the_ledger(tmp_path: Path) -> None:
    bare = "<item><title>Bare</title><link>https://harrow.example/bare</link></item>"

    _, article = read(tmp_path, WHOLE, bare)

    assert (article.article_id, article.blocks) == ("feed-2", ())
    assert article.left_out == (
        LeftOut(BlockType.BODY, "feed entry without text", "Bare https://harrow.example/bare"),
    )


def test_a_title_that_the_text_repeats_is_taken_out(tmp_path: Path) -> None:
    text = "&lt;p>Boats&lt;/p>&lt;p>Sail.&lt;/p>"

    (article,) = read(
        tmp_path, f"<item><title>Boats</title><description>{text}</description></item>"
    )

    assert [block.text for block in article.blocks] == ["Sail."]
    assert article.left_out == (LeftOut(BlockType.BODY, "title", "Boats"),)


def test_entries_that_share_an_address_keep_names_of_their_own(tmp_path: Path) -> None:
    item = "<item><link>https://harrow.example/</link>{}<description>Text.</description></item>"

    articles = read(tmp_path, item.format(""), item.format("<guid>g</guid>"), item.format(""))

    assert [a.article_id for a in articles] == ["https://harrow.example/", "g", "feed-3"]


def test_a_feed_without_any_text_says_how_to_get_the_pages(tmp_path: Path) -> None:
    item = "<item><title>Bare</title><link>https://harrow.example/bare</link></item>"

    with pytest.raises(InputError, match=r"prepare https://harrow.example/bare$"):
        read(tmp_path, item)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<urlset></urlset>", "not an RSS or Atom feed; save an article as .html or .txt"),
        ("<!DOCTYPE html><html><body>Words.</body></html>", "not an RSS or Atom feed"),
        ("", "not an RSS or Atom feed"),
        ("words", "not an RSS or Atom feed"),
        (RSS.format(""), "the feed has no entries"),
    ],
)
def test_what_is_no_feed_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = saved(tmp_path, text)

    with pytest.raises(InputError, match=why) as caught:
        list(read_articles([path]))

    assert str(caught.value).startswith(f"{path}: ")


def test_in_a_folder_only_an_xml_file_that_is_a_feed_is_read(tmp_path: Path) -> None:
    feed, other = saved(tmp_path, ATOM), saved(tmp_path, "<urlset/>", "sitemap.xml")

    found = find_files([tmp_path])

    assert (found.files, found.others) == ((feed,), (other,))


def test_the_encoding_that_the_feed_names_is_used(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    item = "<item><description>Съезд.</description></item>"
    path.write_bytes(RSS.format(item).replace("utf-8", "windows-1251").encode("cp1251"))

    (article,) = read_articles([path])

    assert article.blocks == (Block(BlockType.BODY, "Съезд."),)


def test_relative_links_are_those_of_the_address_that_the_file_is_marked_with(
    tmp_path: Path,
) -> None:
    item = "<item><link>../ä</link><description>Съезд.</description></item>"
    path = saved(tmp_path, RSS.replace(' encoding="utf-8"', "").format(item))

    with path.open("a") as file:
        file.write(mark("https://harrow.example/feeds/a--b"))

    (article,) = read_articles([path])
    assert (article.url, article.blocks[0].text) == ("https://harrow.example/ä", "Съезд.")


@pytest.mark.parametrize("entity", ["SYSTEM 'file:///etc/passwd'", "'{}'"])
def test_entities_reach_no_file_and_no_memory(tmp_path: Path, entity: str) -> None:
    bomb = "".join(f"<!ENTITY b{n + 1} '{f'&b{n};' * 10}'>" for n in range(9))
    head = f"<!DOCTYPE rss [<!ENTITY b0 {entity.format('ha' * 50)}>{bomb}]>"
    item = "<item><description>Before &b0;&b9; after.</description></item>"
    path = saved(tmp_path, head + RSS.format(item).partition("?>")[2])

    try:
        texts = [block.text for a in read_articles([path]) for block in a.blocks]
    except InputError:
        texts = []

    assert len("".join(texts)) < 10_000
    assert "root:" not in "".join(texts)


def test_a_feed_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = saved(tmp_path, RSS.format(WHOLE + "<item><title>Half</title><description>Of it"))
    path.write_text(path.read_text().partition("</channel>")[0])

    titles = [article.title for article in read_articles([path])]

    assert titles == ["The ferry & the port", "Half"]


@pytest.mark.parametrize(
    ("words", "whole"),
    [("<description>{}</description>", False), ("<content:encoded>{}</content:encoded>", True)],
)
def test_a_feed_of_teasers_announces_its_pages(tmp_path: Path, words: str, whole: bool) -> None:
    item = "<item><title>A</title><link>https://harrow.example/a</link>{}</item>"
    path = saved(tmp_path, RSS.format(item.format(words.format("One sentence."))))
    there = () if whole else (Announced("https://harrow.example/a", "A"),)

    assert announced(path) == there

    path = saved(tmp_path, RSS.format(item.format(words.format("Many words. " * 50))))
    assert announced(path) == ()


def test_a_long_beginning_is_passed_over_in_no_time() -> None:
    assert not is_feed("<?a?>" * 5000 + "<html>")
    assert not is_feed(" " * 50_000)
    assert is_feed("<!-- <html> --><?a?> <rss>")


PARTS = [
    *"<>/&;\"' ab\0é",
    *("<item>", "</item>", "<description>", "<p>", "<title>", "<pubDate>", "<link>"),
    *("<content:encoded>", "<![CDATA[", "]]>", "2026-05-05", "<guid>"),
]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PARTS)))
def test_whatever_stands_in_a_feed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = saved(tmp_path_factory.mktemp("feed"), RSS.format("".join(parts)))

    with suppress(InputError):
        assert any(article.blocks for article in read_articles([path]))


@pytest.mark.parametrize(
    "reference", ["&#xd800;", "&#56320;", "&#x110000;", "&#99999999999999999999;", "&#xDFFF"]
)
@pytest.mark.parametrize("broken", ["", "<unclosed>"])
def test_a_reference_to_no_character_does_not_lose_the_feed(
    tmp_path: Path, reference: str, broken: str
) -> None:
    entry = f"<item><title>One</title><description>It {reference} was sold.</description></item>"

    (article,) = read(tmp_path, entry + broken)

    assert [block.text for block in article.blocks] == ["It was sold."]


def test_a_reference_to_a_character_is_that_character(tmp_path: Path) -> None:
    (article,) = read(
        tmp_path, "<item><description>Caf&#xE9; &#8220;&#x0001F6A2;&#8221;</description></item>"
    )

    assert article.blocks[0].text == "Café “🚢”"


def test_a_feed_in_utf_16_with_such_a_reference_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "feed.rss"
    item = "<item><title>One</title><description>It &#xd800; was sold.</description></item>"
    path.write_bytes(RSS.replace("utf-8", "utf-16").format(item + "<unclosed>").encode("utf-16"))

    (article,) = read_articles([path])

    assert [block.text for block in article.blocks] == ["It was sold."]


FULL = "<p>It was sold at night.</p><p>Nobody in the room of the council objected.</p>"
CONTENT = f"<content:encoded><![CDATA[{FULL}]]></content:encoded>"
SUBSET = '<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY mdash "&#8212;"><!ENTITY x "]">]>\n'
ODD = {
    "subset": SUBSET + RSS.partition("\n")[2].format(f"<item><title>One</title>{CONTENT}</item>"),
    "no prefix": (
        f"<rss><channel><item><description>Sold.</description>{CONTENT}</item></channel></rss>"
    ),
    "text as description": RSS.format(
        f"<item><description><![CDATA[{FULL}]]></description>"
        "<content:encoded>Sold.</content:encoded></item>"
    ),
    "blank lines": RSS.format(
        "<item><description>It was sold at night.\n\nNobody in the room of the council objected."
        "</description></item>"
    ),
    "no namespace": (
        f'<feed><entry><content type="html"><![CDATA[{FULL}]]></content></entry></feed>'
    ),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("form", list(ODD))
def test_an_odd_feed_in_a_folder_gives_its_paragraphs(
    tmp_path: Path, form: str, encoding: str
) -> None:
    text = ODD[form].replace("utf-8", encoding)
    (tmp_path / "feed.xml").write_bytes(text.encode(encoding))

    (article,) = read_articles([tmp_path])

    assert [block.text for block in article.blocks] == [
        "It was sold at night.",
        "Nobody in the room of the council objected.",
    ]


def wordpress_item(title: str, text: str, **fields: str) -> str:
    tags = "".join(f"<wp:{tag}><![CDATA[{value}]]></wp:{tag}>" for tag, value in fields.items())
    return (
        f"<item><title>{title}</title><link>https://bay.example/{title}</link>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded>{tags}</item>"
    )


def test_of_a_wordpress_export_only_published_posts_are_articles(tmp_path: Path) -> None:
    text = "The library is shut.\n\nNobody asked why.\n\n[gallery ids='1']"
    kinds = [
        ("publish", "post"), ("draft", "post"), ("private", "post"), ("publish", "page"),
        ("inherit", "attachment"), ("publish", "nav_menu_item"), ("publish", "news"),
    ]  # fmt: skip
    items = (
        wordpress_item(f"{status}-{type_}", text, status=status, post_type=type_)
        for status, type_ in kinds
    )
    path = tmp_path / "export.xml"
    path.write_text(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Bay</title>'
        f"{''.join(items)}</channel></rss>"
    )

    articles = list(read_articles([path]))

    assert {a.title: [block.text for block in a.blocks] for a in articles if a.blocks} == {
        title: ["The library is shut.", "Nobody asked why."]
        for title in ("publish-post", "publish-news")
    }
    assert {out.reason for a in articles for out in a.left_out} == {
        "WordPress draft",
        "WordPress private",
        "WordPress page",
        "WordPress attachment",
        "WordPress nav_menu_item",
    }


@pytest.mark.parametrize("byte", [b"\xe9", b"\0", "—".encode()[:2]], ids=repr)
def test_a_damaged_byte_in_an_entry_is_one_odd_sign(tmp_path: Path, byte: bytes) -> None:
    items = (
        f"<item><description>“The pier – was closed at {n}.”</description></item>" for n in (1, 2)
    )
    file = tmp_path / "feed.rss"
    text = f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>"
    file.write_bytes(text.encode().replace(b"pier", b"pi" + byte + b"er", 1))

    first, second = read_articles([file])

    assert [block.text for block in first.blocks] == ["“The pi\ufffder – was closed at 1.”"]
    assert [notice.reason for notice in first.notices] == ["damaged bytes"]
    assert [block.text for block in second.blocks] == ["“The pier – was closed at 2.”"]
    assert second.notices == ()


def test_a_feed_in_an_encoding_that_it_names_has_no_damaged_byte(tmp_path: Path) -> None:
    text = "<?xml version='1.0' encoding='iso-8859-2'?><rss version='2.0'><channel><item>"
    text += "<description>Nikt nie wie, kto zamknął molo.</description></item></channel></rss>"
    file = tmp_path / "feed.rss"
    file.write_bytes(text.encode("iso-8859-2"))

    (article,) = read_articles([file])

    assert article.blocks[0].text == "Nikt nie wie, kto zamknął molo."
    assert article.notices == ()


def test_an_ampersand_that_was_not_escaped_is_one(tmp_path: Path) -> None:
    item = (
        "<item><title>A&B</title><link>https://a.example/?a=1&b=2</link>"
        "<description>AT&T and Q&A, R &amp; D.</description></item>"
        "<item><title><![CDATA[C&D]]></title><description><![CDATA[E&F &amp; G.]]></description>"
        "</item>"
    )
    file = tmp_path / "feed.rss"
    file.write_text(f"<rss version='2.0'><channel>{item}</channel></rss>", encoding="utf-8")

    first, second = read_articles([file])

    assert (first.title, first.url) == ("A&B", "https://a.example/?a=1&b=2")
    assert [block.text for block in first.blocks] == ["AT&T and Q&A, R & D."]
    assert (second.title, second.blocks[0].text) == ("C&D", "E&F & G.")


BLOGGER = "http://schemas.google.com/blogger/2008/kind#"
OLD = f"<category scheme='http://schemas.google.com/g/2005#kind' term='{BLOGGER}{{}}'/>"
NEW = "<blogger:type>{}</blogger:type><blogger:status>{}</blogger:status>"
DRAFT = (
    "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft></app:control>"
)


@pytest.mark.parametrize(
    "kinds",
    [
        [OLD.format("post"), OLD.format("post") + DRAFT, OLD.format("comment"), OLD.format("page")],
        [NEW.format(*kind) for kind in (
            ("POST", "LIVE"), ("POST", "DRAFT"), ("COMMENT", "LIVE"), ("PAGE", "LIVE"))],
    ],
    ids=["before 2025", "since 2025"],
)  # fmt: skip
def test_of_a_blogger_export_only_published_posts_are_articles(
    tmp_path: Path, kinds: list[str]
) -> None:
    entries = "".join(
        f"<entry><id>tag:blog-{n}</id><title>T{n}</title>{kind}"
        f"<content type='html'>The library number {n} is shut.</content></entry>"
        for n, kind in enumerate(kinds)
    )
    file = tmp_path / "blog.xml"
    file.write_text(
        "<feed xmlns='http://www.w3.org/2005/Atom' "
        f"xmlns:blogger='http://schemas.google.com/blogger/2018'><title>Bay</title>{entries}</feed>"
    )

    articles = list(read_articles([file]))

    assert [[block.text for block in a.blocks] for a in articles] == [
        ["The library number 0 is shut."], [], [], [],
    ]  # fmt: skip
    assert [out.reason for a in articles for out in a.left_out] == [
        "Blogger draft", "Blogger comment", "Blogger page",
    ]  # fmt: skip
