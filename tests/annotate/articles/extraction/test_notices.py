import pytest

from annotate.articles.extraction.block_types import block_type
from annotate.core.records import BlockType


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "Advertisement:",
        "ADVERTISEMENT - CONTINUE READING BELOW",
        "Story continues below advertisement",
        "The article continues after this advertisement",
        "SKIP ADVERTISEMENT",
        "Continue reading the main story",
        "Loading...",
        "Loading Photo Gallery",
        "Topics: piers, ferries, Tull Bay",
        "Filed under: Coast",
        "Copyright The Varne Post Limited 2023. All rights reserved.",
        "© 2023 The Varne Post",
        "Published 3 May 2024 at 9:14 a.m.",
        "Dec. 6, 2024, 10:00 PM UTC / Updated Dec. 7, 2024, 12:43 PM UTC",
        "Read more",
        "Read more »",
        "RELATED STORIES:",
        "Read more: How the pier was lost",
        "READ MORE: Who pays for the pier?",
        "Also Read: Five Piers That Closed",
        "Le puede interesar: El muelle",
        "WATCH: Ferry leaves pier for the last time",
        "More from Varne Post",
        "Leave a comment",
        "Sign up for our daily newsletter",
        "Sign up here for the Tide Letter, our weekly newsletter about the coast.",
        "Subscribe to our YouTube channel",
        "Subscribe now",
        "Get the day's stories delivered to your inbox.",
        "The Tide Letter is our newsletter about the coast. Sign up here.",
        "Follow us on Facebook, Twitter and Instagram for the latest news",
        "Follow Mara Voss on Twitter: @maravoss",
        "You can follow her on Twitter @maravoss or on Facebook at facebook.com/maravoss.",
        "Follow @maravoss",
        "Want more? Sign up for our free newsletter today.",
        "Click here to read the full report.",
        "Download our app",
        "[Read: Why the pier was never for sale]",
        "This article was originally published in The Varne Post.",
        "This story was first published by Coast.org. An edited version is republished here with "
        "permission.",
        "This essay by Mara Voss originally appeared on The Tide Letter, a journal of the coast.",
    ],
)
def test_a_line_that_only_leads_elsewhere_is_no_paragraph(line: str) -> None:
    assert block_type(line) is BlockType.EMBED


@pytest.mark.parametrize(
    "line",
    [
        "Mara Voss contributed to this report.",
        "(Mara Voss and Ilo Varga contributed to this report.)",
        "The Varne Wire contributed to this report",
        "Varne Wire writers Mara Voss in Tull Bay, Ilo Varga in Drosk and Lena Orrin in Varne "
        "contributed to this report.",
        "Varne Wire's Mara Voss, Ilo Varga and Lena Orrin contributed reporting.",
        "Lena Orrin contributed reporting from Drosk.",
        "Mara Voss and Ilo Varga contributed to this story from Tull Bay.",
        "Mara Voss contributed.",
    ],
)
def test_a_line_of_contributors_is_a_credit(line: str) -> None:
    assert block_type(line) is BlockType.CAPTION


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement is the art of the half-truth, and the ministry has learned it well enough.",
        "Advertisement is deception.",
        "Advertising works because we let it.",
        "The story continues to haunt him.",
        "Skip to the end, he said, and see who wins.",
        "Continue reading the Bible, he told them.",
        "Loading the dice is what they do best.",
        "Read more history, and you will see.",
        "Read more: it is the only cure.",
        "See also how he treats his friends.",
        "Watch: it is a trap.",
        "Related to this is the question of money.",
        "More from habit than from malice, he lied.",
        "Must read: a word that should be banned.",
        "Don't miss the point: they never wanted a pier.",
        "You may also like what he says next.",
        "Sign up for the army, they said, and see the world.",
        "Subscribe to this lie and you will believe the next.",
        "The newsletter was a lie. Subscribe to it and you pay for more of them.",
        "Get it delivered to your door, they said.",
        "Want peace? Sign up for war.",
        "Copyright is theft: in 1886 they wrote it down, and we have paid since.",
        "Topics: they had none, and so they talked of money.",
        "On 3 May 2024 at 9:14 a.m. the pier burned.",
        "May 1968 was published on a lie.",
        "Find the truth on Facebook, and you will find the lie.",
        "Follow us, they said, and you will be free.",
        "Follow the party on its way to ruin.",
        "Like him on Twitter, he lies in person.",
        "He told them to follow him on Twitter, where the lie had begun.",
        "Click here to agree, says every website, and so we do.",
        "Nobody who contributed to this report was paid for it.",
        "The minister contributed to this report.",
        "His mother's money contributed to this report.",
        "Greed contributed to the collapse of the pier.",
        "Mara Voss contributed to the campaign.",
        "Norway and Iceland contributed to the report.",
        "1776, 1789, 1848.",
        "[Read: the ministry] and you will see what they think of us.",
        "This story first appeared in a book of 1741, and it was a lie then too.",
        "This article was originally published in 1998. Nobody has answered it since.",
    ],
)
def test_a_sentence_that_mentions_such_things_stays(line: str) -> None:
    assert block_type(line) is BlockType.BODY
