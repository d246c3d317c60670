from pathlib import Path

import pytest

from annotate.articles.article import Article
from annotate.articles.registry import read_articles
from annotate.core.errors import InputError

NOTE = """---
title: A bridge too dear
outlet: The Brindle Post
date: 2026-11-02
url: https://example.org/bridge
tags: [roads]
---
# A bridge too dear

They *lied* in May, and they [lied](https://example.org) in
June.

> Not one penny more,
> said the mayor.

## What it costs

- Ten millions
- and a half

![The bridge at dawn](bridge.jpg)

Workers on the bridge. (Photo by Ann Weir / AP)

```
print("no text")
```

<div class="ad">Buy now</div>

So stop it.
"""


def read(path: Path, text: str) -> Article:
    path.write_text(text, encoding="utf-8")
    (article,) = read_articles([path])
    return article


def test_the_markup_says_what_a_block_is_and_what_is_no_text_is_accounted_for(
    tmp_path: Path,
) -> None:
    article = read(tmp_path / "note.md", NOTE)

    assert (article.title, article.source) == ("A bridge too dear", "The Brindle Post")
    assert (article.date, article.url) == ("2026-11-02", "https://example.org/bridge")
    assert article.article_id == "https://example.org/bridge"
    assert [(block.kind.value, block.text) for block in article.blocks] == [
        ("body", "They lied in May, and they lied in June."),
        ("quote", "Not one penny more, said the mayor."),
        ("heading", "What it costs"),
        ("list", "Ten millions"),
        ("list", "and a half"),
        ("caption", "Workers on the bridge. (Photo by Ann Weir / AP)"),
        ("body", "So stop it."),
    ]
    assert [(out.reason, out.text.strip()) for out in article.left_out] == [
        ("picture", "The bridge at dawn"),
        ("code", 'print("no text")'),
        ("HTML", '<div class="ad">Buy now</div>'),
    ]


@pytest.mark.parametrize(
    ("front", "author"),
    [("Ann Weir", "Ann Weir"), ("[Ann Weir, Bo Lund]", "Ann Weir; Bo Lund"), ("{a: b}", "")],
)
def test_front_matter_names_one_author_or_several(tmp_path: Path, front: str, author: str) -> None:
    article = read(tmp_path / "note.md", f"---\nauthor: {front}\n---\nThey lied.\n")

    assert article.author == author


def test_a_list_is_no_title_and_no_outlet(tmp_path: Path) -> None:
    front = "---\ntitle: [One, Two]\nsource: [A, B]\n---\n"

    article = read(tmp_path / "note.md", f"{front}# A heading\n\nThey lied, all of them.\n")

    assert (article.title, article.source) == ("A heading", "")


def test_without_front_matter_the_first_heading_is_the_title(tmp_path: Path) -> None:
    article = read(tmp_path / "note.md", "# Shame\r\n\r\nThey lied.\r\n")

    assert (article.article_id, article.title) == ("note", "Shame")
    assert [block.text for block in article.blocks] == ["They lied."]


def test_a_rule_at_the_start_is_no_front_matter(tmp_path: Path) -> None:
    article = read(tmp_path / "note.md", "---\nThey lied.\n")

    assert [block.text for block in article.blocks] == ["They lied."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: [\n---\nThey lied.\n", "note.md:"),
        ("```\ncode\n```\n", "note.md: no text in this Markdown file"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path / "note.md", text)

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_front_matter_that_would_take_minutes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f'---\ntitle: "{"a" * 1_000_000}"\n---\nText.\n', encoding="utf-8")

    with pytest.raises(InputError, match=r"a\.md: 1,000,0\d\d characters of YAML, at most"):
        list(read_articles([path]))
