import pytest

from annotate.articles.article import Block
from annotate.articles.extraction.ending import with_ending_apart
from annotate.core.records import BlockType

BODY = Block(BlockType.BODY, "Nobody in the room was surprised by what the board had to say.")


def kinds(texts: list[str], author: str = "") -> list[BlockType]:
    blocks = [BODY, *(Block(BlockType.BODY, text) for text in texts)]
    return [block.kind for block in with_ending_apart(blocks, author)][1:]


@pytest.mark.parametrize(
    "line",
    [
        "Mara Voss is a reporter at The Varne Post.",
        "Mara Voss and Ilo Varga are the authors of The Long Pier.",
        "About the author: Mara Voss is a freelance writer based in Drosk. She keeps bees.",
        "Mara Voss may be reached at mvoss@varne.example. Find her on Facebook.",
        "Correspondent Mara Voss can be reached at mvoss@varne.example.",
        "Excerpted from The Long Pier. Copyright 2018 by Mara Voss. Used with permission.",
        "From the book The Long Pier by Mara Voss. All rights reserved.",
        "This article was reprinted on Coast.org.",
        "The text is licensed under a Creative Commons licence.",
        "Have something to add to this story? Share it in the comments.",
        "If you enjoyed reading this post, would you consider supporting our work?",
        "Get the latest news straight to your phone with the Varne Post app.",
        "Gefällt dir dieser Beitrag?",
        "Mara Voss reported from Drosk, and Ilo Varga from Tull Bay.",
        "Voss reported from Drosk. Post writers Ilo Varga in Tull Bay and Ann Oke contributed to "
        "this report.",
        "Our website is the place for coast news. Please bookmark varnepost.com and sign up for "
        "our newsletters here.",
        "For more about the pier, visit our news page.",
        "Follow topics and authors from this story to see more like this in your own feed.",
        "Follow The Varne Post on Google News to get our reviews in your feed.",
        "Contact reporter Mara Voss at mvoss@varne.example and follow her.",
        "My Twitter account is @maravoss.",
        "Do you have a story tip? Email: tips@varne.example",
        "You can also follow us on Facebook.",
        "Questions? Comments? Email us at mail@varne.example",
        "Share this post with somebody who crossed by ferry.",
        "Copyright © Varne Post 2017-2026. Commercial use needs a subscription.",
        "More coast news:",
        "The board met again on Thursday, and the members spoke of the […]",
    ],
)
def test_what_stands_below_an_article_is_no_paragraph(line: str) -> None:
    assert kinds([line]) == [BlockType.EMBED]


@pytest.mark.parametrize(
    "line",
    [
        "Mara Voss is a fisherman, and she has seen the pier burn twice.",
        "Voss is a reporter, and so she asked.",
        "Mara Voss wrote that the minister is a liar.",
        "She is the author of the bill.",
        "If you want this story to end, you must pay.",
        "He said that all rights are reserved to the strong.",
        "Support for the pier is a lie.",
        "They published the list under protest.",
        "Have something to hide? Then you will fear the vote on Thursday.",
        "He reported from the front, and they shot him.",
        "For more than a year, nobody could see the pier.",
        "Share this burden, or lose the pier.",
        "They follow the money on Facebook and call it news.",
        "Follow this story to the end and you will find an email from the mayor's son.",
        "Follow authors such as Orwell, not the alerts of the state.",
        "They told us what they had done and why, and the reason was always this one:",
    ],
)
def test_a_last_sentence_that_looks_alike_stays(line: str) -> None:
    assert kinds([line]) == [BlockType.BODY]


def test_the_same_words_higher_up_are_the_article_s() -> None:
    line = "Mara Voss is a reporter at The Varne Post."

    assert kinds([line, *[BODY.text] * 4]) == [BlockType.BODY] * 5


def test_who_the_author_is_stands_below_the_article_whatever_the_work() -> None:
    line = "Mara Voss teaches at the school of Drosk."

    assert kinds([line], author="Ilo Varga; Mara Voss") == [BlockType.EMBED]
    assert kinds([line], author="Ilo Varga") == [BlockType.BODY]


@pytest.mark.parametrize(
    "line",
    [
        "is a news editor with over ten years of experience.",
        "Mara Voss (she/her) has worked at The Varne Post for eight years.",
    ],
)
def test_who_the_author_is_may_stand_above_the_text(line: str) -> None:
    blocks = [Block(BlockType.BODY, line), BODY, BODY, BODY, BODY, BODY, BODY]

    assert with_ending_apart(blocks, "Mara Voss")[0].kind is BlockType.EMBED
    assert all(block.kind is BlockType.BODY for block in with_ending_apart(blocks, "Mara Voss")[1:])


@pytest.mark.parametrize(
    "line",
    [
        "Mara Voss is tired of the pier, and so am I.",
        "Is a pier a bridge? Ask an editor.",
        "Mara Voss is a liar, the columnist wrote, and everybody knows it.",
        "Mara Voss was arrested on Tuesday, and no journalist asked why.",
        "Mara Voss can say what she likes; the law covers speech.",
    ],
)
def test_what_the_author_says_of_herself_at_the_start_stays(line: str) -> None:
    blocks = [Block(BlockType.BODY, line), BODY, BODY, BODY, BODY, BODY, BODY]

    assert with_ending_apart(blocks, "Mara Voss")[0].kind is BlockType.BODY


def test_an_announcement_of_a_list_of_the_article_stays() -> None:
    blocks = [
        BODY,
        Block(BlockType.BODY, "They want three things:"),
        Block(BlockType.LIST, "peace"),
    ]

    assert with_ending_apart(blocks) == tuple(blocks)


def test_an_article_of_one_paragraph_keeps_it() -> None:
    blocks = [Block(BlockType.BODY, "Mara Voss is a reporter at The Varne Post.")]

    assert with_ending_apart(blocks) == tuple(blocks)
