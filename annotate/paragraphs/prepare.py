"""Turn articles into paragraphs.jsonl, with a ledger of every block that was left out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import IO

from annotate.articles.article import Unread
from annotate.articles.readers.column_names import DEFAULT_FIELDS, Fields
from annotate.articles.registry import find_files
from annotate.core.console import progress
from annotate.core.errors import InputError
from annotate.core.io.encodings import UTF_8
from annotate.core.io.files import plain_os_errors, writing
from annotate.core.io.jsonl import to_line
from annotate.core.ledger import NOTICE, LedgerRow, ledger_path
from annotate.core.plurals import counted
from annotate.core.records import Paragraph
from annotate.paragraphs.clusters import MOST_COMPARED
from annotate.paragraphs.corpus_db import CorpusDatabase, corpus_database
from annotate.paragraphs.file import from_text, read_paragraphs
from annotate.paragraphs.length import CutRules
from annotate.paragraphs.near_duplicates import sign
from annotate.paragraphs.segment import OTHER_LANGUAGE, REPEATED, Cut
from annotate.paragraphs.workers import CutArticle, cut_files

NOT_AN_ARTICLE = "not an article file"
TAKEN = "article id taken"


@dataclass(frozen=True, slots=True)
class PrepareConfig:
    """How articles become paragraphs.

    Attributes:
        rules: Which blocks, of what length, in which languages.
        fields: Names of the columns in files of rows.
        copies: A text in more articles than this is kept once: it is boilerplate, or was copied
            everywhere. Near-duplicates count as one text.
        sample: How many paragraphs to draw at random; None for all.
        seed: Random seed. A larger sample with the same seed contains the smaller one.
        against: Files prepared earlier, whose clusters near-duplicates join.
        cores: Number of processes; None for as many as there are cores, where that pays.
        strict: Whether the first file or record that cannot be read ends the run.
    """

    rules: CutRules = field(default_factory=CutRules)
    fields: Fields = DEFAULT_FIELDS
    copies: int = 5
    sample: int | None = None
    seed: int = 13
    against: Sequence[Path] = ()
    cores: int | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class PrepareReport:
    """What became of the inputs: `blocks` + `cut` = `paragraphs` + the counts of `left_out`.

    Attributes:
        articles: Articles read, repeated ones included, but not drafts and the like, of which the
            reader leaves out all.
        blocks: Blocks read; a file or record that is left out as a whole counts as one.
        cut: Blocks added by splitting long ones.
        paragraphs: Paragraphs written.
        near_duplicates: Those of them that share their cluster with another, of earlier files too.
        left_out: Reason -> how many blocks.
        encodings: Encoding other than UTF-8 -> how many articles.
        unread: Files and records that cannot be used.
        cut_short: Paragraphs that resemble so many others that not all were compared.
        notices: Files and records that were read after a repair.
    """

    articles: int
    blocks: int
    cut: int
    paragraphs: int
    near_duplicates: int
    left_out: Mapping[str, int]
    encodings: Mapping[str, int]
    unread: int = 0
    cut_short: int = 0
    notices: int = 0

    def lines(self, output: Path) -> Iterator[str]:
        """Yield the lines that `prepare` prints."""
        articles = counted(self.articles, "article")
        yield f"{counted(self.paragraphs, 'paragraph')} of {articles} -> {output}"
        reasons = ", ".join(f"{n} {reason}" for reason, n in self.left_out.items())
        total = sum(self.left_out.values())
        blocks = counted(self.blocks + self.cut, "block")
        yield f"left out {total} of {blocks}{': ' * bool(total)}{reasons}"
        if self.cut:
            yield f"splitting long blocks added {self.cut}"
        if self.near_duplicates:
            verb = "is a near-duplicate" if self.near_duplicates == 1 else "are near-duplicates"
            yield f"{self.near_duplicates} of the paragraphs {verb} of others"
        if self.cut_short:
            yield (
                f"{counted(self.cut_short, 'paragraph shares', 'paragraphs share')} much with more "
                f"than {MOST_COMPARED} others; each was compared with {MOST_COMPARED} of them, so "
                "a near-duplicate may be missed, a copy is not"
            )
        if self.encodings:
            counts = ", ".join(f"{n} {encoding}" for encoding, n in self.encodings.items())
            yield f"articles in other encodings than UTF-8: {counts}"
        if advice := _language_advice(self.left_out, self.paragraphs):
            yield advice


@dataclass(slots=True)
class _Tally:
    articles: int = 0
    blocks: int = 0
    cut: int = 0
    paragraphs: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    unread: int = 0
    notices: int = 0
    first_error: InputError | None = None


def prepare(
    inputs: Sequence[Path],
    output: Path,
    config: PrepareConfig | None = None,
    failed: Sequence[LedgerRow] = (),
    pushed: Iterable[Paragraph] = (),
) -> PrepareReport:
    """Write the paragraphs of all articles to `output` and the ledger beside it.

    Each of the two files appears whole or not at all. Memory does not grow with the articles.

    Args:
        inputs: Files and folders.
        output: File to write the paragraphs to.
        config: How to cut, filter and sample.
        failed: Ledger rows of pages that could not be fetched.
        pushed: Paragraphs of a labelling project; treated as those of earlier files.

    Raises:
        InputError: An input is missing, or no paragraph is left; with `strict` also if something
            cannot be read or two articles share an id.
    """
    config = config or PrepareConfig()
    ledger, tally = ledger_path(output), _Tally()
    _check_targets([*inputs, *config.against], (output, ledger))
    with (
        plain_os_errors(output),
        corpus_database(output.parent, config.seed) as corpus,
        writing(output) as paragraphs_file,
        writing(ledger) as ledger_file,
    ):
        for row in failed:
            tally.blocks += 1
            _leave_out(row, ledger_file, tally)
        for row in _read(inputs, (output, ledger), config, pushed, corpus, tally):
            _leave_out(row, ledger_file, tally)
        corpus.decide(config.copies, config.sample)
        for fate in corpus.fates():
            if fate.reason:
                _leave_out(LedgerRow.of(from_text(fate.text), fate.reason), ledger_file, tally)
            else:
                paragraphs_file.write(f"{fate.text}\n")
                tally.paragraphs += 1
        _check(tally)
        paragraphs_file.flush()  # a full disk shows before either of the two takes its place
        return PrepareReport(
            articles=tally.articles,
            blocks=tally.blocks,
            cut=tally.cut,
            paragraphs=tally.paragraphs,
            near_duplicates=corpus.near_duplicates(),
            left_out=dict(sorted(tally.left_out.items())),
            encodings=dict(sorted(tally.encodings.items())),
            unread=tally.unread,
            cut_short=corpus.leaders.cut_short,
            notices=tally.notices,
        )


def _check_targets(inputs: Sequence[Path], targets: Sequence[Path]) -> None:
    for target in targets:
        if target.is_dir():
            raise InputError(
                f"{target}: is a folder; name a file, such as {target}/paragraphs.jsonl"
            )
        if target.resolve() in {path.resolve() for path in inputs}:
            raise InputError(f"{target}: would overwrite an input; choose another output")


def _read(
    inputs: Sequence[Path],
    targets: Sequence[Path],
    config: PrepareConfig,
    pushed: Iterable[Paragraph],
    corpus: CorpusDatabase,
    tally: _Tally,
) -> Iterator[LedgerRow]:
    """Add every paragraph to the corpus; yield the ledger rows that are certain by then."""
    matches = find_files(inputs)
    outputs = {target.resolve() for target in targets}  # of an earlier run, in an input folder
    for path in matches.others:
        tally.blocks += 1
        yield LedgerRow("", None, "file", NOT_AN_ARTICLE, str(path))
    earlier = chain(pushed, *map(read_paragraphs, config.against))
    for paragraph in earlier:
        corpus.add(paragraph, sign(paragraph.text), earlier=True)
    files = [path for path in matches.files if path.resolve() not in outputs]
    with progress("articles") as bar:
        for article in cut_files(files, config.fields, config.rules, config.cores):
            yield from _add(article, corpus, tally, config.strict)
            bar.advance()


def _add(
    article: CutArticle | Unread, corpus: CorpusDatabase, tally: _Tally, strict: bool
) -> Iterator[LedgerRow]:
    """Add the paragraphs of an article; yield its ledger rows, or one if it cannot be used."""
    result = article if isinstance(article, Unread) else _once(article, corpus)
    if isinstance(result, Unread):
        if strict:
            raise result.error
        tally.blocks += 1
        tally.unread += 1
        tally.first_error = tally.first_error or result.error
        yield result.row()
    elif isinstance(article, CutArticle):
        _count(article, tally)
        yield from result.ledger
        if result.paragraphs:
            for paragraph, signed in zip(result.paragraphs, article.signatures, strict=True):
                corpus.add(paragraph, signed)


def _count(article: CutArticle, tally: _Tally) -> None:
    tally.articles += not article.is_empty
    tally.blocks += article.blocks
    tally.cut += article.cut.more
    if article.encoding != UTF_8 and not article.is_empty:
        tally.encodings[article.encoding] += 1


def _once(article: CutArticle, corpus: CorpusDatabase) -> Cut | Unread:
    """Return the cut; only ledger rows for an article that repeats an earlier one.

    An article with other text and the id of an earlier one is named after its folder too, if it is
    named after its file; otherwise it cannot be used.
    """
    id_, result = article.article_id, article.cut
    digest = sha256("\n".join(paragraph.id for paragraph in result.paragraphs).encode()).hexdigest()
    first = corpus.article(id_, digest, article.origin)
    if first is None:
        return result
    if first[0] != digest and article.is_named_by_file:
        return _once(article.with_folder(), corpus)
    if first[0] != digest:
        error = InputError(
            f"{article.origin}: the article id {id_!r} is that of {first[1]} too, with other text; "
            "rename one of the files, or give the records ids of their own"
        )
        return Unread("article", error, TAKEN)
    repeated = tuple(LedgerRow.of(paragraph, REPEATED) for paragraph in result.paragraphs)
    return Cut((), result.ledger + repeated)


def _leave_out(row: LedgerRow, file: IO[str], tally: _Tally) -> None:
    file.write(to_line(row.to_json()))
    if row.kind == NOTICE:
        tally.notices += 1
    else:
        tally.left_out[row.reason] += 1


def _check(tally: _Tally) -> None:
    if tally.blocks + tally.cut != tally.paragraphs + tally.left_out.total():
        raise RuntimeError("the ledger does not balance")
    if not tally.paragraphs:
        raise _nothing(tally)


def _language_advice(left_out: Mapping[str, int], paragraphs: int) -> str:
    """Say how to keep what is left out for its language, if that is more than is kept."""
    codes = {
        reason.removeprefix(OTHER_LANGUAGE): n
        for reason, n in left_out.items()
        if reason.startswith(OTHER_LANGUAGE)
    }
    if sum(codes.values()) <= paragraphs:
        return ""
    most = max(codes, key=lambda code: codes[code])
    return (
        f"most of the text is left out for its language: --language {most} keeps "
        f"{counted(codes[most], 'block')}, --language any those in every language"
    )


def _nothing(tally: _Tally) -> InputError:
    """Return the error of a run without a paragraph: the first problem, else all the reasons."""
    if tally.first_error and not tally.articles:
        more = f" (and {tally.unread - 1} more)" if tally.unread > 1 else ""
        return InputError(f"{tally.first_error}{more}")
    reasons = ", ".join(f"{reason}: {n}" for reason, n in sorted(tally.left_out.items()))
    articles, blocks = counted(tally.articles, "article"), counted(tally.blocks, "block")
    advice = _language_advice(tally.left_out, 0)
    return InputError(
        f"no paragraph in {articles}: {blocks} left out ({reasons}){'; ' * bool(advice)}{advice}"
    )
