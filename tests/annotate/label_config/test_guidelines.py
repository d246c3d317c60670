import re
from dataclasses import replace
from html import escape, unescape
from pathlib import Path

from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from annotate.label_config.guidelines import guidelines, guidelines_page, instruction
from tests.annotate.samples import TAXONOMY


def test_every_word_of_the_taxonomy_reaches_the_annotators(taxonomy: Taxonomy) -> None:
    page = guidelines(taxonomy)

    for technique in taxonomy.techniques:
        said = (technique.name, technique.id, technique.definition, technique.applies)
        also = (technique.does_not_apply, technique.span, *technique.examples)
        rest = (technique.near_miss.text, technique.near_miss.why)
        rules = tuple(confusion.rule for confusion in technique.confused_with)
        for text in (*said, *also, *rest, *rules, f"key `{technique.hotkey}`"):
            assert text in page
    for group in taxonomy.groups:
        assert f"## {group.name}\n\n{group.definition}" in page
    for rule in taxonomy.rules:
        assert rule in page
    assert f"**{taxonomy.none.name}** (key `{taxonomy.none.hotkey}`)" in page


def test_techniques_stand_in_the_taxonomys_order_under_their_group(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(TAXONOMY)

    page = guidelines(load_taxonomy(tmp_path / "small.yaml"))

    heads = [line for line in page.splitlines() if line.startswith("#")]
    assert heads == [
        "# A small taxonomy",
        "## General rules",
        "## Answers about the whole paragraph",
        "## Keyboard",
        "## Attack",
        "### Insult",
        "### Doubt",
        "## Appeal",
        "### Fear",
    ]
    assert "1. Be fair.\n2. When in doubt leave it out.\n" in page
    assert "- **Or doubt?** A name or a question." in page


def test_the_contents_lead_to_the_headings_of_the_html(taxonomy: Taxonomy) -> None:
    page = guidelines_page(taxonomy)

    targets = re.findall(r'href="#([^"]+)"', page)
    assert len(targets) == len(taxonomy.techniques) + len(taxonomy.groups)
    assert set(targets) <= set(re.findall(r'<h[23] id="([^"]+)"', page))


def test_html_and_markdown_say_the_same(taxonomy: Taxonomy) -> None:
    shown = unescape(re.sub(r"<[^>]+>", "", guidelines_page(taxonomy)))

    for technique in taxonomy.techniques:
        said = (technique.name, technique.definition, technique.near_miss.why, technique.span)
        for text in (*said, *technique.examples, *(c.rule for c in technique.confused_with)):
            assert text in shown


ODD = "<script>alert(1)</script> *a* _b_ [c](d) `e` &amp; ~~f~~ # g | h"


def test_what_looks_like_markup_is_shown_as_it_is(taxonomy: Taxonomy) -> None:
    odd = replace(taxonomy, title=ODD, rules=(ODD,))

    for html in (guidelines_page(odd), instruction(odd)):
        assert "<script" not in html
        assert "<em>a</em>" not in html
        assert escape(ODD, quote=False) in html


def test_the_instruction_has_all_of_it_and_no_links_within_a_page(taxonomy: Taxonomy) -> None:
    html = instruction(taxonomy)

    assert "href" not in html
    assert all(escape(t.definition, quote=False) in html for t in taxonomy.techniques)
    assert all(escape(rule, quote=False) in html for rule in taxonomy.rules)


def test_the_general_rules_cover_what_annotators_must_be_told(taxonomy: Taxonomy) -> None:
    rules = " ".join(taxonomy.rules).lower()

    for word in ("doubt", "fewest words", "fact", "iron", "quot", "negat", "opinion"):
        assert word in rules
