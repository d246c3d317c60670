"""The list of corpora, and what holds for all their readers."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import RhetoricError
from annotate.core.taxonomy_file import find_taxonomy, load_taxonomy
from annotate.imports.corpora.registry import CORPORA
from annotate.imports.corpora.usable_rows import usable_rows
from annotate.imports.mapping import LabelMap
from tests.annotate.samples import TAXONOMY_FILE

_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("Doubt")
_KEYS = st.sampled_from(["id", "text", "labels", "start", "end", "technique", "text_fragment"])
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner),
    max_leaves=9,
)
_ITEMS = st.lists(st.dictionaries(_KEYS, _VALUES), max_size=4)
_JSON = {
    "semeval2021": "dev_set_task2.txt",
    "mafalda": "gold_standard_dataset.jsonl",
}
_BYTES = {
    **_JSON,
    "logic": "edu_dev.csv",
    "logicclimate": "climate_test.csv",
    "argotario": "arguments-en-2018-01-15.tsv",
}
_HEADS = {
    "logic": b"source_article,updated_label\n",
    "logicclimate": b"original_url,source_article,logical_fallacies\n",
    "argotario": b"Row number\tMongo ID\tAuthor\tTopic\tStance\tIntended Fallacy\tVoted Fallacy\t"
    b"Number of Votes\tText\n",
}


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


@cache
def own_labels(name: str) -> LabelMap:
    return LabelMap(load_taxonomy(find_taxonomy(CORPORA[name].taxonomy, TAXONOMY_FILE.parent)))


def check(name: str, content: bytes) -> None:
    """Read a file: each row has a place, and what cannot be read is an error that names it."""
    path = Path(_BYTES[name])
    path.write_bytes(content)
    try:
        places = [row.where for row in usable_rows(CORPORA[name].read(path), own_labels(name))]
    except RhetoricError as error:
        places = [str(error)]
    assert places
    assert all(f"{path}:" in place for place in places)


@pytest.mark.parametrize("name", _JSON)
@given(items=_ITEMS)
def test_whatever_json_holds_is_a_row_or_a_plain_error(name: str, items: list[object]) -> None:
    lines = "\n".join(map(json.dumps, items))

    check(name, (json.dumps(items) if name == "semeval2021" else lines).encode())


@pytest.mark.parametrize("name", _BYTES)
@given(content=st.binary(max_size=60))
def test_whatever_bytes_a_file_holds_are_rows_or_a_plain_error(name: str, content: bytes) -> None:
    check(name, content)
    check(name, _HEADS.get(name, b"[{") + content)
