from pathlib import Path

import pytest

from tests.train.conftest import tiny_bert as tiny_bert
from tests.train.samples import write_tiny_dataset


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of dataset folders, in which the tiny dataset stands for the demo's."""
    folder = tmp_path_factory.mktemp("data")
    write_tiny_dataset(folder / "demo")
    return folder
