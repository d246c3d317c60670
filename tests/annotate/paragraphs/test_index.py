import os
from pathlib import Path
from threading import Thread

import pytest

from annotate.core.errors import InputError
from annotate.paragraphs.file import write_paragraphs
from annotate.paragraphs.index import open_index
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
    with open_index(file) as index:
        planned = index.paragraphs

        assert [(p.id, p.article_id, p.url) for p in planned] == [
            (p.id, p.article_id, p.url) for p in ROWS
        ]
        assert not hasattr(planned[0], "text")
        assert list(index.load(planned[::-1])) == ROWS[::-1]
        assert list(index.load([planned[2], ROWS[0]])) == [ROWS[2], ROWS[0]]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n\n"])
def test_a_byte_order_mark_or_blank_lines_before_do_not_matter(file: Path, start: bytes) -> None:
    file.write_bytes(start + file.read_bytes().replace(b"\n", b"\r\n"))

    with open_index(file) as index:
        assert list(index.load(index.paragraphs)) == ROWS


def test_a_file_that_is_changed_meanwhile_does_not_matter(file: Path) -> None:
    with open_index(file) as index:
        file.write_text("")

        assert list(index.load(index.paragraphs)) == ROWS


def test_a_pipe_is_read_once(file: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=lambda: pipe.write_bytes(file.read_bytes()))
    writer.start()

    with open_index(pipe) as index:
        writer.join()
        assert list(index.load(index.paragraphs)) == ROWS


def test_what_is_no_file_of_paragraphs_is_refused_with_its_line(file: Path) -> None:
    with file.open("a") as more:
        more.write("{}\n")

    with pytest.raises(InputError, match=r"p\.jsonl:5: a paragraph needs"), open_index(file):
        pass
