import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from annotate.agreement.markdown import escaped
from annotate.agreement.report import AgreementReport, agreement
from annotate.commands.agreement import agreement_command
from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError
from annotate.core.records import Origin, Span, Status
from annotate.dataset.writer import write_dataset
from tests.annotate.agreement.samples import content, write_folder
from tests.annotate.samples import answer

HOSTILE = "<script>alert('1')</script> & <b>bold</b> | `code` **stars** [a](http://b.example) # x"
ANSWERS = {"a1": "I D I F - ID -", "a2": "D D D F - I -", "a3": "I D I F . - -"}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    link = tmp_path / "datasets" / "pilot"
    write_folder(link, ANSWERS, [HOSTILE])
    return link


def all_bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def report_of(tmp_path: Path, annotators: dict[str, str]) -> AgreementReport:
    write_folder(tmp_path / "datasets" / "pilot", annotators)
    return agreement(tmp_path / "datasets" / "pilot", tmp_path / "out")


def test_the_report_is_written_as_json_markdown_and_page(dataset: Path, tmp_path: Path) -> None:
    report = agreement(dataset, tmp_path / "out")

    assert sorted(all_bytes(tmp_path / "out")) == [
        "agreement.html",
        "agreement.md",
        "agreement_report.json",
    ]
    found = json.loads((tmp_path / "out" / "agreement_report.json").read_text())
    assert found == report.json
    assert (found["schema"], found["format"]) == ("agreement-report", 1)
    assert found["dataset"] == {"name": "pilot", "digest": dataset.readlink().name}
    assert [row["label"] for row in found["alpha"]["labels"]] == ["Insult", "Doubt", "Fear"]
    assert (found["paragraphs"], found["compared"], found["answers"]) == (7, 7, 20)
    (pair,) = found["confusions"]
    assert pair["techniques"] == ["Insult", "Doubt"]
    assert pair["examples"][0]["text"] == HOSTILE
    assert pair["examples"][0]["answers"] == {"a1": ["Insult"], "a2": ["Doubt"], "a3": ["Insult"]}


def test_a_second_report_is_the_same_bytes_and_the_dataset_stays_as_it_is(
    dataset: Path, tmp_path: Path
) -> None:
    before = all_bytes(dataset.resolve())
    agreement(dataset, tmp_path / "one")
    agreement(dataset, tmp_path / "two")

    assert all_bytes(tmp_path / "one") == all_bytes(tmp_path / "two")
    assert all_bytes(dataset.resolve()) == before


def test_two_paragraphs_on_which_all_agree_are_no_certainty(tmp_path: Path) -> None:
    report = report_of(tmp_path, {"a1": "I D", "a2": "I D"})

    note = (
        "The paragraphs with two or more answers are too few to tell how far people agree: "
        "1 article, and an interval needs 5."
    )
    assert report.json["alpha"]["sets"]["value"] == 1
    assert report.json["too_few_to_tell"] == "1 article, and an interval needs 5"
    printed = run(tmp_path / "datasets" / "pilot", "-o", tmp_path / "out").stdout
    texts = [report.page.read_text(), report.page.with_name("agreement.md").read_text(), printed]
    for text in texts:
        assert note in text
        assert "1.00 (too few to tell)" in text
        assert not re.search(r"\d\.\d\d \(.?\d\.\d\d to", text)
    assert "<dt>mean alpha (too few to tell)</dt><dd>1.00</dd>" in texts[0]
    assert 'y1="14"' not in texts[0]  # where plots draw whiskers


def test_enough_paragraphs_have_intervals_and_no_note(tmp_path: Path) -> None:
    report = report_of(tmp_path, {name: f"{words} {words}" for name, words in ANSWERS.items()})

    assert report.json["too_few_to_tell"] is None
    assert "are too few to tell how" not in report.page.read_text()


@pytest.mark.parametrize(
    ("labellers", "warning"),
    [
        ("people", ""),
        ("simulated", "Labels of simulated annotators: the scores say nothing about real news."),
        ("people and simulated annotators", "Labels of people and simulated annotators, mixed"),
    ],
)
def test_simulated_annotators_are_named_in_every_form(
    labellers: str, warning: str, tmp_path: Path
) -> None:
    write_folder(tmp_path / "datasets" / "pilot", ANSWERS, labelled_by=labellers)
    report = agreement(tmp_path / "datasets" / "pilot", tmp_path / "out")

    printed = run(tmp_path / "datasets" / "pilot", "-o", tmp_path / "out").stdout
    assert report.json["labelled_by"] == labellers
    for text in (
        report.page.read_text(),
        report.page.with_name("agreement.md").read_text(),
        printed,
    ):
        assert (warning or "imulated") in text or not warning
        assert bool(warning) is ("imulated annotators" in text)


@pytest.mark.parametrize("inside", ["", "report", "gold/report"])
def test_nothing_is_written_into_a_dataset_folder(dataset: Path, inside: str) -> None:
    before = all_bytes(dataset.resolve())

    for folder in (dataset, dataset.resolve()):
        with pytest.raises(InputError, match="lies in a dataset folder"):
            agreement(dataset, folder / inside)

    assert all_bytes(dataset.resolve()) == before


def test_texts_and_names_cannot_break_out_of_the_page(dataset: Path, tmp_path: Path) -> None:
    page = agreement(dataset, tmp_path / "out").page.read_text()

    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &lt;b&gt;bold" in page
    assert "default-src 'none'" in page


def test_texts_cannot_break_out_of_markdown(dataset: Path, tmp_path: Path) -> None:
    agreement(dataset, tmp_path / "out")
    lines = (tmp_path / "out" / "agreement.md").read_text().splitlines()

    (shown,) = [line for line in lines if "alert" in line]
    assert shown == (
        r"> \<script\>alert('1')\</script\> \& \<b\>bold\</b\> \| \`code\` \*\*stars\*\* "
        r"\[a\](http://b.example) \# x"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [("- a", r"\- a"), ("1. a", r"1\. a"), ("a - 1. b", "a - 1. b"), ("a\n\nb", "a b")],
)
def test_a_text_begins_no_list_in_markdown(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_markdown_tables_have_as_many_cells_as_their_head(dataset: Path, tmp_path: Path) -> None:
    agreement(dataset, tmp_path / "out")
    text = (tmp_path / "out" / "agreement.md").read_text()

    tables = [part.splitlines() for part in text.split("\n\n") if part.startswith("| ")]
    assert len(tables) == 4
    for lines in tables:
        assert len({line.count("|") for line in lines}) == 1, lines


@pytest.mark.parametrize(
    ("annotators", "reason"),
    [
        ({"a1": "I D - F"}, "only one annotator, a1, has answers"),
        ({"a1": "I D", "a2": ". ."}, "only one annotator, a1, has answers"),
        ({"a1": "I .", "a2": ". D"}, "no paragraph has answers of two people"),
        ({"a1": "I I", "a2": "I I"}, "all answers that can be compared are the same"),
    ],
)
def test_undefined_agreement_is_reported_with_the_reason(
    tmp_path: Path, annotators: dict[str, str], reason: str
) -> None:
    report = report_of(tmp_path, annotators)

    assert reason in report.json["undefined"]
    assert report.json["alpha"]["sets"] == {"value": None, "low": None, "high": None}
    assert reason in report.advice[0].text
    assert reason in report.page.read_text()
    assert "nan" not in report.page.read_text()
    markdown = report.page.with_name("agreement.md").read_text()
    assert reason in markdown
    assert "nan" not in markdown


def test_an_annotator_whom_only_the_ledger_knows_is_reported(dataset: Path, tmp_path: Path) -> None:
    report = agreement(dataset, tmp_path / "out")

    assert [p["annotator"] for p in report.json["people"]] == ["a1", "a2", "a3", "a9"]
    assert any("a9" in a.text for a in report.advice if a.rule == "silent")


def test_adjudications_are_not_counted(tmp_path: Path) -> None:
    decided = replace(answer("p0", "a3", "Fear"), origin=Origin.ADJUDICATION)
    answers = {"a1": "I D", "a2": "I -"}
    write_folder(tmp_path / "datasets" / "pilot", answers, extra=[decided])

    report = agreement(tmp_path / "datasets" / "pilot", tmp_path / "out")

    assert report.json["answers"] == 4
    people: dict[str, Any] = {p["annotator"]: p["answers"] for p in report.json["people"]}
    assert people == {"a1": 2, "a2": 2, "a3": 0, "a9": 0}


def test_marked_words_are_read_from_the_folder(tmp_path: Path) -> None:
    extra = [
        replace(answer("p0", name, "Insult"), spans=(span,))
        for name, span in (("a1", Span(0, 8, "Insult")), ("a2", Span(4, 12, "attack")))
    ]
    write_folder(tmp_path / "datasets" / "pilot", {"a3": "I"}, extra=extra)

    report = agreement(tmp_path / "datasets" / "pilot", tmp_path / "out")

    assert report.json["spans"]["overlap"]["value"] == pytest.approx(2 * 4 / (16 + 2 * 0 + 8 + 8))


def test_an_answer_whose_paragraph_is_missing_is_an_error_and_no_report(
    dataset: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(dataset.resolve(), copy)
    (copy / "gold" / "train-00000-of-00001.parquet").unlink()

    with pytest.raises(InputError, match="has an answer, but is not in the gold table"):
        agreement(copy, tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_answers_to_a_paragraph_adjudicated_unusable_are_left_out(tmp_path: Path) -> None:
    decided = replace(answer("p1", "lead", status=Status.UNUSABLE), origin=Origin.ADJUDICATION)
    link = tmp_path / "datasets" / "pilot"
    write_folder(link, {"a1": "I D -", "a2": "I - F"}, extra=[decided])

    report = agreement(link, tmp_path / "out")

    assert (report.json["paragraphs"], report.json["answers"]) == (2, 4)
    assert report.json["left_out"] == 2
    note = "Left out: 2 answers to paragraphs that were adjudicated unusable."
    assert note in report.page.read_text()
    assert note in report.page.with_name("agreement.md").read_text()
    assert note in run(link, "-o", tmp_path / "out").stdout


def test_paragraphs_that_left_gold_because_they_are_disputed_count_as_before(
    tmp_path: Path,
) -> None:
    link = tmp_path / "pilot"
    whole = open_dataset(write_folder(link, {"a1": "I D - F", "a2": "I - - F"}))
    before = agreement(link, tmp_path / "before")
    rows = whole.gold()
    part = content("pilot", whole.taxonomy, [r.paragraph for r in rows], whole.annotations())
    gold, gone = ([r for r in rows if bool(r.gold.disputed) is which] for which in (False, True))
    write_dataset(replace(part, gold=gold, disputed=gone), link)

    after = agreement(link, tmp_path / "after")

    assert len(gone) == 1
    assert after.json["alpha"] == before.json["alpha"]
    assert after.json["compared"] == 4


def run(*arguments: object) -> Any:
    app = typer.Typer()
    app.command()(agreement_command)
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_the_command_writes_under_data_and_says_where(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run(dataset)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "the whole report: data/agreement/pilot/agreement.html"
    assert "20 answers of 4 people to 7 paragraphs, 7 of them with two or more" in result.stdout
    assert "a1 and a2: pooled kappa" in result.stdout
    assert (tmp_path / "data" / "agreement" / "pilot" / "agreement.html").is_file()


def test_the_command_prints_json_alone_when_asked(dataset: Path, tmp_path: Path) -> None:
    result = run(dataset, "-o", tmp_path / "out", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == json.loads(
        (tmp_path / "out" / "agreement_report.json").read_text()
    )
    assert json.loads(result.stdout)["intervals"] == {"level": 0.95, "of": "articles"}


def test_one_annotator_is_no_error_of_the_command(tmp_path: Path) -> None:
    write_folder(tmp_path / "datasets" / "alone", {"a1": "I D"})

    result = run(tmp_path / "datasets" / "alone", "-o", tmp_path / "out")

    assert result.exit_code == 0
    assert "Alpha is undefined: only one annotator, a1, has answers" in result.stdout


def test_a_folder_that_is_no_dataset_is_one_line(tmp_path: Path) -> None:
    result = run(tmp_path)

    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert "no dataset folder" in line
