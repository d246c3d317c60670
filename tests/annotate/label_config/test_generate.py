from pathlib import Path

import pytest

from annotate.core.errors import InputError, TaxonomyError
from annotate.label_config.generate import generate
from tests.annotate.samples import TAXONOMY


def test_page_and_guidelines_are_written_and_twice_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY)
    out = tmp_path / "new" / "folder"

    paths = generate(tmp_path / "taxonomy.yaml", out)
    before = [path.read_bytes() for path in paths]

    assert paths == [out / "label_studio.xml", out / "guidelines.md", out / "guidelines.html"]
    assert generate(tmp_path / "taxonomy.yaml", out) == paths
    assert [path.read_bytes() for path in paths] == before
    assert before[0].startswith(b"<View>")
    assert before[1].startswith(b"<!-- Generated from taxonomy small")


def test_a_broken_taxonomy_leaves_the_old_files(tmp_path: Path) -> None:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY)
    paths = generate(tmp_path / "taxonomy.yaml", tmp_path)
    before = [path.read_bytes() for path in paths]
    (tmp_path / "taxonomy.yaml").write_text("groups: []")

    with pytest.raises(TaxonomyError):
        generate(tmp_path / "taxonomy.yaml", tmp_path)

    assert [path.read_bytes() for path in paths] == before


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY)

    with pytest.raises(InputError, match="cannot be written"):
        generate(tmp_path / "taxonomy.yaml", tmp_path / "taxonomy.yaml")
