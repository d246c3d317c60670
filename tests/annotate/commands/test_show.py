from pathlib import Path

from typer.testing import CliRunner

from annotate.cli import app
from tests.annotate.dataset_page.samples import write_large, write_small


def test_the_command_prints_the_page_alone_on_stdout(tmp_path: Path) -> None:
    page = tmp_path / "page.html"

    done = CliRunner().invoke(app, ["show", str(write_small(tmp_path)), "-o", str(page)])

    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{page}\n", "")
    assert page.is_file()


def test_the_command_says_how_much_of_a_large_dataset_the_page_shows(
    tmp_path: Path,
) -> None:
    dataset, page = write_large(tmp_path, 120, words=10_000), tmp_path / "page.html"

    done = CliRunner().invoke(app, ["show", str(dataset), "-o", str(page)])

    assert "of 120 paragraphs, to stay below 5 MB; its figures count all" in done.stderr
    assert 4_000_000 < page.stat().st_size <= 5_000_000


def test_a_missing_dataset_is_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["show", str(tmp_path / "gone")])

    assert (done.exit_code, done.stdout) == (1, "")
    assert "gone: does not exist; make it with 'rhetoric-annotate pull'" in done.stderr
