"""Run `corpus` in the tests' project folder, and say what became of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from annotate.cli import app
from annotate.core.dataset_folder import DatasetFolder, open_dataset

OUT = Path("data/datasets/theirs")


def write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def run(name: str, path: Path | str, *words: str) -> Result:
    return CliRunner().invoke(app, ["corpus", name, str(path), "-o", str(OUT), *words])


def imported(name: str, path: Path | str, *words: str) -> dict[str, Any]:
    done = run(name, path, "--json", *words)
    assert done.exit_code == 0, done.output
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def refused(name: str, path: Path | str, *words: str) -> str:
    done = run(name, path, *words)
    assert done.exit_code == 1, done.output
    assert not OUT.exists()
    return done.stderr.splitlines()[-1]


def dataset() -> DatasetFolder:
    return open_dataset(OUT)


def labels() -> dict[str, tuple[str, ...]]:
    """Text -> gold labels."""
    return {row.paragraph.text: row.gold.labels for row in dataset().gold()}


def spans() -> dict[str, list[tuple[str, str]]]:
    """Text -> marked words and their label."""
    return {
        row.paragraph.text: [
            (row.paragraph.text[s.start : s.end], s.label) for s, _ in row.gold.spans
        ]
        for row in dataset().gold()
    }


def set_aside() -> list[tuple[str, str]]:
    lines = OUT.with_name("theirs.rejected.jsonl").read_text().splitlines()
    return [(row["where"], row["reason"]) for row in map(json.loads, lines)]


def loaded() -> dict[str, list[dict[str, Any]]]:
    """Split -> rows, as a fresh process without this project loads the dataset."""
    script = (
        "import datasets, json, sys\n"
        "gold = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2])\n"
        "names = next(iter(gold.values())).features['labels'].feature.names\n"
        "marks = next(iter(gold.values())).features['spans'].feature['label'].names\n"
        "def row(r):\n"
        "    spans = [[r['text'][s['start']:s['end']], marks[s['label']]] for s in r['spans']]\n"
        "    return {**r, 'labels': [names[n] for n in r['labels']], 'spans': spans}\n"
        "print(json.dumps({split: [row(r) for r in rows] for split, rows in gold.items()}))\n"
    )
    arguments = [str(OUT.resolve()), str(Path("cache").resolve())]
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, *arguments],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(Path("hf").resolve())},
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    rows: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return rows
