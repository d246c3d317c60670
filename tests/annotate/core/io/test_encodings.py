"""Encodings of files: told for certain, or refused. The texts are encoded by Python's codecs."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.articles.registry import read_articles
from annotate.core.errors import InputError
from annotate.core.io.encodings import encoding_of, read_encoded, read_repaired

ENGLISH = "The mayor’s plan — “a bridge for all” — was a lie. The naïve council paid £300 million…"
FRENCH = (
    "Le maire a déclaré que le pont était trop cher ; les élèves ont protesté à l’hôtel de ville."
)
GERMAN = "Der Bürgermeister erklärte, die Brücke sei überflüssig; wer müsste für die Großen büßen?"
SPANISH = "¿Quién dijo que el puente es caro? ¡Mentira!, señaló la alcaldesa: «No pagaré»."
RUSSIAN = (
    "Мэр заявил, что мост слишком дорог и что жители больше не будут платить за ошибки власти."
)
POLISH = "Burmistrz powiedział, że most jest zbyt drogi, a mieszkańcy już dłużej nie będą płacić."
GREEK = "Ο δήμαρχος δήλωσε ότι η γέφυρα είναι πολύ ακριβή και οι κάτοικοι δεν θα πληρώσουν άλλο."
JAPANESE = "市長は橋が高すぎると述べ、住民はもはや政府の失敗のために支払わないと言った。"
CHINESE = "市长表示，这座桥太贵了，居民不会再为政府的错误买单。"


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *(
            (text, code)
            for text in (ENGLISH, FRENCH, GERMAN, SPANISH)
            for code in ("cp1252", "mac_roman")
        ),
        *((RUSSIAN, code) for code in ("cp1251", "koi8_r", "utf-16-be", "utf-16-le", "utf-16")),
        *((ENGLISH, code) for code in ("utf-8", "utf-8-sig", "utf-16-le", "utf-16", "utf-32")),
        (POLISH, "cp1250"),
        (GREEK, "cp1253"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
    ],
)
def test_text_comes_back_as_it_was_encoded(
    text: str, encoding: str, times: int, tmp_path: Path
) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("\r\n\r\n".join([text] * times).encode(encoding))

    read, _ = read_encoded(file)

    assert read.removeprefix("\ufeff") == "\r\n\r\n".join([text] * times)


@pytest.mark.parametrize(
    "raw",
    [
        random.Random(13).randbytes(4000),
        (FRENCH * 3).encode()[:-1] + b"\xc3",
        ENGLISH.encode().replace("’".encode(), b"\xe2\x80"),
        POLISH.encode(
            "iso8859-2"
        ),  # cannot be told from the Windows encoding, which has other ą, ś
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\0",
        b"ab\n\0",
    ],
    ids=["chance", "cut off", "damaged", "one of two", "picture", "a NUL"],
)
def test_what_cannot_be_told_is_refused_and_never_guessed(raw: bytes) -> None:
    assert encoding_of(raw) == ""


def test_a_page_is_read_as_it_declares_and_as_browsers_do(tmp_path: Path) -> None:
    page = "<html><head><meta charset={}><title>T</title></head><body><article><p>{}</p></article>"
    long = f"{POLISH} " * 4
    (tmp_path / "a.html").write_bytes(page.format("iso-8859-2", long).encode("iso8859-2"))
    (tmp_path / "b.html").write_bytes(page.format("iso-8859-1", f"{ENGLISH} " * 4).encode("cp1252"))

    polish, english = read_articles([tmp_path])

    assert (polish.blocks[0].text, polish.encoding) == (long.strip(), "iso-8859-2")
    assert (english.blocks[0].text, english.encoding) == ((f"{ENGLISH} " * 4).strip(), "cp1252")


def test_a_table_from_a_spreadsheet_is_read_in_its_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(
        f"text;title\n{ENGLISH.replace(';', ',')};Naïve\n".encode("cp1252")
    )

    (article,) = read_articles([tmp_path])

    assert (article.title, article.blocks[0].text, article.encoding) == ("Naïve", ENGLISH, "cp1252")


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "a.txt"
    file.write_bytes(raw)
    encoding = encoding_of(raw)

    if encoding:
        assert "\0" not in read_encoded(file)[0]
    else:
        with pytest.raises(InputError, match=r"a\.txt:\d+: .* at byte \d+") as caught:
            read_encoded(file)
        assert "\n" not in str(caught.value)


TYPED = "Nobody’s ferry was “sold” at night — it was given away, and we are told to be glad of it."


@pytest.mark.parametrize("encoding", ["big5", "gb18030", "cp949", "cp932"])
@pytest.mark.parametrize("times", [1, 50])
def test_english_with_the_quotation_marks_of_an_eastern_system_is_read(
    encoding: str, times: int
) -> None:
    raw = "\n".join([TYPED] * times).replace("—", "…").encode(encoding)

    found = encoding_of(raw)

    assert raw.decode(found) == raw.decode(encoding)


def test_a_half_and_a_sign_in_a_western_text_are_no_eastern_letter() -> None:
    text = f"{'The fare rose again. ' * 30}They promised a 2½¢ cut, then a ½¢ rise."

    assert encoding_of(text.encode("cp1252")) == "cp1252"


LONG = "They lied in May, and nobody in the hall was surprised at it. “Never again!”\n" * 20


@pytest.mark.parametrize(
    ("damage", "shown", "places"),
    [
        (b"\xc3", "\ufffd", 1),
        (b"\0", "\ufffd", 1),
        (b"\0\0\0\0", "\ufffd", 1),
        (b"\xe2\x80", "\ufffd", 1),
        (b"\xff or \0", "\ufffd or \ufffd", 2),
    ],
)
def test_a_few_damaged_bytes_are_shown_as_such_and_the_rest_is_read(
    tmp_path: Path, damage: bytes, shown: str, places: int
) -> None:
    file = tmp_path / "a.txt"
    start = "The first line.\n"
    file.write_bytes(start.encode() + damage + LONG.encode())

    text, encoding, repair = read_repaired(file)

    assert (text, encoding) == (start + shown + LONG, "utf-8")
    assert repair.startswith(f"{file}:2: {places} damaged place")


def test_a_nul_in_a_western_file_does_not_hide_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(LONG.encode("cp1252") + b"\0" + LONG.encode("cp1252"))

    text, encoding, repair = read_repaired(file)

    assert (text, encoding) == (f"{LONG}\N{REPLACEMENT CHARACTER}{LONG}", "cp1252")
    assert repair


def test_a_file_that_was_cut_within_a_wide_character_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(LONG.encode("utf-16")[:-1])

    text, encoding, repair = read_repaired(file)

    assert (text.rstrip("\N{REPLACEMENT CHARACTER}"), encoding) == (LONG.rstrip("\n"), "utf-16")
    assert repair


def test_what_is_sound_is_not_repaired(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"\N{REPLACEMENT CHARACTER}{LONG}", encoding="utf-8")

    assert read_repaired(tmp_path / "a.txt")[1:] == ("utf-8", "")


@pytest.mark.parametrize(
    "raw",
    [
        random.Random(13).randbytes(4000),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\0",
        POLISH.encode("iso8859-2") * 9,
        b"ab\n\0",
    ],
    ids=["chance", "picture", "another encoding", "short"],
)
def test_what_is_mostly_damaged_is_refused_with_its_line(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(raw)

    with pytest.raises(InputError, match=r"a\.txt:\d+: (?:not UTF-8|NUL character) at byte \d+"):
        read_repaired(file)


def test_the_row_of_a_table_with_a_damaged_byte_has_a_notice_and_the_others_have_none(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.csv"
    rows = [f'"“They lied in May {n},” and nobody was surprised."\n'.encode() for n in range(9)]
    file.write_bytes(b"text\n" + b"".join(rows[:3]) + b"They lied\xc3\n" + b"".join(rows[3:]))

    articles = list(read_articles([file]))

    assert articles[3].blocks[0].text == "They lied\N{REPLACEMENT CHARACTER}"
    assert [len(article.notices) for article in articles] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert f"{file}:5: " in articles[3].notices[0].text


def test_quoted_words_from_an_old_macintosh_are_told_from_accents(tmp_path: Path) -> None:
    text = "They call it a “pier” now."
    (tmp_path / "a.txt").write_bytes(text.encode("mac_roman"))

    assert read_encoded(tmp_path / "a.txt") == (text, "mac_roman")
