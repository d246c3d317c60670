import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.server.archive import CHUNK, pack, unpack

FILES = {
    "accounts.json": b"{}",
    "label_studio.sqlite3": b"x" * (2 * CHUNK + 1),
    "media/upload/1/déjà vu 🚧.txt": b"",
    "media/upload/1/" + "long" * 50: b"\0\xff",
}


def sources(folder: Path, files: dict[str, bytes]) -> list[tuple[str, Path]]:
    found = []
    for number, (name, content) in enumerate(files.items()):
        path = folder / f"source{number}"
        path.write_bytes(content)
        found.append((name, path))
    return found


def fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


def unpacked(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    found.pop("manifest.json", None)
    return found


def test_what_is_packed_is_unpacked_with_digests_and_progress(tmp_path: Path) -> None:
    written: list[int] = []
    read: list[int] = []

    packed = pack(
        tmp_path / "b.tar", sources(tmp_path, FILES), "1.2", "label_studio.sqlite3", written.append
    )
    found = unpack(tmp_path / "b.tar", fresh(tmp_path / "out"), read.append)

    assert unpacked(tmp_path / "out") == FILES
    assert found == packed
    assert found.label_studio == "1.2"
    # What sha256sum says of "{}".
    assert found.files["accounts.json"] == (
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    assert sum(written) == sum(read) == 1 + 3 + 0 + 1 + 1  # the list itself too
    modes = {p.stat().st_mode & 0o777 for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert modes == {0o600}


def test_a_file_that_is_gone_by_now_is_left_out(tmp_path: Path) -> None:
    files = [*sources(tmp_path, {"accounts.json": b"{}"}), ("media/x", tmp_path / "gone")]

    pack(tmp_path / "b.tar", files, "", "")

    assert list(unpack(tmp_path / "b.tar", fresh(tmp_path / "out")).files) == ["accounts.json"]


def test_a_backup_that_fails_keeps_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    target.write_bytes(b"the one before")

    with pytest.raises(InputError, match="cannot be written"):
        pack(target, [("media/x", tmp_path)], "", "")

    assert target.read_bytes() == b"the one before"
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "strange",
    [
        member("../outside"),
        member("media/../../outside"),
        member("/outside"),
        member(".."),
        member("media/./x"),
        member("media//x"),
        member("lib/x"),
        member("lineages/x/y.json"),
        member("lineages/../x.json"),
        member("lineages/x.py"),
        member("media"),
        member("readme.txt"),
        member(".env.old"),
        member("/".join(["media", *["d"] * 3000])),
        member("media/" + "n" * 300),
        member("media/" + "é" * 150),
        member("media", tarfile.DIRTYPE),
        member("media/x", tarfile.SYMTYPE, "/etc/passwd"),
        member("media/x", tarfile.LNKTYPE, "accounts.json"),
        member("media/x", tarfile.FIFOTYPE),
        member("media/x", tarfile.CHRTYPE),
        member("media/x", tarfile.GNUTYPE_SPARSE),
        member("accounts.json"),
    ],
)
def test_an_archive_with_a_strange_member_is_refused(
    tmp_path: Path, strange: tarfile.TarInfo
) -> None:
    path = tmp_path / "b.tar"
    with tarfile.open(path, "w") as tar:
        tar.addfile(member("accounts.json"), io.BytesIO())
        tar.addfile(strange, io.BytesIO())

    with pytest.raises(InputError) as caught:
        unpack(path, fresh(tmp_path / "out"))

    assert "a member that no backup has" in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "out"]
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert unpacked(tmp_path / "out") == {}


def test_a_file_that_is_a_folder_too_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.tar"
    with tarfile.open(path, "w") as tar:
        for name in ("media/a", "media/a/b"):
            tar.addfile(member(name), io.BytesIO())

    with pytest.raises(InputError, match="cannot be written"):
        unpack(path, fresh(tmp_path / "out"))


def test_a_chain_of_long_names_is_refused(tmp_path: Path) -> None:
    chain = member("././@LongLink", tarfile.GNUTYPE_LONGNAME).tobuf(tarfile.GNU_FORMAT)
    (tmp_path / "b.tar").write_bytes(chain * 5000)

    with pytest.raises(InputError, match="not a backup"):
        unpack(tmp_path / "b.tar", fresh(tmp_path / "out"))


@pytest.mark.parametrize("content", [b"", b"no archive" * 100, b"\x1f\x8b" + b"\0" * 2000])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.tar").write_bytes(content)

    with pytest.raises(InputError, match=r"b\.tar: "):
        unpack(tmp_path / "b.tar", fresh(tmp_path / "out"))


SMALL = {"accounts.json": b'{"admin": 1}', "media/upload/1/" + "long" * 50: b"\0\xff" * 400}


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_byte_never_gives_other_files(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    pack(folder / "b.tar", sources(folder, SMALL), "1", "x")
    raw = bytearray((folder / "b.tar").read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255))
    (folder / "b.tar").write_bytes(raw)

    try:
        unpack(folder / "b.tar", fresh(folder / "out"))
    except InputError:
        return
    assert unpacked(folder / "out") == SMALL


@given(cut=st.integers(0, 10240))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_that_was_cut_is_refused(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    pack(folder / "b.tar", sources(folder, SMALL), "1", "x")
    raw = (folder / "b.tar").read_bytes()
    last = raw.rindex(b'"accounts.json"')  # within the list of files, which comes last
    (folder / "b.tar").write_bytes(raw[: min(cut, last)])

    with pytest.raises(InputError):
        unpack(folder / "b.tar", fresh(folder / "out"))
