"""Import a file in the tests' project folder, and say what became of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.core.dataset_folder import open_dataset


def take(*words: str, file: str = "theirs.csv") -> Result:
    """Import; the first line on stderr says how the file was read."""
    return CliRunner().invoke(app, ["import-labels", file, "-o", "data/datasets/theirs", *words])


def taken(*words: str, file: str = "theirs.csv") -> dict[str, Any]:
    done = take(*words, "--json", file=file)
    assert done.exit_code == 0, done.output
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def refused(*words: str, file: str = "theirs.csv") -> str:
    done = take(*words, file=file)
    assert done.exit_code == 1
    *reading, error = done.stderr.splitlines()
    assert [line.split()[0] for line in reading] in ([], ["reading"])
    assert not Path("data/datasets/theirs").exists()
    return error


def jsonl(*rows: Mapping[str, Any]) -> None:
    Path("theirs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def set_aside() -> list[tuple[str, str]]:
    lines = Path("data/datasets/theirs.rejected.jsonl").read_text().splitlines()
    return [(row["where"], row["reason"]) for row in map(json.loads, lines)]


def answers() -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Text and pseudonym -> status and labels."""
    dataset = open_dataset(Path("data/datasets/theirs"))
    texts = {row.paragraph.id: row.paragraph.text for row in dataset.gold()}
    return {
        (texts.get(a.paragraph_id, "no gold"), a.annotator): (str(a.status), a.labels)
        for a in dataset.annotations()
    }


def spans() -> dict[str, list[tuple[int, int, str]]]:
    """Text -> start, end and label of the words that somebody marked."""
    dataset = open_dataset(Path("data/datasets/theirs"))
    return {
        row.paragraph.text: [(span.start, span.end, span.label) for span, _ in row.gold.spans]
        for row in dataset.gold()
    }
