"""Every import runs in a fresh project folder."""

from pathlib import Path

import pytest

from tests.annotate.samples import TAXONOMY


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "label_config").mkdir()
    (tmp_path / "label_config" / "taxonomy.yaml").write_text(TAXONOMY)
    return tmp_path
