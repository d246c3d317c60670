import textwrap
from html import escape
from pathlib import Path

import pytest

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
ARCHIVES = {
    "nexis": NEXIS,
    "nexis uni": NEXIS_UNI,
    "factiva": FACTIVA,
    "factiva codes": FACTIVA_CODES,
    "proquest": PROQUEST,
}


@pytest.mark.parametrize("text", ARCHIVES.values(), ids=ARCHIVES)
def test_each_document_of_an_archive_is_an_article(tmp_path: Path, text: str) -> None:
    (tmp_path / "mill.txt").write_text(text, encoding="utf-8")

    first, second = read_articles([tmp_path / "mill.txt"])

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
