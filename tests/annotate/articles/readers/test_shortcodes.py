import pytest

from annotate.articles.readers.body_html import read_fragment
from annotate.articles.readers.shortcodes import without_shortcodes


@pytest.mark.parametrize(
    "code",
    [
        '[gallery ids="1,2"]',
        "[gallery]",
        "[embed]https://video.example/1[/embed]",
        '[video src="a.mp4"][/video]',
        '[contact-form-7 id="3" title="Write to us"]',
        "[jetpack_subscription_form]",
        "[vc_raw_html]PGI+[/vc_raw_html]",
        "[adrotate banner='2' /]",
        "[divider /]",
    ],
)
def test_a_shortcode_is_no_text(code: str) -> None:
    assert without_shortcodes(f"One. {code} Two.") == "One.  Two."


@pytest.mark.parametrize(
    "text",
    [
        "They [sic] came, said [the mayor], and [laughs] left the [vice-president].",
        "[Editor's note: this was corrected on May 3.]",
        "[1] The minutes of March. [...] [a] [2024-03-05]",
        "[Photo by A. Brook]",
    ],
)
def test_what_writers_put_in_brackets_stays(text: str) -> None:
    assert without_shortcodes(text) == text


def test_what_the_shortcodes_of_a_page_builder_enclose_stays() -> None:
    text = (
        '[vc_row][vc_column width="1/2"][vc_column_text]One.[/vc_column_text][/vc_column][/vc_row]'
    )

    assert without_shortcodes(text) == "One."


@pytest.mark.parametrize(
    "caption",
    [
        '[caption id="a_9" align="left" width="300"]<img src="x.jpg" /> The pier in May[/caption]',
        "[wp_caption width='3' caption='The pier in May']<img src='x.jpg'>[/wp_caption]",
        '[caption]<a href="x"><img src="x.jpg"></a>The pier in May[/caption]',
    ],
)
def test_a_caption_is_a_caption(caption: str) -> None:
    blocks, _ = read_fragment(f"It closed on Monday.\n\n{caption}\n\nNobody came.")

    assert [(block.kind.value, block.text) for block in blocks] == [
        ("body", "It closed on Monday."),
        ("caption", "The pier in May"),
        ("body", "Nobody came."),
    ]
