from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate.articles.extraction.dom import page_blocks, parse
from annotate.articles.readers.html import read_page
from annotate.articles.registry import read_articles
from annotate.core.errors import InputError

PAGES = Path(__file__).parent / "pages"
SENTENCE = (
    "The council will meet on Thursday, and the doors of the hall will be open to everybody. "
)
PARAGRAPHS = "".join(f"<p>{number}. {SENTENCE * 2}</p>" for number in range(5))
ANYWHERE = Path("page.html")


def starts(name: str) -> list[tuple[str, str]]:
    (article,) = read_articles([PAGES / name])
    return [(block.kind.value, " ".join(block.text.split()[:3])) for block in article.blocks]


def left_out(name: str) -> list[str]:
    (article,) = read_articles([PAGES / name])
    assert {out.reason for out in article.left_out} == {"page furniture"}
    return [" ".join(out.text.split()[:3]) for out in article.left_out]


def texts(page: str) -> list[str]:
    return [block.text for block in read_page(page, ANYWHERE).blocks]


def test_a_news_page_gives_its_article_in_order_with_kinds() -> None:
    assert starts("news_site.html") == [
        ("caption", "The Saint Orla"),
        ("body", "On Tuesday night,"),
        ("body", "Nobody in the"),
        ("quote", "“The council is"),
        ("heading", "What the buyers"),
        ("body", "The buyers knew"),
        ("embed", "We have been"),
        ("body", "Three things were"),
        ("list", "the landing rights,"),
        ("list", "the winter timetable"),
        ("list", "the pensions of"),
        ("body", "None of this"),
    ]


def test_all_else_of_a_news_page_is_in_the_ledger() -> None:
    assert left_out("news_site.html") == [
        "We value your",
        "Accept all",
        "The Harrow Dispatch",
        "News",
        "Opinion",
        "Sport",
        "Home > Opinion",
        "By Lena Orrin",
        "2 March 2024",
        "Advertisement",
        "Lose eleven kilos",
        "Related stories",
        "The bridge that",
        "Get the Dispatch",
        "Share Tweet",
        "2 comments",
        "Well said Lena,",
        "© 2024 The",
    ]


def test_a_page_says_title_author_outlet_address_and_day() -> None:
    (article,) = read_articles([PAGES / "news_site.html"])

    assert article.article_id == article.url == "https://harrowdispatch.example/2024/03/ferry"
    assert article.title == "The Mayor Sold the Ferry and Kept the Change"
    assert article.author == "Lena Orrin"
    assert article.source == "The Harrow Dispatch"
    assert article.date == "2024-03-02"


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("They lie to you again | Opinion", "They lie to you again"),
        ("They lie to you again - Opinion", "They lie to you again"),
        ("Voss - the last stand of a liar", "Voss - the last stand of a liar"),
        ("They lie - and nobody asks why", "They lie - and nobody asks why"),
    ],
)
def test_the_title_is_the_headline_without_what_the_page_shows_elsewhere(
    title: str, headline: str
) -> None:
    shown = "<nav><a>Voss</a></nav><h2>Opinion</h2><div>They lie to you again</div>"
    head = f"<head><meta property='og:title' content='{title}'></head>"
    page = f"<html>{head}<body>{shown}<article>{PARAGRAPHS}</article></body></html>"

    assert read_page(page, Path("x.html")).title == headline


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("Mara Voss Jan 9", "Mara Voss"),
        ("Lena Orrin December", "Lena Orrin"),
        ("Posted by Mara Voss", "Mara Voss"),
        ("Ilo Varga 3 days ago", "Ilo Varga"),
        ("Clifford D May", "Clifford D May"),
        ("Mary Ann March", "Mary Ann March"),
        ("The Long View Foundation", "The Long View Foundation"),
        ("Mara Voss · Varne News", "Mara Voss"),
        ("Mara Voss View author archive", "Mara Voss"),
        ("Theresa May", "Theresa May"),
        ("April Voss", "April Voss"),
        ("More", ""),
    ],
)
def test_the_author_is_the_name_alone(byline: str, author: str) -> None:
    head = f"<head><title>The pier</title><meta name='author' content='{byline}'></head>"
    page = f"<html>{head}<body><article><h1>The pier</h1>{PARAGRAPHS}</article></body></html>"

    assert read_page(page, Path("x.html")).author == author


def test_paragraphs_of_divs_and_line_breaks_are_found() -> None:
    assert starts("blog_of_divs.html") == [
        ("caption", "The shelter at"),
        ("body", "On the second"),
        ("body", "There was no"),
        ("heading", "Who pays for"),
        ("body", "Everybody who lives"),
        ("caption", "Photo: Rafe Instow"),
        ("body", "So it goes."),
        ("body", "The company was"),
    ]
    assert left_out("blog_of_divs.html") == [
        "Saltmarsh Review",
        "Home About us",
        "Read more: the",
        "Popular posts",
        "Ten harbours that",
        "Powered by a",
    ]


def test_a_page_laid_out_by_tables_keeps_its_paragraphs() -> None:
    assert [start for start in starts("table_layout.html") if start[0] == "body"] == [
        ("body", "The tariff on"),
        ("body", "The miller at"),
        ("body", "I do not"),
    ]


def test_a_page_with_one_paragraph_is_an_article_named_by_its_file() -> None:
    (article,) = read_articles([PAGES / "short.html"])

    assert article.article_id == "short"
    assert starts("short.html") == [("body", "The council will")]


@pytest.mark.parametrize(
    "page",
    [
        (PAGES / "app_shell.html").read_text(),
        "<!-- nothing -->",
        "<html></html>",
        f"<nav><p>{SENTENCE}</p></nav>",
        f"<body><div class='x'><footer><p>{SENTENCE}</p></footer></div></body>",
    ],
)
def test_a_page_without_article_text_is_refused(page: str) -> None:
    with pytest.raises(InputError, match=r"page.html: no article text found in this page"):
        read_page(page, ANYWHERE)


@pytest.mark.parametrize("depth", [900, 3000])
def test_deep_nesting_loses_nothing(depth: int) -> None:
    assert len(texts("<div>" * depth + PARAGRAPHS + "</div>" * depth)) == 5


@pytest.mark.parametrize("control", ["\x07", "&#7;", "&#xFFFE;", "&#xD800;", "&#0;"])
def test_a_control_character_does_not_lose_the_page(control: str) -> None:
    found = texts(
        f"<body>{PARAGRAPHS}<p>{SENTENCE} One {control} more.</p><p>a {control}</p></body>"
    )

    assert len([text for text in found if text.startswith(("0", "1", "2", "3", "4"))]) == 5


def test_a_script_within_a_caption_is_no_text() -> None:
    caption = "<figcaption>The pier.<script>var pier;</script> In May.</figcaption>"

    assert "The pier. In May." in texts(f"<article>{PARAGRAPHS}{caption}{PARAGRAPHS}</article>")


def test_an_article_in_a_container_named_as_furniture_is_kept() -> None:
    assert len(texts(f"<body class='has-sidebar ads'><form>{PARAGRAPHS}</form></body>")) == 5


@pytest.mark.parametrize(
    "wrapper", ["aside", "div hidden", "div style='display: none'", "div class='adBox'"]
)
def test_what_is_furniture_is_never_taken_though_it_stands_in_the_article(wrapper: str) -> None:
    box = f"<{wrapper}><p>Buy this boat. {SENTENCE}</p></{wrapper.split()[0]}>"

    found = texts(
        f"<body><article>{PARAGRAPHS}{box}{PARAGRAPHS.replace('. The', '! The')}</article></body>"
    )

    assert len(found) == 10
    assert not any("Buy this boat" in text for text in found)


def test_an_encoding_declared_otherwise_does_not_matter() -> None:
    page = (
        f"<?xml version='1.0' encoding='iso-8859-1'?><html><body>{PARAGRAPHS}<p>Süß. {SENTENCE}</p>"
    )

    assert texts(page)[-1].startswith("Süß. ")


OUTLET = "<meta property='og:site_name' content='The Dispatch'>"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Boats | The Dispatch</title></head><h1>Boats</h1>", "Boats"),
        ("<title>Boats</title></head><h1>Boats Sail Again</h1>", "Boats Sail Again"),
        ("<meta property='og:title' content='Boats'></head><h1>The Dispatch</h1>", "Boats"),
        ("<title>B | Boats Sail</title></head><h1>B</h1><h1>Boats Sail</h1>", "Boats Sail"),
        ("</head><h1>Boats</h1>", "Boats"),
        ("<title>Boats Sail - The Dispatch</title></head><h2>Join us</h2>", "Boats Sail"),
        ("<title>Boats Sail - The Dispatch</title></head><p>Boats Sail</p>", "Boats Sail"),
        (f"<title>Boats Sail - The Dispatch</title>{OUTLET}</head><h1>Letters</h1>", "Boats Sail"),
        ("<meta property='og:title' content='Boats'></head><h1>A</h1><h1>B</h1>", "Boats"),
    ],
)
def test_the_title_is_the_heading_that_agrees_with_the_page(head: str, title: str) -> None:
    article = read_page(f"<html><head>{head}<article>{PARAGRAPHS}</article></html>", ANYWHERE)

    assert article.title == title
    assert title not in [block.text for block in article.blocks]


def test_only_a_web_address_is_taken_as_the_pages_address() -> None:
    page = "<html><head><link rel='canonical' href='{}'></head><body>" + PARAGRAPHS

    assert read_page(page.format("/relative"), ANYWHERE).article_id == "page"
    assert (
        read_page(page.format("https://a.example/1"), ANYWHERE).article_id == "https://a.example/1"
    )


def test_a_whole_page_named_as_caption_or_post_is_no_caption() -> None:
    page = f"<body class='twitter-tweet'><div class='image-caption'>{PARAGRAPHS * 2}</div></body>"

    assert {block.kind.value for block in read_page(page, ANYWHERE).blocks} == {"body"}


TAGS = [
    "p",
    "article",
    "br",
    "b",
    "a",
    "h1",
    "li",
    "td",
    "blockquote",
    "figcaption",
    "script",
    "nav",
]
WORDS = [
    SENTENCE,
    "short",
    " ",
    "\v",
    "\u200b",
    "&amp;",
    "<!--",
    "-->",
    "<div class='ad'>",
    "</div>",
]
PIECES = st.sampled_from([*WORDS, *(f"<{tag}>" for tag in TAGS), *(f"</{tag}>" for tag in TAGS)])


@settings(deadline=None, max_examples=80)
@given(st.lists(PIECES, max_size=40).map("".join))
@example(f"<h1>{SENTENCE}\u200b</h1><p>{SENTENCE}</p>")
@example(f"<p>{SENTENCE}</p>\u200b<h1>sho\u00adrt</h1>")
def test_every_block_of_a_page_is_title_article_or_ledger(page: str) -> None:
    read = [block.text for block in page_blocks(parse(page))]
    try:
        article = read_page(page, ANYWHERE)
    except InputError:
        return
    kept = [block.text for block in article.blocks] + [out.text for out in article.left_out]
    title = [article.title] if article.title in read else []
    assert sorted(kept + title) == sorted(read)


def test_a_kicker_and_a_byline_in_the_article_are_furniture() -> None:
    page = (
        '<html><head><meta property="og:title" content="A Letter About the Ferry"></head><body>'
        '<article><p class="kicker">Letters</p><h1>A Letter About the Ferry</h1>'
        f'<p class="byline">By Lena Orrin</p>{PARAGRAPHS}</article></body></html>'
    )

    article = read_page(page, ANYWHERE)

    assert len(article.blocks) == 5
    assert [out.text for out in article.left_out] == ["Letters", "By Lena Orrin"]


def test_a_post_on_a_page_for_telephones_is_embedded() -> None:
    post = "<amp-twitter><blockquote placeholder><p>Still nothing.</p></blockquote></amp-twitter>"
    article = read_page(f"<article>{PARAGRAPHS}{post}{PARAGRAPHS}</article>", ANYWHERE)

    assert [b.kind.value for b in article.blocks if b.text == "Still nothing."] == ["embed"]


def test_an_element_with_many_attributes_keeps_its_text() -> None:
    many = " ".join(f'a{number}="x > y"' for number in range(1200))

    assert len(texts(f"<html><body><article {many}>{PARAGRAPHS}</article></body></html>")) == 5


def test_a_heading_ends_as_in_browsers_where_its_end_tag_names_another() -> None:
    page = f"<article><h2 class='lead'>The board has voted</h3><div>{PARAGRAPHS}</div></article>"

    assert [block.kind.value for block in read_page(page, ANYWHERE).blocks][1:] == ["body"] * 4


@pytest.mark.parametrize("tag", ["o:p", "person-name", "font", "ner", "g:plusone", "v:shape"])
def test_unknown_elements_are_inline_as_in_browsers(tag: str) -> None:
    page = f"<html xmlns:o='urn:office'><body><p>The <{tag}>old</{tag}> pier. {SENTENCE}</p></body>"

    assert texts(page) == [f"The old pier. {SENTENCE}".strip()]


def test_long_attributes_and_scripts_are_no_attributes() -> None:
    words = "word = " * 2000
    script = f"<script>if (a<b && c) {{ {words} }}</script>"
    page = f'<html><body>{script}<article data-x="{words}">{PARAGRAPHS}</article></body></html>'

    assert len(read_page(page, ANYWHERE).blocks) == 5


@pytest.mark.parametrize(
    "offer",
    [
        "<section amp-access='NOT subscriber'>{}</section>",
        "<div subscriptions-section='content-not-granted'>{}</div>",
        "<amp-consent layout='nodisplay'><div>{}</div></amp-consent>",
        "<amp-list><div placeholder>{}</div></amp-list>",
    ],
)
def test_what_an_amp_page_shows_to_others_is_furniture(offer: str) -> None:
    box = offer.format(f"<p>Buy a ticket. {SENTENCE}</p>")
    found = texts(
        f"<article>{PARAGRAPHS}{box}<section amp-access='a'>{PARAGRAPHS}</section></article>"
    )

    assert len(found) >= 5
    assert not any("Buy a ticket" in text for text in found)


@pytest.mark.parametrize("style", ["MsoHeader", "MsoFooter", "MsoNormal"])
def test_a_letter_in_any_style_of_word_is_text(style: str) -> None:
    assert len(texts(PARAGRAPHS.replace("<p>", f"<p class={style}>"))) == 5


def test_a_page_saved_as_its_source_is_read() -> None:
    page = f"<html><head><title>Boats</title></head><body>{PARAGRAPHS}</body></html>"
    source = page.replace("<", "&lt;").replace(">", "&gt;").replace("&lt;p", "\n&lt;p")
    article = read_page(f"<body id='viewsource'><pre>{source}</pre></body>", ANYWHERE)

    assert (article.title, len(article.blocks)) == ("Boats", 5)


@pytest.mark.parametrize(
    "section",
    [
        "<section id='sharing-the-cost'><h2>Sharing the cost</h2>{}</section>",
        "<section class='support-for-the-war'><h2>Support for the war</h2>{}</section>",
        "<h2 class='anchor anchorWithStickyNavbar_a1' id='popular-support'>Popular support</h2>{}",
        "<section id='comments-on-piers' class='level2'><h2>Comments on piers</h2>{}</section>",
    ],
)
def test_a_section_named_by_its_heading_is_the_articles(section: str) -> None:
    more = section.format(f"<p>At last. {SENTENCE}</p>")
    article = read_page(f"<main><h1>Boats</h1>{PARAGRAPHS}{more}</main>", ANYWHERE)

    assert article.blocks[-1].text.startswith("At last.")


def test_a_page_of_a_saving_extension_has_the_address_in_its_comment() -> None:
    comment = (
        "<!--\n Page saved with SingleFile \n url: https://post.example/1 \n saved date: x\n-->"
    )
    page = f"<!DOCTYPE html> <html lang=en>{comment}<body><article>{PARAGRAPHS}</article></html>"

    assert read_page(page, ANYWHERE).url == "https://post.example/1"
    assert read_page(page.replace("https://", "about:"), ANYWHERE).url == ""


@pytest.mark.parametrize("tag", ["div", "font", "td"])
def test_text_above_the_first_tag_of_a_paragraph_is_one(tag: str) -> None:
    paragraphs = [f"{number}. {SENTENCE}".strip() for number in range(5)]
    page = f"<title>A hall</title><h1>A hall</h1><{tag}>{'<p>'.join(paragraphs)}</{tag}>"
    page = f"<table><tr>{page}</tr></table>" if tag == "td" else page

    assert texts(page) == paragraphs


def test_the_title_of_a_document_may_be_a_paragraph_in_that_style() -> None:
    page = f"<p class='c0 title'>A hall is open</p>{PARAGRAPHS}"

    assert read_page(page, ANYWHERE).title == "A hall is open"


def test_the_address_is_that_of_the_page_and_not_of_the_archive_that_kept_it() -> None:
    kept = "https://archive.example/web/20240305101010/https://paper.example/hall?page=1"
    page = f"<link rel=canonical href='{kept}'>{PARAGRAPHS}"

    assert read_page(page, ANYWHERE).url == "https://paper.example/hall?page=1"
