import json
from pathlib import Path

import pytest

from annotate.core.errors import InputError
from annotate.dataset_page.set_aside import read_set_aside

LEDGER = {
    "tasks": 9,
    "unreadable_tasks": 1,
    "doubled_tasks": 2,
    "annotators": {"a1": {"tasks": 9, "labelled": 4}},
    "adjudicators": {},
}


def reject(folder: Path, *reasons: str) -> Path:
    lines = [json.dumps({"reason": reason, "result": "of ana@x.example"}) for reason in reasons]
    (folder / "pilot.rejected.jsonl").write_text("\n".join(lines))
    return folder / "pilot"


def test_reasons_are_counted_without_the_numbers_that_tell_lines_apart(tmp_path: Path) -> None:
    spans = ("span 3 to 9 'Doubt' stands twice", "span 31 to 40 'Doubt' stands twice")

    aside = read_set_aside(reject(tmp_path, "an older answer", *spans), {"ledger": LEDGER})

    assert list(aside.reasons.items()) == [
        ("span N to N 'Doubt' stands twice", 2),
        ("an older answer", 1),
    ]
    assert (aside.file, aside.lines, aside.others) == ("pilot.rejected.jsonl", 3, 0)


def test_no_e_mail_is_shown(tmp_path: Path) -> None:
    aside = read_set_aside(reject(tmp_path, "changed by ana.b@x.example later"), {})

    assert list(aside.reasons) == ["changed by (an e-mail) later"]


def test_of_many_reasons_the_frequent_ones_are_listed(tmp_path: Path) -> None:
    rare = [f"reason {letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]

    aside = read_set_aside(reject(tmp_path, *rare, "reason z"), {})

    assert len(aside.reasons) == 20
    assert next(iter(aside.reasons)) == "reason z"
    assert (aside.others, aside.lines) == (6, 27)


def test_without_the_file_the_ledger_speaks(tmp_path: Path) -> None:
    manifest = {
        "ledger": LEDGER
        | {
            "administrators_answers": 1,
            "withdrawn": {"articles": 1, "paragraphs": 2, "annotators": 0, "annotations": 4},
        },
        "left_out": {"train": 3, "test": 1},
        "repeats": {"train": 1},
    }

    aside = read_set_aside(tmp_path / "pilot", manifest)

    assert (aside.file, aside.lines) == ("", 0)
    assert aside.people == {"annotator": LEDGER["annotators"]}
    assert aside.notes == [
        "9 tasks read: 1 could not be read, and 2 hold a paragraph again.",
        "4 disputed paragraphs left gold until somebody decides.",
        "1 paragraph left gold: another split has a near-duplicate.",
        "1 answer of the administrator left out.",
        "Withdrawn, and so left out: 1 article, 2 paragraphs, 0 annotators, 4 annotations.",
    ]


def test_rows_of_a_file_are_called_set_aside(tmp_path: Path) -> None:
    manifest = {"ledger": LEDGER, "settings": {"source": {"kind": "corpus", "name": "c"}}}

    notes = read_set_aside(tmp_path / "pilot", manifest).notes

    assert notes == ["9 rows read: 1 was set aside, and 2 hold a paragraph again."]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "pilot.rejected.jsonl").write_text('{"reason": "x"}\nno\n')

    with pytest.raises(InputError, match=r"pilot\.rejected\.jsonl:2: not JSON"):
        read_set_aside(tmp_path / "pilot", {})
