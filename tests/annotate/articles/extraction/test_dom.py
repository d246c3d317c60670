import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.extraction.dom import page_blocks, parse, shown_source

ONE = "The committee has met in the old library every week since the spring of that year."
TWO = "Whoever wants to hear what it has to say must come early and bring a chair of their own."


def blocks(html: str) -> list[tuple[str, str]]:
    return [(block.element.tag, block.text) for block in page_blocks(parse(html))]


def texts(html: str) -> list[str]:
    return [text for _, text in blocks(html)]


@pytest.mark.parametrize(
    "html",
    [
        f"<pre>{ONE}\n\n{TWO}</pre>",
        "<pre>\n{}\n \n{}\n</pre>".format(ONE.replace(" every", "\nevery"), TWO),
        f"<pre><b>{ONE}</b>\n\n\n{TWO}</pre>",
        f"<div style='white-space: pre-wrap'>{ONE}\n\n{TWO}</div>",
        f"<p>{ONE}<br><br>{TWO}</p>",
        f"<p>{ONE}<br/>\n{TWO}</p>",
        f"<span style='display:block'>{ONE}</span><span style='display: block'>{TWO}</span>",
        f"<center>{ONE}</center>{TWO}",
        f"<p>{ONE}<p>{TWO}",
    ],
)
def test_what_a_browser_shows_apart_are_paragraphs(html: str) -> None:
    assert texts(f"<body>{html}</body>") == [ONE, TWO]


@pytest.mark.parametrize(
    "html",
    [
        "<p>12 Harbour Road<br>Saint Orla</p>",
        "<p>12 Harbour\n\nRoad Saint Orla</p>",
        "<pre>12 Harbour Road\nSaint Orla</pre>",
        "<p>12 <street-name>Harbour</street-name> <x:y>Road</x:y> Saint Orla</p>",
    ],
)
def test_what_a_browser_shows_as_one_is_one(html: str) -> None:
    assert texts(html) == ["12 Harbour Road Saint Orla"]


def test_a_heading_ends_at_the_end_tag_of_another_level() -> None:
    assert blocks(f"<h2>Costs</h3><p>{ONE}</p>") == [("h2", "Costs"), ("p", ONE)]


@pytest.mark.parametrize(
    "number",
    [
        '<a class="footnote-anchor" href="#footnote-1">1</a>',
        '<sup><a href="#fn1" role="doc-noteref">1</a></sup>',
        '<a href="#_ftn1"><span class="MsoFootnoteReference">[1]</span></a>',
        '<sup class="reference"><a href="#cite_note-4">[c]</a></sup>',
    ],
)
def test_the_number_of_a_footnote_is_no_text(number: str) -> None:
    assert texts(f"<p>It closed.{number} Nobody came.</p>") == ["It closed. Nobody came."]


@pytest.mark.parametrize(
    "aside",
    [
        '<span class="visually-hidden">, opens new tab</span>',
        '<span style="position:absolute; clip-path: inset(50%)">, opens new tab</span>',
        '<span class="footnote">A note that opens at a click.</span>',
    ],
)
def test_what_is_only_read_aloud_or_opens_in_a_sentence_is_no_part_of_it(aside: str) -> None:
    assert texts(f"<p>The report{aside} is out.</p>") == ["The report is out."]


def test_a_character_that_is_escaped_twice_is_read() -> None:
    assert texts("<p>Tull Bay &amp;#151; so they say &amp;amp; write.</p>") == [
        "Tull Bay — so they say & write."
    ]


def test_the_sign_that_links_to_a_heading_is_no_text() -> None:
    assert texts("<h2>Costs<a class='headerlink' href='#costs'>¶</a></h2>") == ["Costs"]


def test_what_is_in_a_shadow_root_is_shown_and_what_is_in_a_template_is_not() -> None:
    page = "<my-story><template shadowrootmode=open>{}</template></my-story><template>x</template>"

    assert texts(page.format(f"<p>{ONE}</p>")) == [ONE]


def test_a_link_to_a_note_with_words_of_the_sentence_stays() -> None:
    assert texts('<p>See <a href="#note-2">the note</a>.</p>') == ["See the note."]


def test_list_items_of_word_are_list_items() -> None:
    items = "".join(f"<p class=MsoListParagraphCxSp{n}>{n}</p>" for n in ("First", "Last"))

    assert blocks(f"<p>{ONE}</p>{items}") == [("p", ONE), ("li", "First"), ("li", "Last")]


@pytest.mark.parametrize(
    "shown",
    [
        "<table><tr><td class='line-number'></td><td class='line-content'>&lt;p&gt;One</td></tr>"
        "<tr><td class='line-number'></td><td class='line-content'>&lt;p&gt;Two</td></tr></table>",
        "<body id='viewsource'><pre><span>&lt;p&gt;</span>One\n<span>&lt;p&gt;</span>Two</pre>",
    ],
)
def test_the_source_that_a_browser_shows_is_the_page(shown: str) -> None:
    assert shown_source(parse(shown)) == "<p>One\n<p>Two"
    assert shown_source(parse(f"<pre>{ONE}</pre>")) == ""


PIECES = st.sampled_from(
    ["<o:p>", "<p a:b=1 xmlns:=2>", "<html xmlns='urn:x'>", "<svg>", "</p>", "<b", "\x0c", "\ud800",
     "<table>", "x", "&#0;", "\"'<", "<h1>", "</h2>", "<template>", "<math><p>", "]]>", "\ufffe"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_page_is_refused(page: str) -> None:
    assert all(isinstance(element.tag, str) for element in parse(page).iter())
    list(page_blocks(parse(page)))


@pytest.mark.parametrize(
    "note",
    [
        "<div><p><a href='#ftnt_ref1' id=ftnt1>[1]</a> Two of them.</p></div>",
        "<div class=footnote><a class=footnote-number href='#a'>1</a><p>Two of them.</p></div>",
        "<p><a href='#cmnt_ref1' id=cmnt1>[a]</a><span>Two of them.</span></p>",
    ],
)
def test_a_footnote_is_an_item_of_a_list(note: str) -> None:
    _, block = page_blocks(parse(f"<body><p>{ONE}<sup><a href='#x9'>1</a></sup></p>{note}</body>"))

    assert block.text == "Two of them."
    assert "li" in {element.tag for element in (block.element, block.element.getparent())}


def test_the_number_of_a_note_within_a_sentence_leaves_the_paragraph_as_it_is() -> None:
    assert blocks(f"<p>{ONE}<sup><a href='#x9'>1</a></sup> {TWO}</p>") == [("p", f"{ONE} {TWO}")]


def test_ten_thousand_pictures_in_one_element_do_not_take_minutes() -> None:
    pictures = "".join(f"<img src='{number}.jpg'>" for number in range(10_000))

    assert texts(f"<body><div>{pictures}</div><p>{ONE}</p></body>") == [ONE]


def test_the_number_of_a_note_in_what_is_only_read_aloud_goes_with_it() -> None:
    spoken = "<span class='sr-only'><b><a href='#fn1'>1</a></b></span>"

    assert [block.text for block in page_blocks(parse(f"<body><p>A{spoken}b</p></body>"))] == ["Ab"]


@pytest.mark.parametrize("sign", ["¶", "<sup>1</sup>"])
def test_a_paragraph_that_opens_with_its_own_number_or_link_is_no_note(sign: str) -> None:
    page = f"<body><p id='p1'><a href='#p1'>{sign}</a> They lied.</p></body>"

    assert [block.element.tag for block in page_blocks(parse(page))] == ["p"]


def test_only_a_short_line_without_full_stop_is_the_title_of_a_document() -> None:
    for text, tag in (("They lied", "h1"), ("They lied to us, and nobody in the town asked.", "p")):
        page = f"<body><p class='title'>{text}</p><p>More.</p></body>"

        assert next(page_blocks(parse(page))).element.tag == tag
