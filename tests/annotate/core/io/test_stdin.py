import io
from pathlib import Path

import pytest

from annotate.core.errors import InputError
from annotate.core.io.stdin import with_stdin


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'{"text": "one"}\n', "stdin.jsonl"),
        (b'\xef\xbb\xbf \n{"text": "one"}', "stdin.jsonl"),
        (b"One paragraph.\n\nAnother.\n" * 1000, "stdin.txt"),
        (b"", "stdin.txt"),
    ],
)
def test_a_dash_is_a_file_with_what_comes_from_stdin(content: bytes, name: str) -> None:
    with with_stdin([Path("a.txt"), Path("-")], io.BytesIO(content)) as (first, second):
        assert first == Path("a.txt")
        assert second.name == name
        assert second.read_bytes() == content
    assert not second.exists()


def test_without_a_dash_stdin_is_not_read() -> None:
    stream = io.BytesIO(b"text")
    with with_stdin([Path("a.txt")], stream) as paths:
        assert paths == [Path("a.txt")]
    assert stream.read() == b"text"


def test_an_error_names_stdin_and_not_the_file_that_stands_for_it() -> None:
    with (
        pytest.raises(InputError, match=r"^stdin:3: no text$"),
        with_stdin([Path("-")], io.BytesIO(b"{}")) as (path,),
    ):
        raise InputError(f"{path}:3: no text")
