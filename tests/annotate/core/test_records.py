import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.core.records import BlockType, Paragraph, normalise, paragraph_id
from tests.annotate.samples import paragraph

# With controls, halves of surrogate pairs and everything else that a page can hold.
ANY_TEXT = st.text(st.characters())


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Who \t would\r\n\nnot?\xa0", "Who would not?"),
        ("ole\u0301", "ol\u00e9"),
        ("soft\xadly", "softly"),
        ("a\u200bb\ufeffc\u2060d", "abcd"),
        ("bell\x07 and \x9b half \ud800\udc00\udfff", "bell and half"),
        ("\u202eright to left\u202c", "right to left"),
        ("\u2066isolated\u2069", "isolated"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("line\u2028and paragraph\u2029marks", "line and paragraph marks"),
        ("“Don’t” – 10 %…", "“Don’t” – 10 %…"),
        ("", ""),
        ("\x00\x1b\u200b", ""),
    ],
)
def test_text_is_normalised_to_its_words(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@settings(deadline=None)
@given(ANY_TEXT)
@example("a \x07 b")
@example("e\u200b\u0301")
@example("\u1100\u200b\u1161")
@example(" \u0301")
def test_normalising_is_total_and_twice_is_once(text: str) -> None:
    clean = normalise(text)

    assert normalise(clean) == clean
    assert clean.encode().decode() == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert clean == " ".join(clean.split())


@settings(deadline=None)
@given(ANY_TEXT.filter(str.strip), st.sampled_from([" ", "\n", "\t\xa0", "\u2028"]))
def test_the_id_does_not_hang_on_white_space_or_composition(text: str, blank: str) -> None:
    parted = blank + blank.join(unicodedata.normalize("NFD", normalise(text)).split(" ")) + blank

    assert paragraph_id("a", parted) == paragraph_id("a", text)


def test_no_character_that_is_shown_is_lost() -> None:
    for shown in filter(str.isprintable, map(chr, range(0x10000))):
        whole = f"a{shown}b"
        assert normalise(whole) == unicodedata.normalize("NFC", whole)


def test_what_is_not_shown_goes_also_from_plain_text() -> None:
    assert normalise("soft\xadened, \x07rung,  \u202egone") == "softened, rung, gone"


def test_ids_never_move() -> None:
    # sha256(b"https://example.org/a\nWho would not?").hexdigest()[:16], and so on, by hand
    assert paragraph_id("https://example.org/a", "Who would not?") == "c92a09ee7d4765cf"
    assert paragraph_id("seed", "Café “naïve” — 10 % of it.") == "699fd71fab177682"
    assert paragraph_id(" seed", "Cafe\u0301 “naïve”\n— 10 % of\xa0it. ") == "699fd71fab177682"


def test_article_and_text_both_count() -> None:
    ids = {paragraph_id(a, t) for a in ("a", "b") for t in ("x", "y")}

    assert len(ids) == 4


def test_a_paragraph_is_its_own_cluster_until_another_is_found() -> None:
    one = paragraph()

    assert one.cluster == one.id
    assert replace(one, cluster="c").cluster == "c"
    assert replace(one, cluster="c").id == one.id


WORDS = ANY_TEXT.map(normalise)
PARAGRAPHS = st.builds(
    Paragraph,
    article_id=WORDS,
    position=st.integers(0, 2**31 - 1),
    kind=st.sampled_from(BlockType),
    title=WORDS,
    source=WORDS,
    url=WORDS,
    date=WORDS,
    previous=WORDS,
    text=WORDS,
    next=WORDS,
    cluster=WORDS,
)


@settings(deadline=None)
@given(PARAGRAPHS)
def test_a_paragraph_survives_json(one: Paragraph) -> None:
    row = one.to_json()

    assert Paragraph.from_json(row) == one
    assert next(iter(row)) == "id"


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("text", None, "a paragraph needs 'text' as text"),
        ("title", 3, "a paragraph needs 'title' as text"),
        ("id", [], "a paragraph needs 'id' as text"),
        ("kind", "advert", "unknown kind 'advert'; known: body, quote"),
        ("position", "0", "'position' as a whole number"),
        ("position", True, "'position' as a whole number"),
        ("position", 1.0, "'position' as a whole number"),
        ("position", -1, "'position' as a whole number"),
        ("position", 2**31, "'position' as a whole number"),
        ("text", "Other words.", "is not that of its text"),
        ("article_id", "b", "is not that of its text"),
    ],
)
def test_what_is_no_paragraph_is_refused(key: str, value: object, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        Paragraph.from_json(paragraph().to_json() | {key: value})


@pytest.mark.parametrize("key", [key for key in paragraph().to_json() if key != "author"])
def test_every_key_is_needed(key: str) -> None:
    row = paragraph().to_json()
    del row[key]

    with pytest.raises(InputError, match=key):
        Paragraph.from_json(row)


def test_a_row_of_before_there_were_authors_has_none_and_any_author_is_text() -> None:
    row = paragraph().to_json()
    assert row.pop("author") == ""

    assert Paragraph.from_json(row) == paragraph()
    with pytest.raises(InputError, match="'author' must be text"):
        Paragraph.from_json(row | {"author": None})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=5,
)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.sampled_from([*paragraph().to_json(), "other"]), JSON))
def test_arbitrary_json_is_a_paragraph_or_refused(changes: dict[str, object]) -> None:
    row = paragraph().to_json() | changes
    try:
        assert Paragraph.from_json(row).id == row["id"]
    except InputError:
        assert changes
