"""The whole loop as its users run it: every command, a real server, real weights."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.core.taxonomy import Taxonomy
from annotate.demo import label
from annotate.page import label_config
from annotate.labelstudio import LabelStudio, open_project
from annotate.server import accounts
from annotate.settings import Stream
from annotate.studio import OpenStudio

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

    def __init__(self, path: Path, url: str, token: str) -> None:
        self.path = path
        (path / "label_config").symlink_to(ROOT / "label_config")
        (path / ".env").write_text(f"LABEL_STUDIO_URL={url}\nLABEL_STUDIO_API_KEY={token}\n")
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
    url, token = opened.studio.url, opened.studio.admin.token
    here = Folder(tmp_path, url, token)
    articles = [str(SAMPLES / "articles" / name) for name in ARTICLES]

    here.annotate("prepare", *articles, "-o", "paragraphs.jsonl")
    paragraphs = len((tmp_path / "paragraphs.jsonl").read_text("utf-8").splitlines())
    first = json.loads(here.annotate("push", "paragraphs.jsonl", "--project", "loop", "--json"))
    second = json.loads(here.annotate("push", "paragraphs.jsonl", "--project", "loop", "--json"))
    sent = send_labels(opened, taxonomy, Stream(url, token, "loop", "studio"))
    here.annotate("pull", "--project", "loop", "-o", "data/datasets/loop")
    here.train("fit", "data/datasets/loop", "-o", "run", "--epochs", "1", "--max-length", "64")
    here.train("evaluate", "run", "data/datasets/loop", "-o", "run/evaluation")
    here.train("export", "run", "-o", "model")
    unseen = str(SAMPLES / "unseen")
    here.train("predict", "model", unseen, "-o", "predictions.jsonl", "--with-paragraphs")
    page = ("data/datasets/loop", "run/evaluation", "predictions.jsonl", "-o", "report.html")
    here.train("report", *page)

    assert paragraphs > 30
    assert (first["added"], second["added"]) == (paragraphs, 0)
    assert sent == 3 * paragraphs
    assert (tmp_path / "report.html").stat().st_size > 10_000
    assert not leaks(tmp_path, token)
    check_as_a_stranger(here, taxonomy)


def send_labels(opened: OpenStudio, taxonomy: Taxonomy, stream: Stream) -> int:
    """The committed passes of the three annotators, each under the own account."""
    project = open_project(stream, label_config(taxonomy))
    known = accounts(opened.studio.folder)
    passes = sorted((SAMPLES / "annotators").glob("*.jsonl"))
    people = {path: LabelStudio(stream.url, known[path.stem].token) for path in passes}
    sent = label(project, people, taxonomy)
    assert label(project, people, taxonomy) == 0, "what was sent is not sent again"
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


def leaks(folder: Path, token: str) -> list[Path]:
    """Files that hold the token or an annotator's e-mail, but for .env, where it belongs."""
    secrets = (token.encode(), b"@studio.local")
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".env")
    return [path for path in files if any(secret in path.read_bytes() for secret in secrets)]
