from pathlib import Path

from annotate.server.exports import remove_exports


def test_copies_of_exports_are_removed_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for name in (
        "project-7-at-2026-11-02-10-11-0a1b2c3d.json",
        "project-7-at-2026-11-02-10-11-0a1b2c3d-info.json",
        "mine.json",
    ):
        (folder / name).write_text("{}")

    remove_exports(tmp_path)
    remove_exports(tmp_path / "no studio")

    assert [path.name for path in folder.iterdir()] == ["mine.json"]
