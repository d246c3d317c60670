from dataclasses import replace
from pathlib import Path

from annotate.core.taxonomy import Taxonomy, load_taxonomy
from annotate.guidelines import guidelines, instruction
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
        "## Attack",
        "### Insult",
        "### Doubt",
        "## Appeal",
        "### Fear",
    ]
    assert "1. Be fair.\n2. When in doubt leave it out.\n" in page
    assert "- **Or doubt?** A name or a question." in page


def test_the_instruction_cannot_smuggle_markup_into_the_page(taxonomy: Taxonomy) -> None:
    odd = replace(taxonomy, title="<script>", rules=("Mark <b> & go.",))

    assert instruction(odd) == ("<p><b>&lt;script&gt;</b></p><p>1. Mark &lt;b&gt; &amp; go.</p>")
