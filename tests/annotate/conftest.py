from pathlib import Path

import pytest

from annotate.core.taxonomy import Taxonomy, load_taxonomy
from tests.annotate.samples import TAXONOMY_FILE


@pytest.fixture(scope="session")
def taxonomy_file() -> Path:
    """The taxonomy that the project ships."""
    return TAXONOMY_FILE


@pytest.fixture(scope="session")
def taxonomy(taxonomy_file: Path) -> Taxonomy:
    return load_taxonomy(taxonomy_file)
