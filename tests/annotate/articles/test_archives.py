import gzip
import stat
import zipfile
from pathlib import Path

import pytest

from annotate.articles.article import Article, Unread
from annotate.articles.registry import find_files, scan_file
from tests.annotate.articles.readers.documents.made import packed

TEXT = "They closed the pier at night.\n\nNobody was asked whether they agreed."
BOMB = b"0" * 10_000_001


def read(path: Path) -> list[tuple[str, str]]:
    """Return id and origin of each article, and what cannot be read, without the folder's name."""
    items = scan_file(path)
    lines = [
        (item.article_id, item.origin) if isinstance(item, Article) else ("", str(item.error))
        for item in items
    ]
    return [(id_, text.replace(f"{path.parent}/", "")) for id_, text in lines]


def test_a_packed_file_is_read_as_if_it_were_unpacked(tmp_path: Path) -> None:
    rows = b'{"text": "One is here."}\nbroken\n{"text": "Three is here."}\n'
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(rows))

    first, broken, third = read(tmp_path / "rows.jsonl.gz")

    assert (first, third) == (("rows-1", "rows.jsonl.gz:1"), ("rows-3", "rows.jsonl.gz:3"))
    assert broken[1].startswith("rows.jsonl.gz:2: not JSON")


def test_the_files_of_an_archive_are_read_like_those_of_a_folder(tmp_path: Path) -> None:
    members = {
        "b/two.txt": TEXT,
        "a.csv": "title,text\nT,One is here.\nU,\n",
        ".hidden.txt": TEXT,
        "__MACOSX/._a.txt": TEXT,
        "README.md": TEXT,
        "picture.png": "x",
    }
    path = packed(tmp_path / "all.zip", members)

    one, without_text, two = read(path)

    assert (one, two) == (("a-1", "all.zip/a.csv:2"), ("two", "all.zip/b/two.txt"))
    assert without_text[1].startswith("all.zip/a.csv:3: the record has no text")
    others = [other.relative_to(tmp_path).as_posix() for other in find_files([path]).others]
    assert others == ["all.zip/README.md", "all.zip/picture.png"]


@pytest.mark.parametrize("name", ["../../evil.txt", "/evil.txt", "c:\\x\\evil.txt", "a\nevil.txt"])
def test_no_name_leads_out_of_the_archive_or_breaks_the_line(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "x" / "y"
    folder.mkdir(parents=True)

    ((id_, origin),) = read(packed(folder / "a.zip", {name: TEXT}))

    assert id_ in ("evil", "a evil")
    assert "\n" not in origin
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["a.zip"]


def test_a_name_longer_than_the_system_allows_is_shortened(tmp_path: Path) -> None:
    ((id_, _),) = read(packed(tmp_path / "a.zip", {f"{'n' * 300}.txt": TEXT}))

    assert id_ == "n" * 56


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"a.txt": BOMB}, "a.zip/a.txt: unpacks to more than 200 times its size"),
        ({"in.zip": b"x"}, "a.zip/in.zip: an archive in an archive"),
        ({"a.jsonl.gz": b"x"}, "a.zip/a.jsonl.gz: an archive in an archive"),
        ({"a.png": b"x"}, "a.zip: no article files in this archive"),
        ({"a.txt": b" "}, "a.zip/a.txt: the file is empty"),
    ],
)
def test_what_cannot_be_read_of_an_archive_is_one_line(
    tmp_path: Path, members: dict[str, bytes], problem: str
) -> None:
    ((_, message),) = read(packed(tmp_path / "a.zip", members))

    assert message.startswith(problem)


def test_members_behind_a_password_and_links_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", TEXT)
        archive.writestr(link, "/etc/passwd")
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the flag of the first member in the directory
    path.write_bytes(raw)

    ((_, message),) = read(path)

    assert message.startswith("a.zip/a.txt: protected with a password; unpack the archive with it")


@pytest.mark.parametrize(
    ("name", "raw", "problem"),
    [
        ("a.zip", b"PK\x03\x04rest", "a.zip: the archive is damaged or incomplete"),
        (
            "a.txt.gz",
            gzip.compress(TEXT.encode(), mtime=0)[:-9],
            "a.txt.gz: the archive is damaged",
        ),
        ("a.txt.gz", TEXT.encode(), "a.txt.gz: the archive is damaged or incomplete"),
        ("a.txt.gz", gzip.compress(BOMB, mtime=0), "a.txt.gz: unpacks to more than 200 times"),
        ("a.zip.gz", gzip.compress(b"x", mtime=0), "a.zip.gz: an archive in an archive"),
        (
            "a.tar.gz",
            gzip.compress(b"x", mtime=0),
            "a.tar.gz: a packed file of a kind that is not read",
        ),
        ("a.gz", gzip.compress(b"x", mtime=0), "a.gz: cannot tell what is in it"),
    ],
)
def test_an_archive_that_cannot_be_read_is_one_line(
    tmp_path: Path, name: str, raw: bytes, problem: str
) -> None:
    (tmp_path / name).write_bytes(raw)

    (item,) = scan_file(tmp_path / name)

    assert isinstance(item, Unread)
    assert str(item.error).replace(f"{tmp_path}/", "").startswith(problem)
    assert "\n" not in str(item.error)
