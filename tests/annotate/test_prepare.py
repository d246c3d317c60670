import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.core.paragraphs import read_paragraphs
from annotate.core.records import Kind
from annotate.prepare import PrepareReport, ledger_path, prepare

FERRY = "The Ferry\n\nAP Photo/Lena Orrin\n\nIt was sold.\n\nAt night.\n\nIt was sold.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY)
    (folder / "README.md").write_text("Who wrote this.")
    record = {"id": "j1", "title": "Boats", "text": "Boats\n\nThey sail.\n\n***"}
    (folder / "more.jsonl").write_text(json.dumps(record) + "\n")
    return folder


def rows(path: Path) -> list[tuple[str, int | None, str, str]]:
    found = [json.loads(line) for line in path.read_text().splitlines()]
    return [(row["article_id"], row["position"], row["kind"], row["reason"]) for row in found]


def test_paragraphs_and_ledger_stand_beside_each_other_and_balance(
    folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out" / "paragraphs.jsonl"

    report = prepare([folder], output)

    assert report == PrepareReport(
        articles=2,
        blocks=8,
        paragraphs=3,
        left_out={
            "caption": 1,
            "no words": 1,
            "not an article file": 1,
            "repeated": 1,
            "title": 1,
        },
    )
    assert [p.text for p in read_paragraphs(output)] == ["It was sold.", "At night.", "They sail."]
    assert ledger_path(output).name == "paragraphs.ledger.jsonl"
    assert rows(ledger_path(output)) == [
        ("", None, "file", "not an article file"),
        ("ferry", 0, "caption", "caption"),
        ("ferry", 3, "body", "repeated"),
        ("j1", None, "heading", "title"),
        ("j1", 1, "body", "no words"),
    ]


def test_other_kinds_can_be_asked_for(folder: Path, tmp_path: Path) -> None:
    report = prepare([folder], tmp_path / "p.jsonl", frozenset({Kind.CAPTION}))

    assert report.paragraphs == 1


def test_the_same_article_from_two_files_is_kept_once(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "ferry.txt"
    copy.parent.mkdir()
    copy.write_text(FERRY.replace("\n\n", "\n \n\n"))

    report = prepare([folder, copy, folder / "ferry.txt"], tmp_path / "p.jsonl")

    assert (report.articles, report.paragraphs) == (4, 3)
    assert report.left_out["repeated"] == 1 + 2 * 3
    assert report.blocks == report.paragraphs + sum(report.left_out.values())


def test_two_articles_of_one_id_are_refused_with_both_names(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "ferry.txt"
    other.parent.mkdir()
    other.write_text("The Ferry\n\nIt was not sold.\n\nReally.")

    with pytest.raises(InputError) as caught:
        prepare([folder, other], tmp_path / "p.jsonl")

    assert str(other) in str(caught.value)
    assert str(folder / "ferry.txt") in str(caught.value)
    assert not (tmp_path / "p.jsonl").exists()
    assert not (tmp_path / "p.ledger.jsonl").exists()


def test_no_paragraph_at_all_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("AP Photo/Lena Orrin\n\nAnd a heading")

    with pytest.raises(InputError, match=r"no paragraph in 1 articles: all 2 blocks were left out"):
        prepare([tmp_path / "a.txt"], tmp_path / "out" / "p.jsonl")

    assert list((tmp_path / "out").iterdir()) == []


def test_an_error_half_way_leaves_what_stood_there(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "p.jsonl"
    prepare([folder], output)
    before = (output.read_bytes(), ledger_path(output).read_bytes())
    (folder / "z.jsonl").write_text('{"text": "Fine."}\n{broken')

    with pytest.raises(InputError, match=r"z.jsonl:2: not JSON"):
        prepare([folder], output)

    assert (output.read_bytes(), ledger_path(output).read_bytes()) == before
    assert {path.name for path in tmp_path.iterdir()} == {"articles", "p.jsonl", "p.ledger.jsonl"}


def test_a_ledger_that_does_not_balance_is_a_bug(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.prepare.block_count", lambda article: 99)

    with pytest.raises(RuntimeError, match="does not balance"):
        prepare([folder], tmp_path / "p.jsonl")
    assert not (tmp_path / "p.jsonl").exists()


def test_an_output_within_the_inputs_is_not_read_again(folder: Path) -> None:
    output = folder / "paragraphs.jsonl"

    assert prepare([folder], output) == prepare([folder], output)


def test_an_output_that_is_an_input_or_a_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="would overwrite an input"):
        prepare([folder / "more.jsonl"], folder / "more.jsonl")
    with pytest.raises(InputError, match="is a folder; name a file"):
        prepare([folder], folder)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_preparing_twice_gives_the_same_bytes_and_balances(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    here = tmp_path_factory.mktemp("twice")
    for number, text in enumerate(texts):
        (here / f"{number}.txt").write_text(f"Words of the title\n\nBody {text}.")
    once, again = here / "once.jsonl", here / "again.jsonl"
    files = sorted(here.glob("*.txt"))

    report = prepare(files, once)

    assert report == prepare(files, again)
    assert report.blocks == report.paragraphs + sum(report.left_out.values())
    assert once.read_bytes() == again.read_bytes()
    assert ledger_path(once).read_bytes() == ledger_path(again).read_bytes()
