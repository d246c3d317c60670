"""Read plain text, with lines broken at a width or only between paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median

from annotate.articles.article import Article, Block, LeftOut, check_length
from annotate.articles.extraction.block_types import block_type, is_list_item
from annotate.articles.extraction.ending import with_ending_apart
from annotate.articles.readers.front_matter import HEADER, read_front_matter
from annotate.articles.readers.head_lines import head_line
from annotate.articles.readers.hyphens import dehyphenated, is_cut, unbroken
from annotate.articles.readers.pdf_pages import (
    SENTENCE_END,
    Line,
    numbered_lines,
    without_page_furniture,
)
from annotate.articles.web.urls import is_web_address
from annotate.core.errors import NoTextError
from annotate.core.records import BlockType, normalise

FURNITURE = "page furniture"  # the ledger's word
_FIELDS = ("title", "author", "source", "date", "url", "id")
_TITLE_WORDS = 40
_HEAD = 3  # groups of lines in which title, byline and date stand
_TITLE_SENTENCE = 12  # words; with more, what ends with a full stop is the first paragraph
_TITLE_TYPES = (BlockType.BODY, BlockType.HEADING)
_UNWRAPPED = 150  # characters: no text is wrapped at such a width, so each line is a paragraph
_WIDTHS = range(40, 121)  # at which text is wrapped
_FULL = 0.8  # of the width: a line this long may have had no room for the next word
_WHOLE = 0.9  # of the words: so much is the article's text, not one of its paragraphs
_FEW = 0.25  # of lines of one sentence: some end without a full stop
_SEEMING = 0.15  # of lines of one sentence: abbreviations make some look like two
_HEADING_WORDS = 20
_HEADING_END = re.compile(r"[\w?)\]\"'”’]$")
_LETTERS = 3  # of a heading in capitals
_TITLED = re.compile(r"[A-Z0-9À-Þ\"'“‘].{0,58}\w")  # of a heading in small letters
_LONGER = 2  # times: the text below such a heading
_FEW_WORDS = 4  # of a heading that is not capitalised
_TITLED_WORDS = 10
_SMALL_WORD = 3  # letters: shorter words of a title are not capitalised
_TEXT_WORDS = 10
_ANNOUNCED = re.compile(r"[^\s:.]+ [^:.]{1,60}:")  # several words; "MR. SMITH:" speaks
RULE = re.compile(r"([-=_*~#–—])(?:\s*\1){2,}")
_LEAST_SPACED = 8  # lines that show that a blank one is below each
_GOING_ON = 1 / 3  # of lines without an end: the next one begins in small letters
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_LINE_END = re.compile(r"\r\n?")
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$")
_FULL_STOP = re.compile(r"\.[\"'”’)\]]*$")
_TWO_SENTENCES = re.compile(r"[a-z0-9]{2}[.!?][\"'”’)\]]* [\"“‘'(\[]?[A-ZÀ-Þ]")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of plain text: the number of its first line, from 1, and its lines.

    `heading` tells that it stands directly above text, in capitals or as a title.
    """

    line: int
    lines: tuple[str, ...]
    heading: bool = False

    @property
    def text(self) -> str:
        return unbroken(self.lines)

    @property
    def may_be_title(self) -> bool:
        return len(self.lines) == 1 and len(self.text.split()) <= _TITLE_WORDS

    def block(self) -> Block:
        kind = block_type(self.text, lines=len(self.lines))
        return Block(BlockType.HEADING if self.heading else kind, self.text)


def read_plain_text(text: str, path: Path) -> Article:
    """Read a text file: a short first line is the title; a byline and a date may follow it.

    Front matter (`read_front_matter`) says the same in other words, and an address as the first
    line says where the article was.

    Raises:
        InputError: A paragraph is too long, or there is no text.
    """
    front = read_front_matter(_LINE_END.sub("\n", text).translate(_LIGATURES), path)
    lines, furniture = without_page_furniture(front.text)
    chunks = split_lines(_single_spaced(lines))
    if not chunks:
        raise NoTextError(f"{path}: no text in this file but its header")
    for chunk in chunks:
        check_length(chunk.text, f"{path}:{chunk.line}")
    values = {**dict.fromkeys(_FIELDS, ""), **front.values}
    left_out = [*front.left_out]
    for at in (0, 1):  # lines above and below the title
        if len(chunks) > at + 1 and RULE.fullmatch(chunks[at].text):
            left_out.append(LeftOut(BlockType.HEADING, HEADER, chunks.pop(at).text))
    if len(chunks) > 1 and is_web_address(chunks[0].text):
        address = chunks.pop(0).text
        values["url"] = values["url"] or address
        left_out.append(LeftOut(BlockType.HEADING, HEADER, address))
    head, rest = _head(chunks, values["title"])
    left_out += [LeftOut(BlockType.HEADING, "byline", chunk.text) for chunk in head.chunks]
    left_out += [LeftOut(block_type(line), FURNITURE, line) for line in furniture]
    author = values["author"] or head.author
    return Article(
        article_id=values["url"] or values["id"] or normalise(path.stem),
        title=head.title,
        source=values["source"],
        url=values["url"],
        date=values["date"] or head.date,
        blocks=with_ending_apart([chunk.block() for chunk in rest], author),
        left_out=tuple(left_out),
        origin=str(path),
        author=author,
        notices=front.notices,
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above the text, and the chunks that say who wrote it and when."""

    title: str
    author: str = ""
    date: str = ""
    chunks: Sequence[Chunk] = ()


def _head(chunks: Sequence[Chunk], title: str) -> tuple[_Head, Sequence[Chunk]]:
    """Return the head, whose title the front matter may have said, and the chunks after it."""
    first = chunks[0].block()
    words = normalise(first.text)
    sentence = _FULL_STOP.search(first.text) and len(first.text.split()) > _TITLE_SENTENCE
    may_be = chunks[0].may_be_title and first.kind in _TITLE_TYPES and not sentence
    other = title and title.casefold() != words.casefold()
    if len(chunks) < 2 or not may_be or other:
        return _Head(title), chunks
    author = date = ""
    at = 1
    for chunk in chunks[1:-1]:
        byline, day = head_line(chunk.text)
        if len(chunk.lines) > 1 or (byline and author) or (day and date) or not (byline or day):
            break
        author, date, at = author or byline, date or day, at + 1
    return _Head(title or words, author, date, chunks[1:at]), chunks[at:]


def text_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of plain text that is a part of something else."""
    lines = _single_spaced(numbered_lines(text))
    return with_ending_apart([chunk.block() for chunk in split_lines(lines)])


def _single_spaced(lines: Sequence[Line]) -> Sequence[Line]:
    """Return wrapped lines without the blank one that stands below each; of more, one stays."""
    runs = [
        (full, list(run)) for full, run in groupby(lines, lambda line: bool(normalise(line[1])))
    ]
    single = [run[0][1] for full, run in runs if full and len(run) == 1]
    if len(single) < max(_LEAST_SPACED, sum(full for full, _ in runs)) or not _width(single):
        return lines
    open_ = [after for line, after in pairwise(single) if not SENTENCE_END.search(line)]
    if sum(after[0].islower() for after in open_) < _GOING_ON * len(open_):
        return lines
    return [line for full, run in runs for line in (run if full else run[1:])]


def split_text(text: str) -> list[Chunk]:
    """Split plain text into chunks whose lines are as in the text, without the white space."""
    return _split(numbered_lines(text))


def split_lines(lines: Sequence[Line]) -> list[Chunk]:
    """Split lines as `split_text` does, and join the words that they cut."""
    words = dehyphenated([line for _, line in lines])
    return _split([(number, line) for (number, _), line in zip(lines, words, strict=True)])


def _split(lines: Sequence[Line]) -> list[Chunk]:
    """Split plain text at blank lines, or at every line if there is no blank line.

    Not all texts follow that rule. Where the lines between two blank lines are long, or stand under
    a title and are all of the text, or nearly all lines end with a sentence and some are long, each
    is a chunk, unless each is a single sentence of a paragraph; where lines are wrapped at some
    width, a line that ends well before it ends a chunk, also in a text without blank lines. A line
    with a bullet begins a chunk, and so does the text below a heading; a line of dashes is one by
    itself.
    """
    groups = [list(group) for kind, group in groupby(lines, _line_kind) if kind]
    no_blank_line = sum(full for full, _ in groupby(lines, lambda line: bool(_line_kind(line)))) < 2
    repeated = Counter(line for _, line in lines if line.endswith(":"))
    speakers = frozenset(line for line, count in repeated.items() if count > 1)
    width = _width([line for group in groups for _, line in group])
    single = _has_a_line_for_each_sentence(groups)
    unwrapped = not width and not single and _has_a_line_for_each_paragraph(groups)
    return [
        chunk
        for at, group in enumerate(groups)
        for chunk in _parted(
            group,
            width,
            speakers,
            (no_blank_line and not width)
            or (at < _HEAD and len(groups) > 1 and not width and _is_head(group, first=not at))
            or (not width and _is_all_of_the_text(group, groups))
            or unwrapped
            or (not single and _is_unwrapped(group)),
        )
    ]


def _line_kind(line: Line) -> str:
    if not normalise(line[1]):
        return ""
    return "rule" if RULE.fullmatch(line[1]) else "text"


def _is_unwrapped(group: Sequence[Line]) -> bool:
    return median(len(line) for _, line in group) > _UNWRAPPED


def _has_a_line_for_each_paragraph(groups: Sequence[Sequence[Line]]) -> bool:
    """Tell whether blank lines stand between sections: lines end with sentences, some are long."""
    lines = [line for group in groups if len(group) > 1 for _, line in group]
    ended = sum(bool(SENTENCE_END.search(line)) for line in lines)
    return max(map(len, lines), default=0) > _UNWRAPPED and ended >= (1 - _FEW) * len(lines)


def _has_a_line_for_each_sentence(groups: Sequence[Sequence[Line]]) -> bool:
    """Tell whether paragraphs, between blank lines, have each sentence on a line of its own."""
    several = [group for group in groups if len(group) > 1]
    lines = [line for group in several for _, line in group]
    two = sum(bool(_TWO_SENTENCES.search(line)) for line in lines)
    ended = sum(bool(SENTENCE_END.search(line)) for line in lines)
    return len(several) > 1 and two <= _SEEMING * len(lines) and ended >= (1 - _FEW) * len(lines)


def _is_head(group: Sequence[Line], *, first: bool) -> bool:
    """Tell whether lines are byline and date; the first group also is a title and a line more."""
    title, *others = (line for _, line in group)
    if SENTENCE_END.search(title) or any(line[0].islower() for line in others):
        return False
    known = [any(head_line(line)) for _, line in group]
    return all(known) or (first and (len(others) == 1 or any(known)))


def _is_all_of_the_text(group: Sequence[Line], groups: Sequence[Sequence[Line]]) -> bool:
    """Tell whether the lines, each of them whole sentences, are all that is under the title."""
    if len(group) < 2 or not _are_whole(group):
        return False
    texts = [other for other in groups if SENTENCE_END.search(other[-1][1])]
    return _words(group) >= _WHOLE * sum(map(_words, texts))


def _are_whole(group: Sequence[Line]) -> bool:
    """Tell whether lines end with a sentence, but for a few that may be headings."""
    open_ = [after for (_, line), (_, after) in pairwise(group) if not SENTENCE_END.search(line)]
    return 3 * len(open_) <= len(group) and not any(after[0].islower() for after in open_)


def _words(group: Sequence[Line]) -> int:
    return sum(len(line.split()) for _, line in group)


def _width(lines: Sequence[str]) -> int:
    """Return the width at which lines are wrapped; 0 if they do not look wrapped."""
    longest = max(map(len, lines), default=0)
    full = sum(len(line) >= _FULL * longest for line in lines)
    inside = sum(not SENTENCE_END.search(line) for line in lines)
    wrapped = longest in _WIDTHS and 2 * min(full, inside) >= len(lines) > 2
    return longest if wrapped else 0


def _parted(
    group: Sequence[Line], width: int, speakers: Set[str], one_each: bool
) -> Iterator[Chunk]:
    """Split lines without a blank line between them into chunks."""
    headings = _headings(group, speakers)
    block = [group[0]]
    for line, following in pairwise(group):
        ends = (
            one_each
            or is_list_item(following[1])
            or (line in headings) != (following in headings)
            or (not _names_speaker(line[1]) and _ends_short(line[1], following[1], width))
        )
        if ends and not is_cut(line[1]):
            yield _chunk(block, headings)
            block = []
        block.append(following)
    yield _chunk(block, headings)


def _chunk(lines: Sequence[Line], headings: Set[Line]) -> Chunk:
    return Chunk(lines[0][0], tuple(line for _, line in lines), lines[0] in headings)


def _headings(group: Sequence[Line], speakers: Set[str]) -> frozenset[Line]:
    """Return the lines that are headings: in capitals, or as a title, directly above text.

    Those in capitals that end as a sentence does may be shouted by somebody, or name who speaks.
    """
    runs = [list(run) for _, run in groupby(group, lambda line: _is_in_capitals(line[1]))]
    headings = [
        run
        for before, run, after in zip([None, *runs], runs, runs[1:], strict=False)
        if _is_in_capitals(run[0][1])
        and (_HEADING_END.search(run[-1][1]) or _announces(run, speakers))
        and _words(run) <= _HEADING_WORDS
        and not after[0][1][0].islower()
        and (before is None or _ENDED.search(before[-1][1]))
    ]
    if _announces(group, speakers) or _is_titled(group):
        headings.append([group[0]])
    return frozenset(line for run in headings for line in run)


def _names_speaker(line: str) -> bool:
    """Tell a name in capitals with a colon, which belongs to the words below it."""
    return line.endswith(":") and _is_in_capitals(line)


def _announces(lines: Sequence[Line], speakers: Set[str]) -> bool:
    """Tell a heading in capitals with a colon, which no speaker has as a name."""
    line = lines[0][1]
    single = len(lines) == 1 and _names_speaker(line) and line not in speakers
    return single and bool(_ANNOUNCED.fullmatch(line))


def _is_titled(group: Sequence[Line]) -> bool:
    """Tell whether the first line is a short title, and the others, much longer, are text."""
    if len(group) < 2:
        return False
    (_, title), (_, first), *_ = group
    words = title.split()
    long = [word for word in words if sum(map(str.isalpha, word)) > _SMALL_WORD]
    if not _TITLED.fullmatch(title) or len(words) > _TITLED_WORDS or first[0].islower():
        return False
    few = len(words) <= _FEW_WORDS and "," not in title
    if not few and not all(word[0].isupper() for word in long):
        return False
    text = group[1:]
    longest = max(len(line) for _, line in text)
    whole = SENTENCE_END.search(text[-1][1]) and _words(text) >= _TEXT_WORDS
    return bool(whole) and longest >= _LONGER * len(title)


def _is_in_capitals(line: str) -> bool:
    return line.isupper() and sum(map(str.isalpha, line)) >= _LETTERS


def _ends_short(line: str, following: str, width: int) -> bool:
    """Tell whether a line ends a chunk: the next word would have fitted, and begins something."""
    word = following.split(maxsplit=1)[0]
    begins = line[-1].isalnum() and not word[0].islower()  # after a heading
    ends = bool(SENTENCE_END.search(line)) or begins
    return len(line) + 1 + len(word) <= _FULL * width and ends
