"""The tables between taxonomies that come with us."""

from pathlib import Path

import pytest

from annotate.core.errors import InputError
from annotate.core.taxonomy_file import find_taxonomy, load_taxonomy
from annotate.imports.corpora import crosswalks
from annotate.imports.corpora.crosswalks import crosswalk
from annotate.imports.mapping import read_map
from tests.annotate.samples import TAXONOMY_FILE

FILES = sorted((Path(crosswalks.__file__).parent / "crosswalks").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_table_has_every_label_of_one_taxonomy_and_targets_of_the_other(file: Path) -> None:
    source, target = (
        load_taxonomy(find_taxonomy(name, TAXONOMY_FILE.parent)) for name in file.stem.split("-")
    )

    map_ = read_map(file, target)

    assert set(map_.labels) == set(source.labels)
    assert all(set(targets) <= set(target.labels) for targets in map_.labels.values())


def test_the_same_taxonomy_needs_no_table() -> None:
    assert crosswalk("ptc14", "ptc14") is None


def test_a_merged_label_becomes_all_its_parts() -> None:
    target = load_taxonomy(TAXONOMY_FILE)
    path = crosswalk("ptc14", "semeval2023")
    assert path

    merged = read_map(path, target).targets("Whataboutism,Straw_Men,Red_Herring")

    assert merged == ("Whataboutism", "Straw_Man", "Red_Herring")


def test_two_taxonomies_without_a_table_are_refused_with_those_that_have_one() -> None:
    with pytest.raises(InputError) as error:
        crosswalk("semeval2021", "mafalda23")

    assert "what the labels of semeval2021 are in mafalda23" in str(error.value)
    assert "--taxonomy semeval2021 or semeval2023 or" in str(error.value)
    assert "--map" in str(error.value)
