import pytest

from annotate.articles.extraction.dom import page_blocks, parse
from annotate.articles.extraction.main_text import choose

SENTENCE = "The council will meet on Thursday, and the doors of the hall will be open to everybody."


def chosen(page: str, *, taken: str, title: str = "", summary: str = "") -> list[str]:
    """What is chosen when trafilatura takes the blocks that begin with a letter of `taken`."""
    blocks = list(page_blocks(parse(page)))
    extracted = frozenset(i for i, block in enumerate(blocks) if block.text[0] in taken)
    numbers = choose(blocks, extracted, title, summary).numbers
    return [blocks[i].text[0] for i in sorted(numbers)]


def paragraph(letter: str) -> str:
    return f"<p>{letter} {SENTENCE}</p>"


ABC = paragraph("a") + paragraph("b") + paragraph("c")


@pytest.mark.parametrize("tag", ["article", "main", "div class='entry-content'", "div"])
@pytest.mark.parametrize("taken", ["ab", "ac", "bc"])
def test_a_lost_paragraph_is_taken_back(tag: str, taken: str) -> None:
    page = f"<body><div><p>x {SENTENCE}</p></div><{tag}>{ABC}</{tag.split()[0]}></body>"

    assert chosen(page, taken=taken) == ["a", "b", "c"]


def test_without_any_extract_the_article_element_decides() -> None:
    assert chosen(f"<body>{paragraph('x')}<article>{ABC}</article></body>", taken="") == [*"abc"]


@pytest.mark.parametrize(
    "between",
    [
        "<p>x</p>",  # neither a sentence nor long
        f"<p class='byline'>x {SENTENCE}</p>",
        f"<p><a>x {SENTENCE}</a></p>",
        f"<div class='related'><p>x {SENTENCE}</p></div>",
    ],
)
def test_what_does_not_read_as_the_articles_is_not_taken_back(between: str) -> None:
    page = f"<body><article>{paragraph('a')}{between}{paragraph('b')}</article></body>"

    assert chosen(page, taken="ab") == ["a", "b"]


def test_headings_lists_and_short_sentences_are_taken_back_inside_the_article_only() -> None:
    extras = "<h2>h</h2><ul><li>l</li></ul><p>s is short.</p>"
    page = (
        f"<body><article>{extras}{paragraph('a')}{extras}{paragraph('b')}{extras}</article></body>"
    )

    assert chosen(page, taken="ab") == ["a", "h", "l", "s", "b"]


def test_a_caption_between_title_and_text_is_taken_back_wherever_it_stands() -> None:
    page = f"<body><div><h1>Title</h1></div><div><figcaption>f</figcaption></div><div>{ABC}</div>"

    assert chosen(page, taken="abc", title="Title") == ["f", "a", "b", "c"]


def test_a_navigation_that_trafilatura_takes_is_not_taken() -> None:
    assert chosen(f"<body><nav>{paragraph('x')}</nav>{ABC}</body>", taken="xabc") == [*"abc"]


def test_what_a_payment_barrier_hides_is_the_articles_and_a_hidden_box_is_not() -> None:
    page = "<body><article>{}<div style='display:none'>{}</div></article></body>"

    assert chosen(page.format(paragraph("m"), ABC), taken="m") == ["m", *"abc"]
    assert chosen(page.format(paragraph("m"), paragraph("x")), taken="mx") == ["m"]


LIVE = "<body><h1>T</h1><div class='entry'>{}</div>{}<div class='entry'>{}</div></body>"


@pytest.mark.parametrize(
    "box",
    [
        "form id='subscriber'",
        "div class='about-author'",
        "div class='segment biography'",
        "div class='next-post'",
        "section class='associated-posts'",
        "div class='c-newsletter-box'",
        "div class='video-player'",
    ],
)
def test_forms_and_boxes_are_left_out_though_trafilatura_takes_them(box: str) -> None:
    between = f"<{box}>{paragraph('x')}</{box.split()[0]}>"
    page = f"<body><article>{ABC}{between}</article></body>"

    assert chosen(page, taken="abcx") == ["a", "b", "c"]


def test_a_form_around_the_whole_page_is_disregarded() -> None:
    assert chosen(f"<body><form>{ABC}</form></body>", taken="abc") == ["a", "b", "c"]


def test_a_dialogue_that_opens_at_a_click_is_not_the_articles_though_it_is_longer() -> None:
    box = f"<div role='dialog' aria-hidden='true'>{paragraph('x') * 5}</div>"

    assert chosen(f"<body><article>{ABC}</article>{box}</body>", taken="abcx") == [*"abc"]


def test_the_other_entries_of_a_live_blog_are_taken_back() -> None:
    page = LIVE.format(paragraph("a"), "", paragraph("b"))

    assert chosen(page, taken="b", title="T") == ["a", "b"]


def test_only_what_has_the_same_tag_and_class_beside_the_article_is_its_twin() -> None:
    card = (
        f"<div class='card'>{paragraph('x')}</div><section class='entry'>{paragraph('y')}</section>"
    )
    page = LIVE.format(paragraph("a"), card, paragraph("b"))

    assert chosen(page, taken="b", title="T") == ["a", "b"]


def test_the_twin_of_what_holds_the_title_is_another_article() -> None:
    post = "<div class='post'><h1>{}</h1>{}</div>"
    page = f"<body>{post.format('T', ABC)}{post.format('U', paragraph('x'))}</body>"

    assert chosen(page, taken="abc", title="T") == [*"abc"]


def test_an_article_that_goes_on_in_another_part_of_its_element_is_whole() -> None:
    part = "<div class='part'><div class='text'>{}</div></div>"
    parts = (
        part.format(ABC) + "<div class='gap'></div>" + f"<div>{part.format(paragraph('d'))}</div>"
    )
    page = f"<body><article><h1>T</h1>{parts}</article>{part.format(paragraph('x'))}</body>"

    assert chosen(page, taken="abc", title="T") == [*"abcd"]


@pytest.mark.parametrize(
    "large",
    [
        "<blockquote><p>“the doors of the hall will be open”</p></blockquote>",
        "<div class='wp-block-pullquote'><p>The doors of the hall will be open.</p></div>",
    ],
)
def test_a_pull_quote_that_repeats_the_article_is_left_out(large: str) -> None:
    page = f"<body><article>{paragraph('a')}{large}{paragraph('b')}</article></body>"

    assert chosen(page, taken="ab“T") == ["a", "b"]


def test_a_quotation_that_stands_twice_or_says_something_new_stays() -> None:
    quote = f"<blockquote><p>q {SENTENCE} Or not.</p></blockquote>"
    page = f"<body><article>{paragraph('a')}{quote}{paragraph('b')}{quote}</article></body>"

    assert chosen(page, taken="abq") == ["a", "q", "b", "q"]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement · Scroll to continue",
        "SKIP ADVERTISEMENT",
        "Article continues below",
        "The Tide Letter is our newsletter about the coast. Sign up <a href='/n'>here.</a>",
    ],
)
def test_interruptions_are_furniture_though_they_stand_in_the_article(line: str) -> None:
    page = f"<body><article>{paragraph('a')}<p>{line}</p>{paragraph('b')}</article></body>"

    assert chosen(page, taken="abATS") == ["a", "b"]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement is the art of the half-truth, and the ministry has learned it well enough.",
        "The leaked briefing told ministers to subscribe to no timetable at all before the vote.",
    ],
)
def test_a_sentence_that_only_begins_like_an_interruption_stays(line: str) -> None:
    page = f"<body><article>{paragraph('a')}<p>{line}</p>{paragraph('b')}</article></body>"

    assert chosen(page, taken="abAT") == ["a", line[0], "b"]


STANDFIRST = f"<div class='{{}}'><p>s {SENTENCE}</p></div>"


@pytest.mark.parametrize("name", ["teaser-text", "article__standfirst", "lede", "entry-subtitle"])
def test_a_standfirst_between_title_and_text_is_taken_back(name: str) -> None:
    above = f"<h1>Title</h1>{STANDFIRST.format(name)}<p>z by M.</p>"
    page = f"<body>{above}<article>{ABC}</article></body>"

    assert chosen(page, taken="abc", title="Title") == ["s", *"abc"]


def test_a_teaser_above_the_title_or_below_the_text_is_no_standfirst() -> None:
    teaser = STANDFIRST.format("teaser")
    page = f"<body>{teaser}<h1>Title</h1><article>{ABC}</article>{teaser}</body>"

    assert chosen(page, taken="abc", title="Title") == [*"abc"]


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("s Who pays for the bridge that nobody asked for", "s Who pays for the bridge that"),
        ("s Town. Who pays for the bridge that nobody asked for", "Who pays for the bridge that"),
        (
            "s Who pays for the bridge",
            "s Who pays for the bridge. Nobody asked for it, but it is here",
        ),
    ],
)
def test_what_the_page_is_described_by_above_the_text_is_its_standfirst(
    text: str, summary: str
) -> None:
    page = f"<body><h1>T</h1><div><p>{text}</p><p>z by M.</p></div><article>{ABC}</article></body>"

    assert chosen(page, taken="abc", title="T", summary=summary) == ["s", *"abc"]
    assert chosen(page, taken="abc", title="T", summary="Another description of it") == [*"abc"]


def test_a_sentence_in_the_articles_element_between_title_and_text_is_its_standfirst() -> None:
    page = f"<article><h1>T</h1><div>{paragraph('s')}</div><div>{ABC}</div></article>"

    assert chosen(page, taken="abc", title="T") == ["s", *"abc"]


def test_a_standfirst_stands_below_the_first_heading_where_the_title_is_none_of_the_page() -> None:
    page = f"<body><h1>Shorter</h1>{STANDFIRST.format('lead')}<article>{ABC}</article></body>"

    assert chosen(page, taken="abc", title="A longer title") == ["s", *"abc"]


def test_a_standfirst_set_as_a_heading_is_told_by_the_description() -> None:
    head = "<h1>T</h1><h2>s Who pays for the bridge that nobody asked for</h2>"
    page = f"<body>{head}<article>{ABC}</article><h2>x Another heading</h2></body>"
    summary = "s Who pays for the bridge that nobody asked for?"
    blocks = list(page_blocks(parse(page)))

    for extracted in (frozenset({2, 3, 4}), frozenset({1, 2, 3, 4})):
        choice = choose(blocks, extracted, "T", summary)

        assert [blocks[i].text[0] for i in choice.standfirst] == ["s"]
        assert choice.standfirst < choice.numbers


def test_a_standfirst_stands_above_a_box_that_repeats_the_title() -> None:
    share = "<div class='share-dialog'><div>Title</div></div>"
    page = f"<body><h1>Title</h1><h3 class='subtitle'>s {SENTENCE}</h3>{share}{ABC}</body>"

    assert chosen(page, taken="abcT", title="Title") == ["s", *"abc"]


def test_a_standfirst_stands_above_a_form_and_below_a_title_that_trafilatura_takes() -> None:
    form = "<form>{}</form>".format("<p>x Sign up</p>" * 20)
    page = f"<body><h1>h</h1>{STANDFIRST.format('dek')}{form}<article>{ABC}</article></body>"

    assert chosen(page, taken="habc", title="Another") == ["h", "s", *"abc"]


@pytest.mark.parametrize("name", ["caption", "author-dropdown"])
def test_a_caption_or_a_line_about_the_author_is_no_standfirst(name: str) -> None:
    text = f"<div class='{name}'><p class='description'>x {SENTENCE}</p></div>"
    page = f"<body><h1>T</h1>{text}<article>{ABC}</article></body>"

    assert "x" not in chosen(page, taken="abc", title="T")[1:]


def test_a_date_in_the_box_of_the_standfirst_is_not_taken() -> None:
    page = f"<body><h1>T</h1><p class='lead'>3.4.2025, 19:09 3 Min.</p><article>{ABC}</article>"

    assert chosen(page, taken="abc", title="T") == [*"abc"]


def test_a_second_article_with_its_own_title_is_left_out_though_it_is_longer() -> None:
    first = f"<article><h1>T</h1>{ABC * 4}</article>"
    second = f"<article><h1>U</h1>{paragraph('x') * 20}</article>"

    assert chosen(f"<body>{first}{second}</body>", taken="abcx", title="T") == [*"abc"] * 4


def test_a_story_below_with_a_title_like_the_pages_is_another_article() -> None:
    below = "<div class='story'><div><h1 class='title'>U</h1></div><div>{}</div></div>"
    story = f"<article><h1 class='title entry'>T</h1>{ABC * 4}<div>{{}}</div></article>"
    page = f"<body>{story.format(below.format(paragraph('x')))}</body>"
    section = below.replace("class='title'", "class='section'").format(paragraph("d"))

    assert chosen(page, taken="abcx", title="T") == [*"abc"] * 4
    assert "d" in chosen(f"<body>{story.format(section)}</body>", taken="abcd", title="T")


def test_sections_with_titles_like_the_pages_are_the_article() -> None:
    section = "<div class='part'><h1 class='title'>U</h1>{}</div>"
    sections = "".join(section.format(paragraph(letter) * 4) for letter in "abc")
    page = f"<body><article><h1 class='title entry'>T</h1><div>{sections}</div></article></body>"

    assert [c for c in chosen(page, taken="abc", title="T") if c != "U"] == list("aaaabbbbcccc")


def test_articles_are_others_if_their_heading_looks_like_the_title() -> None:
    article = "<article><h2 class='head'>{}</h2>{}</article>"
    own = f"<article><h2 class='head'>T</h2>{ABC * 4}</article>"
    entry = f"<article><h2>U</h2>{paragraph('d')}</article>"

    page = f"<body>{own}{article.format('U', paragraph('x') * 9)}{entry}</body>"

    assert chosen(page, taken="abcxd", title="T") == [*"abc"] * 4 + ["d"]


def test_a_title_apart_from_the_text_does_not_make_the_text_another_article() -> None:
    page = f"<body><article><h1>T</h1></article><article><h1>U</h1>{ABC}</article></body>"

    assert chosen(page, taken="abc", title="T") == ["U", *"abc"]


def test_paragraphs_that_a_payment_barrier_covers_are_the_articles() -> None:
    covered = paragraph("b").replace("<p>", "<p class='paywall'>")
    wall = f"<div class='paywall'>{paragraph('x')}</div>"
    page = f"<body><article>{paragraph('a')}{covered}{wall}{paragraph('c')}</article></body>"

    assert chosen(page, taken="abcx") == [*"abc"]


def test_columns_that_are_named_like_a_box_hold_the_article_beside_its_title() -> None:
    column = "<div class='sidebar-grid__column'>{}</div>"
    columns = "".join(column.format(paragraph(letter)) for letter in "abc")
    page = f"<body><article><h1>T</h1>{columns}</article></body>"

    assert chosen(page, taken="abc", title="T") == [*"abc"]


def test_bare_text_in_the_articles_element_is_taken_back() -> None:
    page = f"<article>{paragraph('a')}<div class='ad'></div>s {SENTENCE}{paragraph('b')}</article>"

    assert chosen(page, taken="ab") == ["a", "s", "b"]


@pytest.mark.parametrize(
    "name",
    ["hidden", "w-condition-invisible", "post-cta", "info-box", "factbox", "registration-wall"],
)
def test_boxes_that_are_hidden_or_hold_facts_are_left_out(name: str) -> None:
    page = f"<article>{paragraph('a')}<div class='{name}'>{paragraph('x')}</div>{ABC}</article>"

    assert chosen(page, taken="abcx") == ["a", *"abc"]


def test_what_is_hidden_at_some_widths_alone_stays() -> None:
    page = f"<article>{paragraph('a')}<div class='hidden md:block'>{ABC}</div></article>"

    assert chosen(page, taken="abc") == ["a", *"abc"]


@pytest.mark.parametrize("sign", [">>", "»", "→ ", "► "])
def test_a_line_with_a_link_behind_an_arrow_is_left_out(sign: str) -> None:
    line = f"<p>{sign}All the dates are <a>in the overview</a> of the year</p>"
    page = f"<article>{paragraph('a')}{line}{paragraph('b')}</article>"

    assert chosen(page, taken=f"ab{sign[0]}") == ["a", "b"]


def test_links_behind_a_line_that_announces_them_are_left_out() -> None:
    links = "<p>Related stories:</p><ul><li><a>x</a></li><li><a>y</a></li></ul>"
    page = f"<body><article>{paragraph('a')}{links}{paragraph('b')}</article></body>"

    assert chosen(page, taken="abxyR") == ["a", "b"]


def test_an_aside_that_holds_the_text_is_the_article() -> None:
    page = f"<body><p>x {SENTENCE}</p><aside>{ABC}</aside></body>"

    assert chosen(page, taken="abc") == [*"abc"]


@pytest.mark.parametrize(
    ("id_", "heading"),
    [
        ("sharing-the-cost", "Sharing the cost"),
        ("popular-support-for-the-war", "Popular support for the war"),
        ("support", "Support¶"),
    ],
)
def test_an_id_made_of_a_sections_heading_does_not_make_it_a_box(id_: str, heading: str) -> None:
    section = f"<section id='{id_}'><h2>{heading}</h2>{paragraph('b')}</section>"
    page = f"<body><article>{paragraph('a')}{section}{paragraph('c')}</article></body>"

    assert chosen(page, taken="ac") == ["a", heading[0], "b", "c"]


@pytest.mark.parametrize(
    ("id_", "heading"),
    [
        ("related-articles", "Related articles"),
        ("comments", "Comments"),
        ("newsletter-signup", "Sign up"),
        ("shareThis", "Share this"),
    ],
)
def test_a_box_whose_id_repeats_its_heading_is_left_out(id_: str, heading: str) -> None:
    section = f"<section id='{id_}'><h2>{heading}</h2>{paragraph('b')}</section>"
    page = f"<body><article>{paragraph('a')}{section}{paragraph('c')}</article></body>"

    assert chosen(page, taken="abc") == ["a", "c"]


def test_what_stands_behind_the_article_is_taken_only_as_a_paragraph_without_a_linked_title() -> (
    None
):
    behind = "<div><h4>h</h4><p>s</p><h4><a>l</a></h4><p>x {0}</p><hr><p>d {0}</p></div>"
    page = f"<body><article>{ABC}</article>{behind.format(SENTENCE)}</body>"

    assert chosen(page, taken="abchslxd") == [*"abc", "d"]


def test_the_items_of_a_list_that_stands_apart_are_not_taken_back() -> None:
    menu = "<div><div><ul><li>x</li><li>y</li></ul></div></div>"
    page = f"<body><article>{paragraph('a')}{menu}{paragraph('b')}</article></body>"

    assert chosen(page, taken="ab") == ["a", "b"]


def test_lines_between_breaks_behind_a_quotation_are_the_articles() -> None:
    quote = f"<blockquote>b {SENTENCE}</blockquote>"
    text = f"a {SENTENCE}<br><br>{quote}c said (at 88)<br><br>d {SENTENCE}"
    page = f"<body><table><tr><td>{text}</td></tr></table></body>"

    assert chosen(page, taken="abcd") == [*"abcd"]


def test_stories_in_cards_are_not_taken_for_an_article_that_opens_above_them() -> None:
    cards = "".join(
        f"<li><h3><a href='/{n}'>{n}</a></h3>{paragraph(n)}{paragraph(n)}</li>" for n in "uvwxyz"
    )
    story = "".join(map(paragraph, "abcde"))
    page = f"<ul>{cards}</ul><div class='modal'><article><div>{story}</div></article></div>"

    assert chosen(page, taken="abcdeuvwxyz") == [*"abcde"]


@pytest.mark.parametrize("name", ["gallery", "photo-slideshow", "image-carousel"])
def test_captions_in_a_gallery_are_not_text_unless_most_of_the_text_is_there(name: str) -> None:
    gallery = f"<div class='{name}'>{paragraph('x')}</div>"

    assert chosen(f"<article>{ABC}{gallery}</article>", taken="abcx") == ["a", "b", "c"]
    assert chosen(f"<article>{gallery * 3}{paragraph('a')}</article>", taken="ax") == [*"xxxa"]
