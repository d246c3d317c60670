import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.articles.web.robots import read_robots

AGENT = "rhetoric-annotation"

# The example of RFC 9309, 5.1
RFC_GROUPS = """
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("foobot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("foobot", "/", False),
        ("barbot", "/example/page.html", False),
        ("BazBot", "/example/page.html", False),
        ("bazbot", "/example/page.htm", True),
        ("quxbot", "/example/page.html", True),
        ("otherbot", "/example/page.html", False),
        ("otherbot", "/publications/a.html", True),
        ("otherbot", "/a.gif", False),
        ("otherbot", "/a.gif?b", True),
    ],
)
def test_the_example_of_the_rfc(agent: str, path: str, allowed: bool) -> None:
    assert read_robots(RFC_GROUPS, agent).allows(f"https://a.example{path}") is allowed


# RFC 9309, 5.2: the longest match
def test_the_longest_pattern_decides_whatever_its_place() -> None:
    text = "User-Agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\nAllow: /"
    robots = read_robots(text, AGENT)

    assert robots.allows("https://a.example/example/page/")
    assert not robots.allows("https://a.example/example/page/disallowed.gif")


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        # the examples of the RFC, 2.2.3, and of what search engines publish of their reading
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-b.html", False),
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish.asp", False),
        ("/fish*", "/fishheads/yummy.html", True),
        ("/fish/", "/fish", False),
        ("/*.php", "/folder/filename.php?parameters", True),
        ("/*.php$", "/filename.php", True),
        ("/*.php$", "/filename.php/", False),
        ("/fish*.php", "/fishheads/catfish.php?x", True),
        ("/fish*.php", "/fish.asp", False),
        ("/fish$", "/fish", True),
        ("/fish$", "/fishes", False),
        ("/*a*b", "/xbxa", False),
        ("/*?", "/a?b=c", True),
        ("/*?", "/a", False),
        ("/caf%C3%A9", "/café", True),
        ("/", "", True),
    ],
)
def test_patterns_fit_as_the_rfc_says(pattern: str, path: str, fits: bool) -> None:
    robots = read_robots(f"User-agent: *\nDisallow: {pattern}", AGENT)

    assert robots.allows(f"https://a.example{path}") is not fits


def test_blank_lines_comments_and_a_byte_order_mark_do_not_part_a_group() -> None:
    text = "\ufeffUser-agent: * # all\n\n# but\nDisallow: /a # here\nSitemap: /s\nDisallow: /b"
    robots = read_robots(text, AGENT)

    assert [robots.allows(f"https://a.example/{x}") for x in "abc"] == [False, False, True]


def test_all_groups_of_one_name_hold_together() -> None:
    first = f"User-agent: {AGENT}/1.0\nDisallow: /a\n"
    second = f"User-agent: x\nUser-agent: {AGENT.title()}\nDisallow: /b\n"
    robots = read_robots(f"{first}{second}User-agent: *\nDisallow: /c", AGENT)

    assert [robots.allows(f"https://a.example/{x}") for x in "abc"] == [False, False, True]


@pytest.mark.parametrize(
    "text", ["", "Disallow: /", "User-agent: *\nDisallow:", "<html>404</html>"]
)
def test_without_a_rule_all_is_allowed(text: str) -> None:
    assert read_robots(text, AGENT).allows("https://a.example/a")


@pytest.mark.parametrize(
    ("delay", "seconds"), [("10", 10), ("2.5", 2.5), ("-1", 0), ("nan", 0), ("inf", 0), ("x", 0)]
)
def test_the_delay_is_read(delay: str, seconds: float) -> None:
    assert read_robots(f"User-agent: *\nCrawl-delay: {delay}", AGENT).delay == seconds


def test_the_delay_of_another_program_is_not_ours() -> None:
    assert read_robots("User-agent: other\nCrawl-delay: 10", AGENT).delay == 0


@pytest.mark.parametrize("name", ["rhetoric", "annotation", "r", "", "*annotation", "* rhetoric"])
def test_a_group_whose_name_is_a_part_of_ours_is_not_ours(name: str) -> None:
    text = f"User-agent: *\nDisallow: /a\n\nUser-agent: {name}\nCrawl-delay: 9\nDisallow: /b"
    robots = read_robots(text, AGENT)

    assert [robots.allows(f"https://a.example/{x}") for x in "ab"] == [False, True]
    assert robots.delay == 0


def test_rules_for_thousands_of_names_do_not_fill_the_memory() -> None:
    names = "\n".join(f"User-agent: bot{n}" for n in range(10_000))
    rules = "\n".join(f"Disallow: /{n}" for n in range(10_000))
    tracemalloc.start()
    try:
        robots = read_robots(f"{names}\n{rules}\nUser-agent: *\nDisallow: /closed", AGENT)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()

    assert robots.allows("https://a.example/1")
    assert not robots.allows("https://a.example/closed")


def test_a_pattern_made_to_take_long_does_not() -> None:
    robots = read_robots("User-agent: *\nDisallow: /" + "*a" * 5000 + "*b$", AGENT)
    begun = time.monotonic()

    assert robots.allows("https://a.example/" + "a" * 2000)
    assert time.monotonic() - begun < 1


@given(st.text(), st.text())
def test_any_text_can_be_read_and_asked(text: str, path: str) -> None:
    robots = read_robots(f"User-agent: *\nDisallow: {text}\n{text}", AGENT)

    assert robots.allows(f"https://a.example/{path.replace('[', '')}") in (True, False)
