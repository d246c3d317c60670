import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.core.errors import InputError
from annotate.core.records import Paragraph
from annotate.paragraphs.file import numbered_paragraphs, write_paragraphs
from annotate.paragraphs.index import loader, read_stubs
from tests.annotate.samples import paragraph

ROWS = [paragraph(f"They lied – {n} times.", f"https://example.org/{n % 2}") for n in range(4)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "p.jsonl"
    write_paragraphs(path, ROWS)
    return path


def test_what_planning_needs_is_read_and_the_rest_when_it_is_wanted_in_any_order(
    file: Path,
) -> None:
    stubs = read_stubs(file)

    assert [(s.id, s.article_id, s.url) for s in stubs] == [
        (p.id, p.article_id, p.url) for p in ROWS
    ]
    assert list(loader(file)(stubs[::-1])) == ROWS[::-1]
    assert list(loader(file)([stubs[2], ROWS[0]])) == [ROWS[2], ROWS[0]]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n\n"])
def test_a_byte_order_mark_or_blank_lines_before_do_not_matter(file: Path, start: bytes) -> None:
    file.write_bytes(start + file.read_bytes().replace(b"\n", b"\r\n"))

    assert list(loader(file)(read_stubs(file))) == ROWS


def test_a_file_that_was_changed_meanwhile_is_refused(file: Path) -> None:
    stubs = read_stubs(file)
    text = file.read_text("utf-8")

    for changed in (text.replace("lied", "sang"), "\n" + text, "", "[]\n" * 400):
        file.write_text(changed, encoding="utf-8")
        with pytest.raises(InputError, match=r"p\.jsonl: was changed meanwhile"):
            list(loader(file)(stubs))


def test_a_pipe_is_refused_for_it_can_be_read_only_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(InputError, match="save it first"):
        read_stubs(tmp_path / "pipe")


def test_a_file_that_grows_while_it_is_read_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grown(path: Path) -> Iterator[tuple[int, Paragraph]]:
        with path.open("a") as more:
            more.write(json.dumps(paragraph("New.").to_json()) + "\n")
        return numbered_paragraphs(path)

    monkeypatch.setattr("annotate.paragraphs.index.numbered_paragraphs", grown)
    with pytest.raises(InputError, match="was changed meanwhile"):
        read_stubs(file)


def test_what_is_no_file_of_paragraphs_is_refused_with_its_line(file: Path) -> None:
    with file.open("a") as more:
        more.write("{}\n")

    with pytest.raises(InputError, match=r"p\.jsonl:5: a paragraph needs"):
        read_stubs(file)
