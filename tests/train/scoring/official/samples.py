"""Small files of shared tasks, written for each test."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from train.scoring.official.registry import score_files

Figures = Mapping[str, float | None]


def write(path: Path, content: Any) -> Path:
    """Text as it is; anything else as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def write_lines(path: Path, rows: list[Any]) -> Path:
    return write(path, "".join(json.dumps(row) + "\n" for row in rows))


def all_scores(folder: Path, task: str, gold: Any, submission: Any) -> Mapping[str, Figures]:
    """The figures of the submission and of the trivial answers."""
    files = write(folder / "submission", submission), write(folder / "gold", gold)
    return score_files(*files, task).scores


def scores(folder: Path, task: str, gold: Any, submission: Any) -> Figures:
    return all_scores(folder, task, gold, submission)["submission"]
