import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.articles.article import Article, Block, LeftOut
from annotate.core.errors import InputError
from annotate.core.records import BlockType, normalise
from annotate.paragraphs.file import read_paragraphs, write_paragraphs
from annotate.paragraphs.length import CutRules, Short
from annotate.paragraphs.segment import block_count, cut

KINDS = st.sampled_from(BlockType)
TEXTS = st.text() | st.sampled_from(["A b.", "A  b.", "...", "\u200b", "e\u0301", "\u00e9"])
BLOCKS = st.builds(Block, KINDS, TEXTS)
ARTICLES = st.builds(
    Article,
    article_id=st.text(min_size=1),
    title=st.text(),
    source=st.text(),
    url=st.text(),
    date=st.text(),
    blocks=st.lists(BLOCKS, max_size=12).map(tuple),
    left_out=st.lists(st.builds(LeftOut, KINDS, st.just("page furniture"), TEXTS)).map(tuple),
)
any_article = given(ARTICLES)
AS_THEY_ARE = CutRules(short=Short.KEEP)
quick = settings(deadline=None, max_examples=100)


def article(*blocks: tuple[BlockType, str]) -> Article:
    return Article("a1", "T", "S", "", "", tuple(Block(kind, text) for kind, text in blocks))


def test_body_and_quotes_become_paragraphs_with_the_kept_ones_as_context() -> None:
    result = cut(
        article(
            (BlockType.BODY, " One \n a. "),
            (BlockType.CAPTION, "Photo: A"),
            (BlockType.QUOTE, "Two."),
            (BlockType.BODY, "* * *"),
            (BlockType.BODY, "One a."),
            (BlockType.BODY, "Three."),
        ),
        AS_THEY_ARE,
    )

    assert [(p.position, p.kind.value, p.previous, p.text, p.next) for p in result.paragraphs] == [
        (0, "body", "", "One a.", "Two."),
        (2, "quote", "One a.", "Two.", "Three."),
        (5, "body", "Two.", "Three.", ""),
    ]
    assert [row.to_json() for row in result.ledger] == [
        {
            "article_id": "a1",
            "position": position,
            "kind": kind,
            "reason": reason,
            "text": text,
        }
        for position, kind, reason, text in [
            (1, "caption", "caption", "Photo: A"),
            (3, "body", "no words", "* * *"),
            (4, "body", "repeated", "One a."),
        ]
    ]


def test_other_kinds_become_paragraphs_where_asked() -> None:
    result = cut(
        article((BlockType.BODY, "One."), (BlockType.LIST, "- two")),
        CutRules(frozenset({BlockType.LIST})),
    )

    assert [p.text for p in result.paragraphs] == ["- two"]
    assert [row.reason for row in result.ledger] == ["body"]


def test_the_ledger_shows_two_hundred_characters() -> None:
    (row,) = cut(article((BlockType.CAPTION, "x" * 300))).ledger

    assert row.to_json()["text"] == "x" * 200


@quick
@any_article
def test_every_block_is_a_paragraph_or_a_row_of_the_ledger(read: Article) -> None:
    result = cut(read)

    positions = [p.position for p in result.paragraphs]
    positions += [row.position for row in result.ledger if row.position is not None]
    assert sorted(positions) == list(range(len(read.blocks)))
    assert len(result.paragraphs) + len(result.ledger) == block_count(read)


def test_a_ledger_that_does_not_balance_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.paragraphs.segment.block_count", lambda article: 99)

    with pytest.raises(RuntimeError, match="does not balance"):
        cut(article((BlockType.BODY, "One.")))


@quick
@any_article
def test_no_paragraph_is_empty_or_doubled(read: Article) -> None:
    paragraphs = cut(read).paragraphs

    assert all(any(c.isalpha() for c in p.text) for p in paragraphs)
    assert len({p.text for p in paragraphs}) == len({p.id for p in paragraphs}) == len(paragraphs)


@quick
@given(ARTICLES, st.sampled_from([" ", "\n", "\u00a0\u2003", "\t \u200b "]))
def test_ids_do_not_depend_on_white_space(read: Article, blank: str) -> None:
    def spaced(text: str) -> str:
        return blank + normalise(text).replace(" ", f" {blank}") + blank

    other = Article(
        spaced(read.article_id),
        read.title,
        read.source,
        read.url,
        read.date,
        tuple(Block(block.kind, spaced(block.text)) for block in read.blocks),
    )

    assert [p.id for p in cut(other).paragraphs] == [p.id for p in cut(read).paragraphs]


@quick
@any_article
def test_context_is_the_neighbours_text(read: Article) -> None:
    paragraphs = cut(read).paragraphs

    assert [p.previous for p in paragraphs[1:]] == [p.text for p in paragraphs[:-1]]
    assert [p.next for p in paragraphs[:-1]] == [p.text for p in paragraphs[1:]]


@settings(deadline=None, max_examples=40)
@any_article
def test_paragraphs_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, read: Article
) -> None:
    path = tmp_path_factory.mktemp("written") / "paragraphs.jsonl"
    paragraphs = cut(read).paragraphs
    write_paragraphs(path, paragraphs)

    if paragraphs:
        assert tuple(read_paragraphs(path)) == paragraphs
    else:
        with pytest.raises(InputError, match="no paragraphs"):
            list(read_paragraphs(path))


def test_a_doubled_paragraph_is_refused_with_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "paragraphs.jsonl"
    two = article((BlockType.BODY, "One."), (BlockType.BODY, "Two."))
    write_paragraphs(path, cut(two, AS_THEY_ARE).paragraphs)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[0]]))

    with pytest.raises(InputError, match=r"paragraphs.jsonl:3: paragraph \w+ is in line 1 already"):
        list(read_paragraphs(path))


def test_a_changed_text_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "paragraphs.jsonl"
    (paragraph,) = cut(article((BlockType.BODY, "One."))).paragraphs
    path.write_text("\n" + json.dumps(paragraph.to_json() | {"text": "Other."}))

    with pytest.raises(InputError, match=r"paragraphs.jsonl:2: the id .* is not that of its text"):
        list(read_paragraphs(path))
