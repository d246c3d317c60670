"""The corpora's taxonomies stand in the tests' project folder."""

import shutil
from pathlib import Path

import pytest

from tests.annotate.samples import TAXONOMY_FILE


@pytest.fixture(autouse=True)
def label_config(project: Path) -> Path:
    folder = project / "label_config"
    shutil.copy(TAXONOMY_FILE, folder / "taxonomy.yaml")
    shutil.copytree(TAXONOMY_FILE.parent / "taxonomies", folder / "taxonomies")
    return folder
