"""The whole loop as its users run it: every command, a real server, real weights."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.core.taxonomy import Taxonomy
from annotate.demo import label
from annotate.label_studio.annotator_projects import open_projects
from annotate.server.accounts import accounts
from annotate.server.studio import OpenStudio
from tests.studio.server import ANNOTATORS

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "samples"
ARTICLES = ("boat-landings.html", "border-post.txt", "call-up.txt", "clause-nine.txt")
PROGRAMS = Path(sys.executable).parent
# A stranger's program, in a fresh process that sees neither annotate nor train.
STRANGER = """
import json, sys
from datasets import load_dataset
from transformers import pipeline
gold, model = sys.argv[1:]
rows = load_dataset(gold)
answers = load_dataset(gold, "annotations")
classify = pipeline("text-classification", model=model, top_k=None)
scores = classify([rows["test"][0]["text"]], truncation=True, max_length=128)[0]
print(json.dumps({
    "splits": {name: len(split) for name, split in rows.items()},
    "answers": len(answers["train"]),
    "labels": rows["train"].features["labels"].feature.names,
    "scored": sorted(score["label"] for score in scores),
    "threshold": classify.model.config.rhetoric["threshold"],
}))
"""


class Folder:
    """A project folder in which commands are typed."""

    def __init__(self, path: Path, studio: Path) -> None:
        self.path = path
        (path / "label_config").symlink_to(ROOT / "label_config")
        (path / "data").mkdir()
        (path / "data" / "studio").symlink_to(studio)
        self.environment = os.environ | {"HF_HOME": str(path / "hf"), "HF_HUB_OFFLINE": "1"}

    def run(self, program: str, *words: str) -> str:
        done = subprocess.run(
            [program, *words],
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stderr[-2000:]}"
        return done.stdout

    def annotate(self, *words: str) -> str:
        return self.run(str(PROGRAMS / "rhetoric-annotate"), *words)

    def train(self, *words: str) -> str:
        return self.run(str(PROGRAMS / "rhetoric-train"), *words)


@pytest.mark.slow
@pytest.mark.studio
def test_articles_become_labels_a_classifier_and_a_page(
    opened: OpenStudio, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    here = Folder(tmp_path, opened.studio.folder)
    articles = [str(SAMPLES / "articles" / name) for name in ARTICLES]

    here.annotate("prepare", *articles, "-o", "paragraphs.jsonl")
    paragraphs = len((tmp_path / "paragraphs.jsonl").read_text("utf-8").splitlines())
    push = ("push", "paragraphs.jsonl", "--project", "loop", "--overlap", "3", "--json")
    first = json.loads(here.annotate(*push, "--new", "--annotators", ",".join(ANNOTATORS)))
    second = json.loads(here.annotate(*push))
    sent = send_labels(opened, taxonomy)
    here.annotate("pull", "--project", "loop", "-o", "data/datasets/loop")
    here.train("fit", "data/datasets/loop", "-o", "run", "--set", "steps=20")
    here.train("evaluate", "run", "data/datasets/loop", "-o", "run/evaluation")
    here.train("export", "run", "-o", "model")
    unseen = str(SAMPLES / "unseen")
    here.train("predict", "model", unseen, "-o", "predictions.jsonl", "--with-paragraphs")
    page = ("data/datasets/loop", "run/evaluation", "predictions.jsonl", "-o", "report.html")
    here.train("report", *page)

    assert paragraphs > 30
    assert (first["added"], second["added"]) == (3 * paragraphs, 0)
    assert sent == 3 * paragraphs
    assert (tmp_path / "report.html").stat().st_size > 10_000
    warning = "Labels of simulated annotators: the scores say nothing about real news."
    for place in (
        *("data/datasets/loop/README.md", "run/evaluation/evaluation.html"),
        *("run/evaluation/evaluation.md", "model/README.md", "report.html"),
    ):
        assert warning in (tmp_path / place).read_text("utf-8"), place
    assert not leaks(tmp_path, opened.studio.folder)
    check_as_a_stranger(here, taxonomy)


def send_labels(opened: OpenStudio, taxonomy: Taxonomy) -> int:
    """The committed passes of the three annotators, each in the stream of the own account."""
    streams = open_projects(opened.connection, "loop", taxonomy)
    passes = sorted((SAMPLES / "annotators").glob("*.jsonl"))
    people = {path: streams[name] for path, name in zip(passes, ANNOTATORS, strict=True)}
    sent = label(people, taxonomy)
    assert label(people, taxonomy) == 0, "what was sent is not sent again"
    return sent


def check_as_a_stranger(here: Folder, taxonomy: Taxonomy) -> None:
    script = here.path / "stranger.py"
    script.write_text(STRANGER)
    said = json.loads(
        here.run(sys.executable, "-I", str(script), "data/datasets/loop", "model").splitlines()[-1]
    )
    lines = (here.path / "predictions.jsonl").read_text("utf-8").splitlines()

    assert set(said["splits"]) == {"train", "validation", "test"}
    assert said["answers"] > sum(said["splits"].values())
    assert said["labels"] == list(taxonomy.labels)
    assert said["scored"] == sorted(taxonomy.labels)
    for row in map(json.loads, lines):
        above = {name for name, score in row["scores"].items() if score >= said["threshold"]}
        assert set(row["labels"]) == above


def leaks(folder: Path, studio: Path) -> list[Path]:
    """Files that hold a token, a password or an e-mail, but for those of the server itself."""
    known = accounts(studio).values()
    secrets = {b"@studio.local"}.union(*((a.token.encode(), a.password.encode()) for a in known))
    secrets.discard(b"")  # of a closed account
    files = (path for path in folder.rglob("*") if path.is_file())
    own = (path for path in files if not path.is_relative_to(folder / "data" / "studio"))
    return [path for path in own if any(secret in path.read_bytes() for secret in secrets)]
