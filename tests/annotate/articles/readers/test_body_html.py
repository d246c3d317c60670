import pytest

from annotate.articles.readers.body_html import read_fragment, read_text_or_html

ONE = "The committee has met in the old library every week since the spring of that year."
TWO = "Whoever wants to hear what it has to say must come early and bring a chair."


def texts(text: str) -> list[str]:
    return [block.text for block in read_text_or_html(text)[0]]


def escaped(html: str) -> str:
    return html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


HTML = [
    f"<p>{ONE}</p><p>{TWO}</p>",
    f"{ONE}\n\n{TWO}",
    f"<b>{ONE}</b>\r\n\r\n<i>{TWO}</i>",
    f"<p>{ONE}\n \n{TWO}</p>",
    f"<div>{ONE}<br /><br />{TWO}</div>",
    f"<!-- wp:paragraph -->\n<p>{ONE}</p>\n<!-- /wp:paragraph -->\n\n<p>{TWO}</p>",
    f"<pre>{ONE}\n\n{TWO}</pre>",
    f"{ONE}\n<!--more-->\n{TWO}",
    f"<p>{ONE}</p>\n&nbsp;\n{TWO}",
    f"<![CDATA[<p>{ONE}</p>{TWO}]]>",
]


@pytest.mark.parametrize("times", range(3))
@pytest.mark.parametrize("html", HTML)
def test_paragraphs_of_a_body_are_found_however_often_it_was_escaped(html: str, times: int) -> None:
    for _ in range(times):
        html = escaped(html)

    assert texts(html) == [ONE, TWO]
    assert [block.text for block in read_fragment(html)[0]] == [ONE, TWO]


def test_lines_too_long_to_be_wrapped_are_paragraphs() -> None:
    lines = [f"{ONE} {TWO}", f"{TWO} {ONE}", f"<em>{ONE}</em> {ONE}"]

    assert len(read_fragment("\n".join(lines))[0]) == 3


def test_blank_lines_that_a_template_leaves_around_a_name_are_none() -> None:
    html = "<p>He told\n\n<a href='/v'>Mara Voss</a>\n\nto come, and\n\nshe came.</p>"

    assert texts(html) == ["He told Mara Voss to come, and she came."]


@pytest.mark.parametrize(
    "text",
    [
        "If a < b and c > d, vote <b> now.",
        "AT&T paid R&D; nobody asked &c.",
        "Use [sic] <3 & more.",
    ],
)
def test_signs_of_a_plain_text_are_no_tags_and_no_references(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tom &amp; Ida&#8217;s caf&eacute;", "Tom & Ida’s café"),
        ("Tom &amp;amp; Ida&amp;#8217;s caf&amp;eacute;", "Tom & Ida’s café"),
        ("<p>Tom &amp;amp; Ida&amp;rsquo;s&amp;nbsp;caf&amp;eacute;</p>", "Tom & Ida’s café"),
        ("<p>The tag &amp;lt;p&amp;gt; begins one.</p>", "The tag &lt;p&gt; begins one."),
    ],
)
def test_references_are_replaced_though_they_were_escaped(text: str, words: str) -> None:
    assert texts(text) == [words]


def test_a_bold_line_between_blank_lines_is_a_heading() -> None:
    blocks, _ = read_fragment(
        f"{ONE}\n\n<strong>What it costs</strong>\n\n<ul><li>a</li></ul>{TWO}"
    )

    assert [block.kind.value for block in blocks] == ["body", "heading", "list", "body"]
