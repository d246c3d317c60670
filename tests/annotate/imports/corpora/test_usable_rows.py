"""Damaged rows, and files of another corpus."""

from pathlib import Path

import pytest

from annotate.core.errors import InputError, TaxonomyError
from annotate.core.taxonomy import Taxonomy
from annotate.imports.corpora.corpus import CorpusRows
from annotate.imports.corpora.usable_rows import labels_of, usable_rows
from annotate.imports.label_rows import LabelRow
from annotate.imports.mapping import LabelMap


def rows(*labels: str) -> CorpusRows:
    entries = [LabelRow(f"a.txt:{n}", {"text": "A."}, (x,)) for n, x in enumerate(labels, 1)]
    return CorpusRows((Path("a.txt"),), entries)


def test_labels_become_ids_whatever_their_letter_case(taxonomy: Taxonomy) -> None:
    spans = [{"start": 0, "end": 1, "label": "flag waving"}]
    row = LabelRow("a.txt:1", {"text": "A.", "spans": spans}, ("REPETITION",))

    (usable,) = usable_rows(CorpusRows((Path("a.txt"),), [row]), LabelMap(taxonomy))

    assert labels_of(usable) == ["Repetition", "Flag_Waving"]


def test_a_label_with_a_stray_character_is_not_taken_for_the_one_without_it(
    taxonomy: Taxonomy,
) -> None:
    usable = usable_rows(
        rows("Doubt", "Doubt\u00ac", "Dou\ufffdbt", "doubt", "Doubt"), LabelMap(taxonomy)
    )

    assert [bool(row.problem) for row in usable] == [False, True, True, False, False]


def test_up_to_five_rows_with_an_unknown_label_are_set_aside(taxonomy: Taxonomy) -> None:
    usable = usable_rows(rows(*["Doubt"] * 6, *["Dobut"] * 5), LabelMap(taxonomy))

    assert [row.problem for row in usable[:6]] == [""] * 6
    assert {row.problem for row in usable[6:]} == {"label 'Dobut' is none of the corpus's"}


def test_six_rows_with_the_same_unknown_label_are_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(TaxonomyError, match=r"^a.txt:8: labels that .* 'Dobut' \(6\); expected"):
        usable_rows(rows(*["Doubt"] * 7, *["Dobut"] * 6), LabelMap(taxonomy))


def test_label_names_of_another_language_are_refused_in_a_small_file(taxonomy: Taxonomy) -> None:
    with pytest.raises(TaxonomyError, match=r"'Zweifel'.*expected those of semeval2023: Name_"):
        usable_rows(rows("Doubt", "Zweifel"), LabelMap(taxonomy))


def test_a_file_whose_rows_are_all_damaged_is_refused_with_the_first_reason(
    taxonomy: Taxonomy,
) -> None:
    damaged = [LabelRow("a.txt:3", {}).aside("no 'id'"), LabelRow("a.txt:4", {}).aside("no text")]

    with pytest.raises(InputError, match=r"a.txt:3: no 'id'; no other row can be used either"):
        usable_rows(CorpusRows((Path("a.txt"),), damaged), LabelMap(taxonomy))


def test_a_file_without_rows_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(InputError, match=r"a.txt: no rows in it"):
        usable_rows(rows(), LabelMap(taxonomy))
