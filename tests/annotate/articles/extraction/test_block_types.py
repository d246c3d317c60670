import pytest

from annotate.articles.extraction.block_types import block_type
from annotate.core.records import BlockType


@pytest.mark.parametrize(
    "text",
    [
        "AP Photo/Lena Orrin",
        "Photography by Mara Voss / The Varne Post",
        "Photo: Abel Munroe / Varne Wire",
        "(Bild: Gwen Mott)",
        "Foto: Gwen Mott",
        "Gwen Mott will es wissen. © AFP / ABEL MUNROE",
        "Photo by Abel Munroe",
        "(Photo by Abel Munroe via Varne Wire on May 3)",
        "Reader's photo: Gwen Mott",
        "Image credit: Gwen Mott",
        "Strandpress file photo by Ilo Varga",
        "Petra Lund/Highroad Pictures via Wire",
        "Police handout via Wire",
        "The Saint Orla at Tull Bay, since October. Photo: Wenna Card / Saltline Pictures",
        "Lobster boats off Orrisby. Bettina Sorley/Strandpress via Wire",
        "The drill hall, the morning after the count. (Rufus Abney / Brackwater Press Service)",
        "A camera of the type in use since 2018. Mika Strand/Tallis Evening Post",
        "FILE - In this Jan. 5, 2019, photo, the mayor speaks. (AP Photo/Lena Orrin, File)",
        "The pier in May. Photo courtesy of Wenna Card, used with permission.",
        "The pier in May. Photograph from Wikimedia Commons, CC BY-SA 2.0",
    ],
)
def test_a_credit_at_the_end_makes_a_caption(text: str) -> None:
    assert block_type(text) is BlockType.CAPTION


@pytest.mark.parametrize(
    "text",
    [
        'Ada Brisk @adabrisk: "We have been lied to." 9:14 AM, Mar 3, 2024',
        "Border Guard Union, Drosk @drosk_guards: “Nine posts of fourteen.” 7:02 PM, Oct 3, 2024",
        "We have been lied to. — Ada Brisk (@adabrisk) March 3, 2024",
        "— Ada Brisk (@adabrisk) 3 March 2024",
        "Look at this pic.twitter.com/AbC123",
        "View this post on Instagram",
        "https://video.example/watch?v=1",
    ],
)
def test_a_pasted_post_is_an_embed(text: str) -> None:
    assert block_type(text) is BlockType.EMBED


@pytest.mark.parametrize("text", ["- bread", "* bread", "• bread", "•bread"])
def test_a_bullet_makes_an_item_of_a_list(text: str) -> None:
    assert block_type(text) is BlockType.LIST


@pytest.mark.parametrize("text", ["What the buyers knew", "Part 2", "The cost (so far)"])
def test_a_short_line_without_end_is_a_heading(text: str) -> None:
    assert block_type(text) is BlockType.HEADING


@pytest.mark.parametrize(
    "text",
    [
        "So it goes.",
        "He was chanting “It is an honor”:",
        "May the town be spared. (Applause.)",
        "On Sunday Ada Brisk (@adabrisk) said that we had all been lied to for years.",
        "The account @adabrisk has been closed: nobody at the firm would say why it was.",
        "He held up a photo by Ansel Munroe, and nobody in the room said a word about it.",
        "She had his picture by the bed. A photo by the pier, taken in May, was all he kept.",
        "The minister's office sent a photo: the road, the bridge / the ferry, and no one.",
        "It is a choice between bread and/or circuses, and the Union/League pact has made it.",
        "Photos taken that day were later used by the ministry in its brochure.",
        "On 3 March 2024 at 9:14 AM, the council met.",
        "As you will see in this clip, he did not want to make a “show” of it.",
        "a line of twelve words or more has no end but is no heading all the same",
    ],
)
def test_a_paragraph_that_mentions_a_photo_or_a_handle_stays_body(text: str) -> None:
    assert block_type(text) is BlockType.BODY


def test_a_long_paragraph_is_body_even_with_a_credit_at_its_end() -> None:
    assert (
        block_type("The pier was empty. " * 20 + "Photo: Wenna Card / Saltline Pictures")
        is BlockType.BODY
    )


def test_a_short_block_of_several_lines_is_no_heading() -> None:
    assert block_type("roses are red", lines=2) is BlockType.BODY


@pytest.mark.parametrize(
    "text",
    [
        "Reporting by Abel Munroe; Editing by Lena Orrin and Petra Lund",
        "(Additional reporting by Abel Munroe; Writing by Lena Orrin)",
        "Editing by Petra Lund.",
    ],
)
def test_who_reported_and_edited_is_a_credit(text: str) -> None:
    assert block_type(text) is BlockType.CAPTION


@pytest.mark.parametrize(
    "text",
    [
        "Reporting by fear is what this newspaper does best.",
        "He was cleared after reporting by Abel Munroe showed that the books had been burned.",
    ],
)
def test_a_sentence_about_reporting_is_text(text: str) -> None:
    assert block_type(text) is BlockType.BODY


@pytest.mark.parametrize("text", ["ALL WEB RESOURCES >>", "More from the archive →"])
def test_a_line_that_points_elsewhere_is_no_paragraph(text: str) -> None:
    assert block_type(text) is BlockType.HEADING


@pytest.mark.parametrize(
    "text",
    [
        "The Varne 100 dropped 9.5% or 260.74 points to close at 2,480.64",
        "Shares of Tull fell 3.2% to $201.45 on Tuesday",
        "Unemployment rises to 5.2% in March",
        "“We have nothing to hide”",
    ],
)
def test_a_sentence_that_lost_its_full_stop_is_no_heading(text: str) -> None:
    assert block_type(text) is BlockType.BODY


@pytest.mark.parametrize("text", ["‘WE NEED TO HEAL’", "“The Cost So Far”", "Bread Rose 5.2%"])
def test_a_heading_may_be_quoted_or_have_figures(text: str) -> None:
    assert block_type(text) is BlockType.HEADING
