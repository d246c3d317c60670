import pytest

from annotate.articles.article import Block
from annotate.articles.extraction.article_blocks import article_blocks
from annotate.articles.extraction.dom import page_blocks, parse
from annotate.core.records import BlockType

SENTENCE = "The council will meet on Thursday, and the doors of the hall will be open."
OTHER = "Nobody in the room pretended to be surprised by what the harbour board had to say."


def blocks(html: str) -> list[Block]:
    return list(article_blocks(page_blocks(parse(f"<body>{html}</body>"))))


def test_the_cells_of_a_row_are_one_block_with_the_figures_beside_their_words() -> None:
    table = "<tr><th>Pier</th><th>2014</th></tr><tr><td>Tull Bay</td><td>57</td></tr>"

    assert blocks(f"<table>{table}</table><p>{SENTENCE}</p>") == [
        Block(BlockType.LIST, "Pier | 2014"),
        Block(BlockType.LIST, "Tull Bay | 57"),
        Block(BlockType.BODY, SENTENCE),
    ]


def test_a_paragraph_that_is_only_the_link_to_another_article_is_no_text() -> None:
    link = "<p><a href='x'>Who pays for the pier now?</a></p>"

    assert blocks(f"<p>{SENTENCE}</p>{link}<p>{OTHER}</p>")[1].kind is BlockType.EMBED


def test_lines_of_one_sentence_in_paragraphs_of_their_own_are_one() -> None:
    lines = "<p>They sold the drugs in the town,</p><p>and in the villages</p><p>around it.</p>"

    assert blocks(f"{lines}<p>{SENTENCE}</p>") == [
        Block(BlockType.BODY, "They sold the drugs in the town, and in the villages around it."),
        Block(BlockType.BODY, SENTENCE),
    ]


def test_a_paragraph_goes_on_behind_a_box_that_stood_in_it() -> None:
    page = "<p>They sold it;<div class='note'></div> nobody in the town asked.</p>"

    assert blocks(f"<div>{page}<p>{SENTENCE}</p></div>") == [
        Block(BlockType.BODY, "They sold it; nobody in the town asked."),
        Block(BlockType.BODY, SENTENCE),
    ]


def test_source_code_counts_as_a_list_and_stays_whole() -> None:
    code = "for pier in piers:\n    show(pier['name'])\n\n    total += len(pier['planks'])"

    assert blocks(f"<p>{SENTENCE}</p><pre>{code}</pre>") == [
        Block(BlockType.BODY, SENTENCE),
        Block(BlockType.LIST, " ".join(code.split())),
    ]


@pytest.mark.parametrize("name", ["tweet", "quoted-tweet", "twitter-tweet", "social-embed"])
def test_a_post_that_is_written_into_the_page_is_embedded(name: str) -> None:
    post = f"<div class='{name}'><p>Voss</p><p>{OTHER}</p></div>"

    assert blocks(f"<p>{SENTENCE}</p>{post}")[1:] == [Block(BlockType.EMBED, f"Voss {OTHER}")]


def test_a_letter_in_lines_of_its_own_is_no_source_code() -> None:
    letter = f"{SENTENCE}\n\n[The board] said nothing. {OTHER}"

    assert blocks(f"<pre>{letter}</pre>") == [
        Block(BlockType.BODY, SENTENCE),
        Block(BlockType.BODY, f"[The board] said nothing. {OTHER}"),
    ]


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{SENTENCE}</p><p>and the rest.</p>",
        "<p>Voss</p><p>iPier</p>",
        "<p>They sold it</p><h2>x</h2><p>in the town.</p>",
        "<p>They sold it</p><p>In the town.</p>",
    ],
)
def test_other_paragraphs_are_not_joined(page: str) -> None:
    assert len(blocks(page)) == page.count("</")


def test_names_that_end_with_a_full_stop_are_no_paragraphs_of_a_list() -> None:
    items = f"{SENTENCE}|Tull Bay, Inc.|Varne, Wyo.|He said no."
    page = "".join(f"<li>{item}</li>" for item in items.split("|"))

    kept = [block.text for block in blocks(f"<ul>{page}</ul>") if block.kind is BlockType.BODY]
    assert kept == [SENTENCE, "He said no."]


def test_a_row_of_several_cells_is_no_paragraph() -> None:
    row = "<tr><td>The board of the harbour</td><td>Tull Bay Jr.</td></tr>"

    assert {block.kind for block in blocks(f"<table>{row * 3}</table>")} == {BlockType.LIST}


@pytest.mark.parametrize("link", ["<a href='x'>bees</a>", "bees@varne.example"])
def test_notes_in_italics_with_a_link_below_the_text_are_none_of_it(link: str) -> None:
    note = f"<p><em>Mara Voss keeps {link} on the pier.</em></p>"
    kinds = [block.kind for block in blocks(f"{note}<p>{SENTENCE}</p>{note}{note}")]

    assert kinds == [BlockType.BODY, BlockType.BODY, BlockType.EMBED, BlockType.EMBED]


@pytest.mark.parametrize("note", ["<p><em>She keeps bees.</em></p>", "<p>See <a>it</a>.</p>"])
def test_a_last_line_in_italics_or_with_a_link_alone_stays(note: str) -> None:
    assert blocks(f"<p>{SENTENCE}</p>{note}")[1].kind is BlockType.BODY


@pytest.mark.parametrize(
    "legend",
    [
        "<div><img><span>The pier in May</span></div>",
        "<div><picture></picture><div><p>The pier in May.</p></div></div>",
        "<div class='photo'><span class='newsCaption'>The pier in May</span></div>",
        "<p class='imageCopyright'>The pier in May</p>",
        "<div class='media'><p class='bildunterschrift'>The pier in May</p></div>",
    ],
)
def test_the_words_beside_a_picture_among_paragraphs_are_its_caption(legend: str) -> None:
    page = f"<p>{SENTENCE}</p>{legend}<p>{OTHER}</p>"

    assert [block.kind for block in blocks(page)] == [
        BlockType.BODY,
        BlockType.CAPTION,
        BlockType.BODY,
    ]


def test_paragraphs_that_each_have_a_picture_are_no_captions() -> None:
    page = "".join(f"<div><img><p>{text}</p></div>" for text in (SENTENCE, OTHER))

    assert [block.kind for block in blocks(page)] == [BlockType.BODY, BlockType.BODY]


@pytest.mark.parametrize("text", [SENTENCE, "Tull Bay"])
def test_a_linked_sentence_or_name_stays(text: str) -> None:
    link = f"<p><a href='x'>{text}</a></p>"

    assert blocks(f"<p>{SENTENCE}</p>{link}<p>{OTHER}</p>")[1].kind is BlockType.BODY


def test_a_table_that_lays_out_the_page_keeps_its_paragraphs_apart() -> None:
    long = f"{SENTENCE} {OTHER}"

    assert blocks(f"<table><tr><td>{long}</td><td>{OTHER * 2}</td></tr></table>") == [
        Block(BlockType.BODY, long),
        Block(BlockType.BODY, OTHER * 2),
    ]


def test_a_cell_of_several_paragraphs_is_no_cell_of_figures() -> None:
    cell = f"<td>{SENTENCE}<br><br>{OTHER}</td>"

    assert blocks(f"<table><tr>{cell}</tr></table>") == [
        Block(BlockType.BODY, SENTENCE),
        Block(BlockType.BODY, OTHER),
    ]


def test_sentences_in_a_list_are_paragraphs_where_most_of_the_text_is_listed() -> None:
    page = f"<p>So it went.</p><ul><li>{SENTENCE}</li><li><p>{OTHER}</p></li><li>bread</li></ul>"

    assert [block.kind for block in blocks(page)] == [
        BlockType.BODY,
        BlockType.BODY,
        BlockType.BODY,
        BlockType.LIST,
    ]


@pytest.mark.parametrize("head", ["<h3><a href='x'>Pier</a></h3>", "<a href='x'><h3>Pier</h3></a>"])
def test_stories_behind_linked_headings_in_a_list_are_not_the_text(head: str) -> None:
    cards = f"<li>{head}<p>{SENTENCE}</p></li><li>{head}<p>{OTHER}</p></li>"

    kinds = [block.kind for block in blocks(f"<p>So it went.</p><ul>{cards}</ul>")]

    assert kinds.count(BlockType.BODY) == 1


def test_a_list_among_paragraphs_stays_a_list() -> None:
    page = f"<p>{SENTENCE}</p><ul><li>{OTHER}</li></ul><p>{SENTENCE}</p>"

    assert [block.kind for block in blocks(page)] == [
        BlockType.BODY,
        BlockType.LIST,
        BlockType.BODY,
    ]


@pytest.mark.parametrize("tag", ["li", "dd"])
def test_an_item_as_long_as_a_paragraph_is_one(tag: str) -> None:
    text = f"<p>{SENTENCE} {OTHER} {SENTENCE}</p>"
    page = f"{text}<{tag}>{SENTENCE} {OTHER}</{tag}><{tag}>{OTHER}</{tag}>{text}"

    assert [block.kind.value for block in blocks(page)] == ["body", "body", "list", "body"]


@pytest.mark.parametrize("tag", ["h3", "h4", "li", "dd"])
def test_sentences_set_as_headings_or_items_are_paragraphs_where_there_are_no_others(
    tag: str,
) -> None:
    page = f"<{tag}>{SENTENCE}</{tag}><{tag}>{OTHER}</{tag}><h2>What comes next</h2>"

    assert [block.kind.value for block in blocks(page)] == ["body", "body", "heading"]


def test_a_long_heading_above_paragraphs_is_a_heading() -> None:
    page = f"<h3>{SENTENCE}</h3><p>{OTHER}</p><p>{OTHER} {OTHER}</p>"

    assert [block.kind.value for block in blocks(page)] == ["heading", "body", "body"]


def test_paragraphs_in_one_cell_of_a_table_stay_apart() -> None:
    page = f"<table><tr><td>{SENTENCE}<br><br>{OTHER}</td><td>1</td></tr></table>"

    assert [block.text for block in blocks(page)] == [SENTENCE, OTHER, "1"]
