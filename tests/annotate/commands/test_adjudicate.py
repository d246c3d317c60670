"""`adjudicate` and `feedback` on labels that two and three people left, read from a file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from tests.annotate.samples import TAXONOMY

DATASET = "data/datasets/theirs"
# Paragraph and what each person ticks; the last is outvoted in 0 and 1, the rest are by two.
ROWS = [
    *((0, who, label) for who, label in zip("abc", ("Insult", "Insult", "none"), strict=True)),
    *((1, who, label) for who, label in zip("abc", ("none", "none", "Fear"), strict=True)),
    *((2, who, label) for who, label in zip("ab", ("Insult", "none"), strict=True)),
    *((3, who, label) for who, label in zip("ab", ("Insult", "Insult"), strict=True)),
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("label_config").mkdir()
    Path("label_config/taxonomy.yaml").write_text(TAXONOMY)
    rows = "\n".join(f"You traitor {n}.;{label};{who};article {n}" for n, who, label in ROWS)
    Path("theirs.csv").write_text(f"text;labels;annotator;article_id\n{rows}\n")


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done.stdout


def test_one_line_says_how_many_labels_are_disputed_and_what_gold_does() -> None:
    printed = {
        rule: run("import-labels", "theirs.csv", "-o", DATASET, "--disputed", rule).splitlines()
        for rule in ("off", "on", "drop")
    }

    assert printed["off"][3] == (
        "1 label is disputed, in 1 paragraph; "
        "in gold such a label holds only if its score is above one half: a tie is off"
    )
    assert printed["on"][3] == "1 label is disputed, in 1 paragraph; in gold such a label holds"
    assert printed["drop"][3] == (
        "1 label is disputed, in 1 paragraph; "
        "a paragraph with such a label is left out of gold until somebody decides"
    )
    run("import-labels", "theirs.csv", "-o", DATASET, "--disputed", "maybe", code=2)


@pytest.mark.parametrize("rule", ["off", "on", "drop"])
def test_adjudicate_counts_the_disputed_paragraphs_also_where_they_left_gold(rule: str) -> None:
    run("import-labels", "theirs.csv", "-o", DATASET, "--disputed", rule)

    printed = run("adjudicate", DATASET, "--dry-run")
    counts = json.loads(run("adjudicate", DATASET, "--dry-run", "--json"))

    assert printed == "3 of 4 paragraphs to decide; first the 1 disputed\n"
    assert counts == {"paragraphs": 4, "to_decide": 3, "disputed": 1, "dry_run": True}


def test_feedback_counts_what_differs_and_what_is_disputed() -> None:
    run("import-labels", "theirs.csv", "-o", DATASET)

    rows = json.loads(run("feedback", DATASET, "--json"))

    assert [(r["annotator"], r["answers"], r["differences"], r["disputed"]) for r in rows] == [
        ("a1", 4, 0, 1),
        ("a2", 4, 0, 1),
        ("a3", 2, 2, 0),
    ]
    assert all(Path(row["page"]).is_file() for row in rows)
