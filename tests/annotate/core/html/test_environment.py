import re

import pytest

from annotate.core.html.colors import DARK, LIGHT
from annotate.core.html.environment import environment, render


def test_whatever_a_value_says_stays_text() -> None:
    page = render("annotate.core.html", "base.html", title="</title><script>alert('1')</script>")

    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;1&#39;)" in page


def test_every_page_is_for_light_and_dark_screens_and_forbids_requests_and_scripts() -> None:
    page = render("annotate.core.html", "base.html", title="A page")

    assert "default-src 'none'" in page
    assert "script-src" not in page
    assert "prefers-color-scheme: dark" in page
    assert "url(" not in page
    assert "@import" not in page


def test_a_missing_value_is_an_error() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError, match="title"):
        render("annotate.core.html", "base.html")


def test_the_groups_colours_are_adjusted_to_the_pages_of_the_theme() -> None:
    theme = environment().get_template("theme.css").render()

    assert re.findall(r"--page: (#[0-9a-f]{6})", theme) == [LIGHT, DARK]
