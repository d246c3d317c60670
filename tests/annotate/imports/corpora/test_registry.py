"""The list of corpora."""

import pytest

from annotate.core.taxonomy_file import find_taxonomy, load_taxonomy
from annotate.imports.corpora.registry import CORPORA
from tests.annotate.samples import TAXONOMY_FILE


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_has_as_many_labels_as_its_taxonomy(name: str) -> None:
    corpus = CORPORA[name]
    taxonomy = load_taxonomy(find_taxonomy(corpus.taxonomy, TAXONOMY_FILE.parent))

    assert corpus.labels == len(taxonomy.labels)


@pytest.mark.parametrize("name", CORPORA)
def test_everything_that_the_list_shows_is_filled_in(name: str) -> None:
    corpus = CORPORA[name]

    assert corpus.name == name
    assert all((corpus.title, corpus.languages, corpus.size, corpus.licence))
    assert corpus.url.startswith("https://")


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_stands_in_the_docs(name: str) -> None:
    page = TAXONOMY_FILE.parents[1] / "docs" / "corpora.md"

    assert f"\n| `{name}` |" in page.read_text(encoding="utf-8")
