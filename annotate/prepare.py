"""Articles to paragraphs.jsonl, with a ledger of every block that did not become a paragraph."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path

from annotate.core.article_rows import DEFAULT_FIELDS, Fields
from annotate.core.articles import find_files, read_file
from annotate.core.blocks import Article
from annotate.core.errors import InputError
from annotate.core.files import writing
from annotate.core.jsonl import to_line
from annotate.core.paragraphs import PARAGRAPH_KINDS, REPEATED, Cut, LedgerRow, block_count, cut
from annotate.core.records import Kind

NOT_AN_ARTICLE = "not an article file"


@dataclass(frozen=True, slots=True)
class PrepareReport:
    """What became of the inputs: `blocks` = `paragraphs` + the counts of `left_out`.

    Attributes:
        articles: Articles read, repeated ones included.
        blocks: Blocks read; a file that holds no article counts as one.
        paragraphs: Paragraphs written.
        left_out: Reason -> how many blocks.
    """

    articles: int
    blocks: int
    paragraphs: int
    left_out: dict[str, int]


@dataclass(slots=True)
class _Tally:
    articles: int = 0
    blocks: int = 0
    paragraphs: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    seen: dict[str, tuple[str, str]] = field(default_factory=dict)


def ledger_path(output: Path) -> Path:
    """Where the ledger of a paragraphs file stands: beside it."""
    return output.with_name(f"{output.stem}.ledger.jsonl")


def prepare(
    inputs: Sequence[Path],
    output: Path,
    kinds: frozenset[Kind] = PARAGRAPH_KINDS,
    fields: Fields = DEFAULT_FIELDS,
    failed: Sequence[LedgerRow] = (),
) -> PrepareReport:
    """Write the paragraphs of all articles to `output` and the ledger beside it.

    `failed` are rows for what never became a file: pages that could not be fetched. Each of the
    two files appears whole or not at all. Memory grows with the longest article.

    Raises:
        InputError: Something cannot be read, two articles share an id, or there is no paragraph.
    """
    ledger = ledger_path(output)
    _check_targets(inputs, (output, ledger))
    tally = _Tally()
    with writing(output) as paragraphs_file, writing(ledger) as ledger_file:
        cuts = _cuts(inputs, (output, ledger), kinds, fields, tally)
        for result in chain(_rows_alone(failed, tally), cuts):
            paragraphs_file.writelines(to_line(p.to_json()) for p in result.paragraphs)
            ledger_file.writelines(to_line(row.to_json()) for row in result.ledger)
            _count(result, tally)
        if not tally.paragraphs:
            raise InputError(f"no paragraph in {tally.articles} articles: {_reasons(tally)}")
        if tally.blocks != tally.paragraphs + tally.left_out.total():
            raise RuntimeError("the ledger does not balance")
    return PrepareReport(
        tally.articles, tally.blocks, tally.paragraphs, dict(sorted(tally.left_out.items()))
    )


def _check_targets(inputs: Sequence[Path], targets: Sequence[Path]) -> None:
    for target in targets:
        if target.is_dir():
            raise InputError(
                f"{target}: is a folder; name a file, such as {target}/paragraphs.jsonl"
            )
        if target.resolve() in {path.resolve() for path in inputs}:
            raise InputError(f"{target}: would overwrite an input; choose another output")


def _cuts(
    inputs: Sequence[Path],
    targets: Sequence[Path],
    kinds: frozenset[Kind],
    fields: Fields,
    tally: _Tally,
) -> Iterator[Cut]:
    """A cut for each article, and one of ledger rows alone for each file that holds none."""
    found = find_files(inputs)
    own = {target.resolve() for target in targets}  # of an earlier run, in a folder of inputs
    for path in found.others:
        tally.blocks += 1
        yield Cut((), (LedgerRow("", None, "file", NOT_AN_ARTICLE, str(path)),))
    for path in found.files:
        if path.resolve() in own:
            continue
        for article in read_file(path, fields):
            tally.articles += 1
            tally.blocks += block_count(article)
            yield _once(article, cut(article, kinds), tally)


def _rows_alone(rows: Sequence[LedgerRow], tally: _Tally) -> Iterator[Cut]:
    for row in rows:
        tally.blocks += 1
        yield Cut((), (row,))


def _once(article: Article, result: Cut, tally: _Tally) -> Cut:
    """The cut, or only ledger rows when the same article has been seen.

    Raises:
        InputError: Another article with the same id has been seen.
    """
    id_ = article.article_id
    digest = sha256("\n".join(paragraph.id for paragraph in result.paragraphs).encode()).hexdigest()
    if id_ not in tally.seen:
        tally.seen[id_] = (digest, article.origin)
        return result
    known, origin = tally.seen[id_]
    if known != digest:
        raise InputError(
            f"{article.origin}: the article id {id_!r} is that of {origin} too, with other text; "
            "rename one of the files, or give the records ids of their own"
        )
    repeated = tuple(
        LedgerRow(id_, paragraph.position, paragraph.kind, REPEATED, paragraph.text)
        for paragraph in result.paragraphs
    )
    return Cut((), result.ledger + repeated)


def _count(result: Cut, tally: _Tally) -> None:
    tally.paragraphs += len(result.paragraphs)
    tally.left_out.update(row.reason for row in result.ledger)


def _reasons(tally: _Tally) -> str:
    counted = ", ".join(f"{reason}: {count}" for reason, count in sorted(tally.left_out.items()))
    return f"all {tally.blocks} blocks were left out ({counted})"
