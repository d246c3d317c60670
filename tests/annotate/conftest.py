from pathlib import Path

import pytest

from annotate.core.taxonomy import Taxonomy
from annotate.core.taxonomy_file import load_taxonomy
from tests.annotate.samples import TAXONOMY, TAXONOMY_FILE


@pytest.fixture(scope="session")
def taxonomy_file() -> Path:
    """The taxonomy that the project ships."""
    return TAXONOMY_FILE


@pytest.fixture(scope="session")
def taxonomy(taxonomy_file: Path) -> Taxonomy:
    return load_taxonomy(taxonomy_file)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Taxonomy:
    """Three techniques in two groups."""
    path = tmp_path_factory.mktemp("taxonomy") / "small.yaml"
    path.write_text(TAXONOMY, encoding="utf-8")
    return load_taxonomy(path)
