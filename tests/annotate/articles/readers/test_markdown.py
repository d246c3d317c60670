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


FORMS = {
    "plus signs": "+++\ntitle = 'The mill'\ndate = 2024-03-05\nauthors = ['Ann', 'Bo']\n+++\n",
    "dots": "---\ntitle: The mill\ndate: 2024-03-05\nauthors: [Ann, Bo]\n...\n",
    "blanks": "--- \ntitle: The mill\ndate: 2024-03-05\nauthors: [Ann, Bo]\n---\t\n",
    "lines": "\r\n---\r\ntitle: The mill\r\ndate: 2024-03-05\r\nauthor: [Ann, Bo]\r\n---\r\n",
    "people": "---\nTitle: The mill\ndate: 2024-03-05\nauthors:\n- name: Ann\n- name: Bo\n---\n",
    "a moment": "---\ntitle: The mill\ndate: 2024-03-05\nauthor: [Ann, Bo]\ndraft: false\n---\n",
}


@pytest.mark.parametrize("front", FORMS.values(), ids=FORMS)
def test_front_matter_is_read_in_each_form_that_programs_write(tmp_path: Path, front: str) -> None:
    (tmp_path / "note.md").write_bytes(f"{front}They lied.\n".encode())

    (article,) = read_articles([tmp_path / "note.md"])

    assert (article.title, article.author, article.date) == ("The mill", "Ann; Bo", "2024-03-05")
    assert [block.text for block in article.blocks] == ["They lied."]
    assert not article.notices


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("---\ntitle: The mill: a farewell\nauthors: [Ann, Bo]\n---\n", ":2: not YAML"),
        ("---\nauthors:\n  - Ann\n  - Bo\ntitle: The mill: a farewell\n---\n", ":5: not YAML"),
        ('---\ntitle: "The mill: a farewell\nauthors: [Ann, Bo]\n---\n', "not YAML"),
        ("+++\ntitle = The mill: a farewell\nauthors = ['Ann', 'Bo']\n+++\n", ": not TOML"),
    ],
)
def test_front_matter_that_cannot_be_parsed_is_read_line_by_line_with_a_notice(
    tmp_path: Path, front: str, line: str
) -> None:
    article = read(tmp_path / "note.md", f"{front}They lied.\n")

    assert article.title.strip('"') == "The mill: a farewell"
    assert article.author == "Ann; Bo"
    (notice,) = article.notices
    assert notice.reason == "front matter read line by line"
    assert line in notice.text


@pytest.mark.parametrize(
    "text",
    [
        "---\nHe said: no: never.\nThey went home, all of them.\n---\nThey lied.\n",
        "---\nHe said: no.\n---\nThey lied.\n",
        "+++\nThey went home.\n+++\nThey lied.\n",
    ],
)
def test_sentences_between_two_rules_are_no_front_matter(tmp_path: Path, text: str) -> None:
    article = read(tmp_path / "note.md", text)

    words = " ".join([article.title, *(block.text for block in article.blocks)])
    assert words.strip("+ ").replace("+++ ", "") == " ".join(
        text.replace("---", "").replace("+++", "").split()
    )
    assert not article.notices


def test_a_paragraph_of_html_is_text_and_a_table_or_a_footnote_is_not(tmp_path: Path) -> None:
    article = read(
        tmp_path / "note.md",
        '<p align="center">They lied in May, all of them.</p>\n\n'
        "They lied in June.[^1]\n\n| year | boats |\n|---|---|\n| 2019 | 4 |\n\n"
        "[^1]: See the minutes.\n",
    )

    assert [block.text for block in article.blocks if block.kind.value == "body"] == [
        "They lied in May, all of them.",
        "They lied in June.",
    ]
    assert [(out.reason, out.text) for out in article.left_out] == [
        ("footnote", "[^1]: See the minutes.")
    ]


@pytest.mark.parametrize("date", ["0000-00-00", "2024-13-45"])
def test_a_day_that_is_none_does_not_stop_the_reading_of_front_matter(
    tmp_path: Path, date: str
) -> None:
    article = read(tmp_path / "note.md", f"---\ntitle: Shame\ndate: {date}\n---\n\nThey lied.\n")

    assert (article.title, article.date) == ("Shame", date)
    assert [block.text for block in article.blocks] == ["They lied."]


HEADED = [
    '{"title": "Shame", "author": "Ann Weir", "date": "2026-11-02"}\n\n',
    "Title: Shame\nAuthor: Ann Weir\nDate: 2026-11-02\nCategory: News\n\n",
    "# Shame\n\nAuthor: Ann Weir\nCreated: 2026-11-02\nTags: roads\n\n",
    "% Shame\n% Ann Weir\n% 2026-11-02\n\n",
    "title: Shame\nauthor: Ann Weir\ndate: 2026-11-02\n---\n\n",
    "#+TITLE: Shame\n#+AUTHOR: Ann Weir\n#+DATE: 2026-11-02\n\n",
    '+++\ntitle = "Shame"\ndate = 2026-11-02\n[extra]\nauthor = "Ann Weir"\n+++\n',
    '---\ntitle: Shame\nauthor:\n  - "[[Ann Weir]]"\nDate kept: May\ndate: 2026-11-02\n---\n',
]


@pytest.mark.parametrize(
    "head",
    HEADED,
    ids=["json", "pelican", "notion", "pandoc", "hexo", "org", "zola", "note"],
)
def test_front_matter_of_other_programs_is_read_too(tmp_path: Path, head: str) -> None:
    article = read(tmp_path / "note.md", f"{head}They lied in May.\n\nThey lied again.\n")

    assert (article.title, article.author, article.date) == ("Shame", "Ann Weir", "2026-11-02")
    assert [block.text for block in article.blocks] == ["They lied in May.", "They lied again."]


def test_a_source_that_is_an_address_is_where_the_article_was(tmp_path: Path) -> None:
    head = "---\ntitle: Shame\nsource: https://post.example/shame\n---\n"

    article = read(tmp_path / "note.md", f"{head}They lied in May.\n")

    assert (article.source, article.url) == ("", "https://post.example/shame")


def test_people_who_speak_are_no_header(tmp_path: Path) -> None:
    article = read(tmp_path / "note.md", "Ann: They lied.\nBo: Who did?\n\nAnn: All of them.\n")

    assert len(article.blocks) == 2


def test_shortcodes_and_the_marks_of_notes_are_no_words(tmp_path: Path) -> None:
    text = """{% include toc.html %}

They lied in [[May|the spring]], and in [[June]], to ==all== of us. ^a1

{{< figure src="bridge.png" >}}

{% highlight ruby %}
puts "no text"
{% endhighlight %}

> [!quote] Not one penny more.

![[bridge.png]]

100 {percent} of it, {{ site.name }} said, [[
"""
    article = read(tmp_path / "note.md", text)

    assert [block.text for block in article.blocks] == [
        "They lied in the spring, and in June, to all of us.",
        "Not one penny more.",
        "100 {percent} of it, said, [[",
    ]
    assert [out.text for out in article.left_out] == [
        '{% highlight ruby %}\nputs "no text"\n{% endhighlight %}',
        "{% include toc.html %}",
        '{{< figure src="bridge.png" >}}',
        "{{ site.name }}",
        "![[bridge.png]]",
    ]


def test_a_line_in_bold_is_a_heading_unless_it_is_a_sentence(tmp_path: Path) -> None:
    text = (
        "# Shame\n\nThey lied.\n\n**The cost**\n\n**Who pays**\nAll of us do.\n\n"
        "**They lied again.**\n\n**What** they said is a lie.\n\n- **One point**\n"
    )

    article = read(tmp_path / "note.md", text)

    assert [(block.kind.value, block.text) for block in article.blocks] == [
        ("body", "They lied."),
        ("heading", "The cost"),
        ("heading", "Who pays"),
        ("body", "All of us do."),
        ("body", "They lied again."),
        ("body", "What they said is a lie."),
        ("list", "One point"),
    ]


def test_a_text_of_indented_paragraphs_is_no_program(tmp_path: Path) -> None:
    article = read(
        tmp_path / "note.md", "# Shame\n\n    They lied in May.\n\n    They lied again.\n"
    )

    assert [block.text for block in article.blocks] == ["They lied in May.", "They lied again."]
