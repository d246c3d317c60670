import re
import textwrap
import time
from html import escape
from pathlib import Path

import pytest

from annotate.articles.article import Article
from annotate.articles.readers.news_archives import read_archive
from annotate.articles.registry import read_articles, scan_file
from tests.annotate.articles.readers.documents.made import docx, word

SOLD = (
    "The mill on the river was sold last night, and the town learned of it from a sign on the gate "
    "this morning."
)
ASKED = (
    "Nobody had asked the people who work there, said the foreman, and nobody will, because the "
    "answer is known."
)
FUND = "The buyers, a fund that owns eleven other mills, promised to keep every job for a year."
CHAIRS = "It is a promise that was heard before, and always from the same chairs in the same room."

NEXIS = f"""
                               1 of 2 DOCUMENTS

                               The Brindle Post

                            March 5, 2024 Tuesday
                             Late Edition - Final

A mill is sold in
the night

BYLINE: By Ann Weir

LENGTH: 523 words

 BODY:
{textwrap.fill(SOLD, 76)}

{textwrap.fill(ASKED, 76)}

LOAD-DATE: March 5, 2024

LANGUAGE: ENGLISH

                  Copyright 2024 The Brindle Post Company
                             All Rights Reserved

                               2 of 2 DOCUMENTS

                               The Harbour News

                           March 6, 2024 Wednesday

HEADLINE: What the fund wants

BODY:
{textwrap.fill(FUND, 76)}

{textwrap.fill(CHAIRS, 76)}

LOAD-DATE: March 6, 2024
"""
NEXIS_UNI = f"""Page 1 of 2
A mill is sold in the night
The Brindle Post
March 5, 2024 Tuesday

Copyright 2024 The Brindle Post All Rights Reserved

Section: NEWS; Pg. 3
Length: 523 words
Byline: Ann Weir
Body

{SOLD}
{ASKED}

Classification

Language: ENGLISH
Load-Date: March 5, 2024

End of Document

What the fund wants
The Harbour News
March 6, 2024 Wednesday

Length: 99 words
Body

{FUND}

{CHAIRS}

End of Document
"""
FACTIVA = f"""A mill is sold in the night
By Ann Weir
523 words
5 March 2024
The Brindle Post
BRPOST
English
Copyright 2024, The Brindle Post.

{SOLD}

{ASKED}

(c) 2024 The Brindle Post

Document BRPOST0020240305ek3500001

What the fund wants
99 words
6 March 2024
The Harbour News
HARB
English

{FUND}

{CHAIRS}

Document HARB000020240306ek3600002
"""
FACTIVA_CODES = f"""HD
A mill is sold in the night
BY
By Ann Weir
PD
5 March 2024
SN
The Brindle Post
SC
BRPOST
LP

{SOLD}

TD

{ASKED}

NS
c13 : Labour
AN
Document BRPOST0020240305ek3500001
HD   What the fund wants
PD   6 March 2024
SN   The Harbour News
LP   {FUND}
TD   {CHAIRS}
AN   Document HARB000020240306ek3600002
"""
PROQUEST = f"""____________________________________________________________

Document 1 of 2

A mill is sold in the night

Author: Ann Weir

Full text: {SOLD}

{ASKED}

Title: A mill is sold in the night

Publication title: The Brindle Post

Publication date: 5 March 2024

____________________________________________________________

Document 2 of 2

What the fund wants

Full text:

{FUND}

{CHAIRS}

Publication title: The Harbour News

Publication date: 6 March 2024
"""
NEXIS_WITHOUT_BODY = f"""
                               Dokument 1 von 2

                      Copyright 2024 The Brindle Post Company
                             All Rights Reserved

                               The Brindle Post

                            March 5, 2024 Tuesday

A mill is sold in the night

BYLINE: By Ann Weir

SECTION: NEWS; Pg. 3

LÄNGE: 523 Wörter

DATELINE: BRINDLE

{textwrap.fill(SOLD, 76)}

{textwrap.fill(ASKED, 76)}

GRAPHIC: The gate of the mill

UPDATE: March 5, 2024

                               Dokument 2 von 2

                               The Harbour News

                           March 6, 2024 Wednesday

What the fund wants

LÄNGE: 99 Wörter

{textwrap.fill(FUND, 76)}

{textwrap.fill(CHAIRS, 76)}
"""
PROQUEST_REPORT = f"""____________________________________________________________

Report Information from ProQuest

Table of contents

1. A mill is sold in the night
2. What the fund wants

{PROQUEST.replace("Full text:", "FULL TEXT")}
____________________________________________________________

Contact us at: https://archive.example
Database copyright 2024 The Archive. All rights reserved.
"""
ARCHIVES = {
    "nexis": NEXIS,
    "nexis without body": NEXIS_WITHOUT_BODY,
    "nexis uni": NEXIS_UNI,
    "factiva": FACTIVA,
    "factiva codes": FACTIVA_CODES,
    "proquest": PROQUEST,
    "proquest report": PROQUEST_REPORT,
    "proquest without numbers": re.sub(r"Document \d of 2\n", "", PROQUEST_REPORT),
}


@pytest.mark.parametrize("text", ARCHIVES.values(), ids=ARCHIVES)
def test_each_document_of_an_archive_is_an_article(tmp_path: Path, text: str) -> None:
    (tmp_path / "mill.txt").write_text(text, encoding="utf-8")

    articles = read_articles([tmp_path / "mill.txt"])
    first, second = (article for article in articles if article.blocks)

    assert [block.text for block in first.blocks] == [SOLD, ASKED]
    assert [block.text for block in second.blocks] == [FUND, CHAIRS]
    assert (first.title, first.author) == ("A mill is sold in the night", "Ann Weir")
    assert (first.source, second.source) == ("The Brindle Post", "The Harbour News")
    assert first.date in ("March 5, 2024", "5 March 2024")
    assert (second.title, second.author) == ("What the fund wants", "")
    assert first.article_id != second.article_id


@pytest.mark.parametrize("text", ARCHIVES.values(), ids=ARCHIVES)
def test_the_fields_of_an_archive_are_accounted_for(tmp_path: Path, text: str) -> None:
    (tmp_path / "mill.txt").write_text(text, encoding="utf-8")

    for article in read_articles([tmp_path / "mill.txt"]):
        (fields,) = article.left_out
        assert fields.reason == "fields of the archive"
        assert article.source in fields.text
        assert not any(block.text in fields.text for block in article.blocks)


def test_a_document_without_text_does_not_stop_the_others(tmp_path: Path) -> None:
    file = tmp_path / "mill.txt"
    file.write_text(f"A picture\nThe Post\nBody\n\nEnd of Document\n{NEXIS_UNI}", encoding="utf-8")

    empty, *others = scan_file(file)

    assert str(getattr(empty, "error", "")).startswith(f"{file}:1: this document")
    assert len(others) == 2


def test_a_word_document_of_an_archive_is_divided_too(tmp_path: Path) -> None:
    lines = filter(None, map(str.strip, NEXIS_UNI.splitlines()))
    path = docx(tmp_path / "mill.docx", "".join(word(escape(line)) for line in lines))

    articles = read_articles([path])

    assert [(a.title, a.source, len(a.blocks)) for a in articles] == [
        ("A mill is sold in the night", "The Brindle Post", 2),
        ("What the fund wants", "The Harbour News", 2),
    ]


def test_a_headline_with_a_colon_is_a_title_and_what_a_picture_shows_is_no_text(
    tmp_path: Path,
) -> None:
    titled = NEXIS_UNI.replace("What the fund wants", "Mill sold: what the fund wants")
    pictured = titled.replace("Classification", "Graphic\n\nThe gate of the mill at night.")
    (tmp_path / "mill.txt").write_text(pictured, encoding="utf-8")

    first, second = read_articles([tmp_path / "mill.txt"])

    assert second.title == "Mill sold: what the fund wants"
    assert second.source == "The Harbour News"
    assert [block.text for block in first.blocks] == [SOLD, ASKED]


def test_the_articles_of_a_gale_file_are_divided(tmp_path: Path) -> None:
    records = "\n".join(
        f"Title: {title}\nAuthor(s): Ann Weir\nDocument Type: Article\nFull Text: \n{text}\n"
        f"Source Citation   (MLA 9th Edition)\nWeir, Ann. {title}\n"
        "Gale Document Number: GALE|A1234567"
        for title, text in (("A mill is sold", SOLD), ("What the fund wants", FUND))
    )
    (tmp_path / "mill.txt").write_text(records, encoding="utf-8")

    articles = read_articles([tmp_path / "mill.txt"])

    assert [(a.title, a.author, a.blocks[0].text) for a in articles] == [
        ("A mill is sold", "Ann Weir", SOLD),
        ("What the fund wants", "Ann Weir", FUND),
    ]


def test_the_cover_of_a_download_and_the_summary_of_a_search_are_no_titles(tmp_path: Path) -> None:
    cover = (
        "User Name: = Bo Lund\nJob Number: = 12345\nDocuments (2)\n1. A mill is sold\n"
        "Client/Matter: -None-\nSearch Terms: mill\nContent Type\nNews\n\n"
    )
    text = f"{cover}{NEXIS_UNI.partition('of 2')[2]}\nSearch Summary\nText mill\nDate Last year\n"
    (tmp_path / "mill.txt").write_text(text, encoding="utf-8")

    first, second, summary = scan_file(tmp_path / "mill.txt")

    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(summary, Article)
    assert (first.title, first.source) == ("A mill is sold in the night", "The Brindle Post")
    assert (second.title, len(second.blocks), len(summary.blocks)) == ("What the fund wants", 2, 0)


NEWSBANK = (
    "Brindle Post, The (Brindle, CA)\nMarch 5, 2024\nSection: Local\nPage: A1\n\n"
    "A mill is sold in the night\nANN WEIR, STAFF WRITER\n\n{sold}\n\n{asked}\n\n"
    "Citation (aglc Style)\nANN WEIR, 'A mill is sold in the night', Brindle Post, The (online),"
    " 5 Mar 2024 A1\n\nCopyright (c) 2024 Brindle Post, All rights reserved.\n\n"
)


def test_the_articles_of_a_newsbank_file_end_with_how_to_cite_them(tmp_path: Path) -> None:
    second = NEWSBANK.replace("A mill is sold in the night", "What the fund wants")
    texts = NEWSBANK.format(sold=SOLD, asked=ASKED), second.format(sold=FUND, asked=ASKED)
    (tmp_path / "mill.txt").write_text("".join(texts), encoding="utf-8")

    articles = list(read_articles([tmp_path / "mill.txt"]))

    assert [(a.title, a.author, a.source, a.date) for a in articles] == [
        (title, "ANN WEIR, STAFF WRITER", "Brindle Post, The (Brindle, CA)", "March 5, 2024")
        for title in ("A mill is sold in the night", "What the fund wants")
    ]
    assert [[b.text for b in a.blocks] for a in articles] == [[SOLD, ASKED], [FUND, ASKED]]


def test_the_articles_of_an_ebsco_file_are_divided(tmp_path: Path) -> None:
    records = "\n".join(
        f"Record: {number}\nTitle: {title}\nAuthors: Weir, Ann\nSource: Brindle Post. p1.\n"
        f"Accession Number: 1234{number}\nDatabase: Papers\n\n{text}\n\n~~~~~~~~\n\nBy Ann Weir\n\n"
        "Copyright of Brindle Post is the property of its owner and may not be copied.\n"
        for number, (title, text) in enumerate(
            (("A mill is sold", SOLD), ("What the fund wants", FUND)), 1
        )
    )
    (tmp_path / "mill.txt").write_text(records, encoding="utf-8")

    articles = read_articles([tmp_path / "mill.txt"])

    assert [(a.title, a.author, [b.text for b in a.blocks]) for a in articles] == [
        ("A mill is sold", "Weir, Ann", [SOLD]),
        ("What the fund wants", "Weir, Ann", [FUND]),
    ]


def test_a_record_of_wins_is_no_record_of_an_archive(tmp_path: Path) -> None:
    (tmp_path / "mill.txt").write_text(f"A team\n\n{SOLD}\n\nRecord: 3\n\n{ASKED}\n", "utf-8")

    (article,) = read_articles([tmp_path / "mill.txt"])

    assert article.title == "A team"


def test_a_name_between_the_title_and_the_count_of_words_is_the_author(tmp_path: Path) -> None:
    text = (
        f"A mill is sold\n\nAnn Weir\n200 words\n5 March 2024\nThe Post\nEnglish\n\n{SOLD}\n\n"
        "Document POST000020240305ek35000a1\n"
    )
    (tmp_path / "mill.txt").write_text(text, encoding="utf-8")

    (article,) = read_articles([tmp_path / "mill.txt"])

    assert (article.title, article.author, article.source) == (
        "A mill is sold",
        "Ann Weir",
        "The Post",
    )


def test_many_lines_that_look_like_records_are_read_in_time_that_grows_with_them() -> None:
    started = time.process_time()

    assert read_archive("Record: 1\nnope x\n" * 40_000, Path("a.txt")) == []
    assert time.process_time() - started < 3
