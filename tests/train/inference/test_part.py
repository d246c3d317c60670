from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import InputError
from train.inference.part import Chunk, open_part, part_path

CHUNKS = [Chunk(tuple(f'{{"id": "{c}{n}"}}\n' for n in range(3)), ord(c)) for c in "abc"]
IDS = [[f"{c}{n}" for n in range(3)] for c in "abc"]
LINES = [line for chunk in CHUNKS for line in chunk.lines]


def killed(out: Path, request: dict[str, str], chunks: int) -> bytes:
    """What a run leaves that was killed after some chunks."""
    with pytest.raises(KeyboardInterrupt), open_part(out, request) as part:  # noqa: PT012
        for chunk in CHUNKS[:chunks]:
            part.add(chunk)
        raise KeyboardInterrupt
    return part_path(out).read_bytes()


def finish(out: Path, request: dict[str, str]) -> int:
    """Go on to the end; return how many chunks an earlier run had done."""
    done = 0
    with open_part(out, request) as part:
        for ids, chunk in zip(IDS, CHUNKS, strict=True):
            kept = part.take(ids)
            if kept is None:
                part.add(chunk)
            else:
                assert kept == chunk
                done += 1
        assert list(part.lines()) == LINES
    assert not part_path(out).exists()
    return done


@given(st.data())
def test_wherever_it_was_cut_the_rest_is_done_again(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    out = tmp_path_factory.mktemp("cut") / "out.jsonl"
    whole = killed(out, {"request": "1"}, 3)
    ends = [n + 1 for n, byte in enumerate(whole) if byte == 10][4::4]  # behind each closing line
    cut = data.draw(st.integers(0, len(whole)))
    part_path(out).write_bytes(whole[:cut])

    assert finish(out, {"request": "1"}) == sum(end <= cut for end in ends)


@given(st.integers(20, 300), st.integers(1, 255))
def test_a_byte_that_changed_is_not_believed(
    tmp_path_factory: pytest.TempPathFactory, at: int, by: int
) -> None:
    out = tmp_path_factory.mktemp("bytes") / "out.jsonl"
    whole = bytearray(killed(out, {"request": "1"}, 3))
    whole[at % len(whole)] ^= by
    part_path(out).write_bytes(whole)

    finish(out, {"request": "1"})


def test_another_request_begins_anew(tmp_path: Path) -> None:
    killed(tmp_path / "out.jsonl", {"request": "1"}, 2)

    assert finish(tmp_path / "out.jsonl", {"request": "2"}) == 0


def test_other_paragraphs_than_before_are_labelled_anew(tmp_path: Path) -> None:
    killed(tmp_path / "out.jsonl", {"request": "1"}, 2)

    with open_part(tmp_path / "out.jsonl", {"request": "1"}) as part:
        assert part.take(IDS[0]) == CHUNKS[0]
        assert part.take(IDS[2]) is None
        part.add(CHUNKS[2])
        assert list(part.lines()) == [*CHUNKS[0].lines, *CHUNKS[2].lines]


def test_two_runs_do_not_write_one_file(tmp_path: Path) -> None:
    with open_part(tmp_path / "out.jsonl", {"request": "1"}) as part:
        part.add(CHUNKS[0])
        with (
            pytest.raises(InputError, match="another prediction is writing it"),
            open_part(tmp_path / "out.jsonl", {"request": "1"}),
        ):
            pass
        assert list(part.lines()) == [*CHUNKS[0].lines]


def test_an_error_that_the_user_must_fix_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError), open_part(tmp_path / "out.jsonl", {}) as part:  # noqa: PT012
        part.add(CHUNKS[0])
        raise InputError("strict")

    assert list(tmp_path.iterdir()) == []
