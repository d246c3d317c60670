"""What an article, an outlet or an annotator may have written does no harm where it is shown."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.commands.migrate import _echo
from annotate.core.records import Annotation, Status
from annotate.dataset.writer import write_dataset
from tests.annotate.agreement.samples import content, load_small, write_folder
from tests.annotate.samples import answer, paragraph

# Title of the window, colour, one-byte CSI, bell, overrides and isolates of direction, tags.
STEERING = (
    "\x1b]0;owned\x07 \x1b[31mred \x9b2J \x7f \u202eexe.txt\u202c \u2066a\u2069 \u200f\U000e0041"
)
SCRIPT = "<script>window.owned=1</script><img src=x onerror=alert(1)>"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)")
HOSTILE = (f"{SCRIPT} {STEERING} words.", *(f"{f} {STEERING}" for f in FORMULAS))


def run(*words: object, code: int = 0) -> str:
    """Everything that a command prints, in which nothing steers a terminal."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    assert [c for c in done.output if not c.isprintable() and c not in "\n\t"] == []
    return done.output


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset from elsewhere, whose texts nobody has cleaned."""
    monkeypatch.chdir(tmp_path)
    link = tmp_path / "data" / "datasets" / "x"
    taxonomy = load_small(link.parent)
    texts = [*HOSTILE, *(f"Plain words, {n}." for n in range(5))]
    rows = [
        replace(paragraph(text, f"a{n}"), title=text, source=text) for n, text in enumerate(texts)
    ]
    labels = {"a1": "Insult", "a2": "Doubt", "a3": "Insult"}  # people confuse these two
    annotations = [
        replace(answer(row.id, who, *[label][: row.text in HOSTILE]), comment=row.text)
        for row in rows
        for who, label in labels.items()
    ]
    write_dataset(content("x", taxonomy, rows, annotations), link)
    return link


def test_the_agreement_report_shows_hostile_texts_as_texts(dataset: Path, tmp_path: Path) -> None:
    run("agreement", dataset)
    run("agreement", dataset, "--json")
    page = (tmp_path / "data/agreement/x/agreement.html").read_text("utf-8")
    markdown = (tmp_path / "data/agreement/x/agreement.md").read_text("utf-8")

    assert "window.owned" in page  # the example is there
    assert "<script" not in page
    assert "<img" not in page
    assert r"\<script\>window.owned" in markdown
    assert [c for c in markdown if not c.isprintable() and c != "\n"] == []


def test_the_feedback_sheets_show_hostile_texts_as_texts(dataset: Path, tmp_path: Path) -> None:
    printed = run("feedback", dataset)
    sheet = (tmp_path / "data/feedback/x/a2.html").read_text("utf-8")

    assert "a2.html" in printed
    assert "&lt;script&gt;window.owned" in sheet
    assert "<script" not in sheet
    assert "<img" not in sheet


@pytest.mark.parametrize("name", ["../../a1", "/tmp/a1", ".a1", "a1\x1b[2J", "a\u202e1"])
def test_an_annotator_whose_name_could_do_harm_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    bad = Annotation("p0", name, Status.LABELLED, ("Insult",))
    write_folder(tmp_path / "datasets" / "x", {"a1": "I D"}, extra=[bad])

    for command in ("feedback", "agreement", "adjudicate"):
        printed = run(command, "datasets/x", code=1)

        assert "is no pseudonym" in printed
        assert len(printed.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_prepare_takes_out_what_steers_and_keeps_the_rest_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"{SCRIPT} {STEERING} and some more words to make a paragraph of it."
    article = {"id": "a", "text": text, "title": f"On {text}", "source": text}
    Path("a.jsonl").write_text(json.dumps(article) + "\n")

    run("prepare", "a.jsonl", "-o", "p.jsonl")
    row = json.loads(Path("p.jsonl").read_text("utf-8"))

    # A mark of direction is part of Arabic and Hebrew text; it overrides nothing.
    for key in ("text", "title", "source"):
        assert {c for c in row[key] if not c.isprintable()} <= {"\u200f", "\U000e0041"}, key
    assert row["text"].startswith(SCRIPT)


@pytest.mark.parametrize("steering", ["\x1b]0;owned\x07", "\x9b2J", "\u202e"])
def test_errors_that_quote_what_they_refuse_steer_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steering: str
) -> None:
    monkeypatch.chdir(tmp_path)
    kind = {"id": "a", "paragraphs": [{"kind": f"body{steering}", "text": "Words."}]}
    Path("kind.jsonl").write_text(json.dumps(kind) + "\n")
    Path(f"name{steering}.xyz").write_text("Words.")
    Path("none.csv").write_text(f"{steering}body,title\nWords,and more\n")

    for file in ("kind.jsonl", f"name{steering}.xyz", "none.csv"):
        printed = run("prepare", file, "-o", "p.jsonl", code=1)
        assert len(printed.splitlines()) == 1


def test_migrate_says_whose_a_stream_is_without_what_a_projects_title_could_steer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = {"annotator": STEERING, "rewritten": 1, "sent_back": 0, "backup": None}

    _echo({"datasets": [], "streams": [row]}, dry_run=False)

    printed = capsys.readouterr().out
    assert "changed 1, 0 back for labelling" in printed
    assert [c for c in printed if not c.isprintable() and c != "\n"] == []
