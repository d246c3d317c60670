import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.core.io.files import (
    check_replaceable,
    locked,
    plain_os_errors,
    point_link,
    read_text,
    replace_folder,
    writing,
    writing_folder,
)
from tests.limits import files_limited_to


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def full_disk(*args: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def fail_after(written: int, error: type[BaseException]) -> NoReturn:
    assert written
    raise error


def test_text_is_read_without_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfxyz\xc3\xa9\r\n")

    assert read_text(path) == "xyzé\r\n"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"one\ntwo\nxy\xff", r"a.txt:3: not UTF-8 at byte 10 \(0xff\); save the file as UTF-8"),
        (b"\xef\xbb\xbfab\xff", r"a.txt:1: not UTF-8 at byte 5 \(0xff\)"),
        (b"one\nt\0wo", "a.txt:2: NUL character at byte 5: not plain text, or UTF-16"),
        ("one".encode("utf-16"), "a.txt:1: NUL character at byte 3"),
        (b"\xed\xa0\x80", r"a.txt:1: not UTF-8 at byte 0 \(0xed\)"),
        (b"xyz\xc3", r"a.txt:1: not UTF-8 at byte 3 \(0xc3\)"),
    ],
)
def test_what_is_not_utf_8_is_refused_with_byte_and_line(
    tmp_path: Path, raw: bytes, problem: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(raw)

    with pytest.raises(InputError, match=problem):
        read_text(path)


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes(raw)
    try:
        text = read_text(path)
    except InputError as error:
        line, byte = (
            int(str(error).split(":")[1]),
            int(str(error).split("at byte ")[1].split()[0].rstrip(":")),
        )
    else:
        assert text.encode() == raw.removeprefix(b"\xef\xbb\xbf")
        return
    assert line == 1 + raw[:byte].count(b"\n")
    assert raw[byte] == 0 or raw[byte] > 127


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone.txt: no such file$"):
        read_text(tmp_path / "gone.txt")
    with pytest.raises(InputError, match=r"cannot be read: Is a directory"):
        read_text(tmp_path)


def test_a_file_appears_whole_with_its_folders_and_rights(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folders" / "a.json"

    with writing(target, mode=0o600) as file:
        file.write("é\n")
        file.flush()
        assert not target.exists()

    assert target.read_bytes() == b"\xc3\xa9\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names(target.parent) == {"a.json"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_half_way_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, error: type[BaseException]
) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    with pytest.raises(error), writing(target) as file:
        fail_after(file.write("half of the new"), error)

    assert target.read_text() == "old"
    assert names(tmp_path) == {"a.txt"}


def test_a_file_that_the_system_cannot_hold_is_one_clear_line(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    with (
        files_limited_to(100_000),
        pytest.raises(InputError, match=r"a.txt: cannot be written: File too large$"),
        writing(target) as file,
    ):
        file.write("x" * 200_000)

    assert target.read_text() == "old"
    assert names(tmp_path) == {"a.txt"}


def test_a_full_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full_disk)

    with (
        pytest.raises(InputError, match=r"a.txt: the disk is full; nothing was written: free"),
        writing(tmp_path / "a.txt") as file,
    ):
        file.write("new")

    assert names(tmp_path) == set()


def test_a_device_that_is_full_is_one_clear_line() -> None:
    full = Path("/dev/full")

    with pytest.raises(InputError, match=r"/dev/full: the disk is full"), plain_os_errors(full):
        full.write_text("anything")


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("file/a.txt", "File exists"),
        ("file/folder/a.txt", "Not a directory"),
        ("folder", "it is no regular file; name another"),
        ("circle", "it is no regular file; name another"),
        ("x" * 300, "File name too long"),
        ("circle/a.txt", "File exists|Too many levels of symbolic links"),
    ],
)
def test_a_target_that_cannot_be_is_one_clear_line(
    tmp_path: Path, target: str, problem: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")

    with (
        pytest.raises(InputError, match=f"cannot be written: ({problem})$"),
        writing(tmp_path / target) as file,
    ):
        file.write("new")

    assert names(tmp_path) == {"file", "folder", "circle"}


@pytest.mark.parametrize("target", ["pipe", "to the pipe", "to a device"])
def test_what_is_no_regular_file_is_refused_and_stays(tmp_path: Path, target: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to the pipe").symlink_to("pipe")
    (tmp_path / "to a device").symlink_to("/dev/null")

    with (
        pytest.raises(InputError, match=f"/{target}: cannot be written: it is no regular file;"),
        writing(tmp_path / target),
    ):
        pytest.fail("refused before anything is written")

    assert names(tmp_path) == {"pipe", "to the pipe", "to a device"}
    assert (tmp_path / "pipe").is_fifo()
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_points_at_is_written(tmp_path: Path, there: bool) -> None:
    link, target = tmp_path / "link", tmp_path / "other" / "a.txt"
    link.symlink_to("other/a.txt")
    if there:
        target.parent.mkdir()
        target.write_text("old")

    with writing(link) as file:
        file.write("new")

    assert link.readlink() == Path("other", "a.txt")
    assert target.read_text() == "new"
    assert names(target.parent) == {"a.txt"}


def test_other_errors_of_the_system_are_bugs_and_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError), plain_os_errors(tmp_path):
        raise ConnectionResetError(errno.ECONNRESET, "reset")


def test_a_folder_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "new" / "data"
    for text in ("one", "two"):
        with writing_folder(target) as fresh:
            (fresh / "inner").mkdir()
            (fresh / "inner" / text).write_text(text)

    assert names(target.parent) == {"data"}
    assert names(target / "inner") == {"two"}
    assert stat.S_IMODE(target.stat().st_mode) == 0o755


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failure_half_way_leaves_the_old_folder_and_nothing_beside_it(
    tmp_path: Path, error: type[BaseException]
) -> None:
    target = tmp_path / "data"
    with writing_folder(target) as fresh:
        (fresh / "a").write_text("old")

    with pytest.raises(error), writing_folder(target) as fresh:
        fail_after((fresh / "a").write_text("new"), error)

    assert (target / "a").read_text() == "old"
    assert names(tmp_path) == {"data"}


def test_a_disk_that_is_full_at_the_end_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "data"
    with writing_folder(target) as fresh:
        (fresh / "a").write_text("old")
    monkeypatch.setattr(os, "fsync", full_disk)

    with pytest.raises(InputError, match="the disk is full"), writing_folder(target) as fresh:
        (fresh / "a").write_text("new")

    assert (target / "a").read_text() == "old"
    assert names(tmp_path) == {"data"}


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one(tmp_path: Path) -> None:
    old = tmp_path / "data"
    old.mkdir()
    (old / "a").write_text("old")

    with pytest.raises(FileNotFoundError):
        replace_folder(tmp_path / "gone", old)

    assert (old / "a").read_text() == "old"
    assert names(tmp_path) == {"data"}


def test_a_link_is_relative_and_replaced_in_one_step(tmp_path: Path) -> None:
    for version in ("1", "2"):
        (tmp_path / ".versions" / version).mkdir(parents=True)
        point_link(tmp_path / "sets" / "data", tmp_path / ".versions" / version)

    link = tmp_path / "sets" / "data"
    assert link.readlink() == Path("../.versions/2")
    assert names(tmp_path / "sets") == {"data"}

    moved = tmp_path.rename(tmp_path.with_name(f"{tmp_path.name}-moved"))
    assert (moved / "sets" / "data").resolve() == moved / ".versions" / "2"


def test_links_that_are_pointed_at_the_same_time_do_not_disturb_each_other(tmp_path: Path) -> None:
    versions = [tmp_path / f"version {number}" for number in range(12)]

    with ThreadPoolExecutor(len(versions)) as pool:
        list(pool.map(lambda version: point_link(tmp_path / "data", version), versions))

    assert names(tmp_path) == {"data"}
    assert tmp_path / (tmp_path / "data").readlink() in versions


def test_a_real_folder_is_not_replaced_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    with pytest.raises(InputError, match=r"data: cannot be written: Is a directory"):
        point_link(tmp_path / "data", tmp_path)


def test_what_we_wrote_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").touch()

    check_replaceable(tmp_path, {"evaluation.json", "evaluation.md"})
    check_replaceable(tmp_path / "missing", set())


def test_what_the_user_wrote_may_not(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()

    with pytest.raises(InputError, match=r"holds 'thesis\.txt', which this command did not write"):
        check_replaceable(tmp_path, {"evaluation.json"})


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match="is a file"):
        check_replaceable(tmp_path / "file", set())


def test_who_has_to_wait_for_a_lock_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    with ExitStack() as other:
        other.enter_context(locked(tmp_path / "file"))

        def waiting() -> None:
            told.append("waiting")
            other.close()

        with locked(tmp_path / "file", waiting):
            pass
    with locked(tmp_path / "file", waiting):
        pass

    assert told == ["waiting"]
