"""What holds for all corpora of whole articles, whatever their files hold."""

import json
import shutil
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from annotate.core.errors import RhetoricError
from annotate.imports.corpora.registry import CORPORA
from annotate.imports.corpora.semeval2023 import read_semeval2023
from tests.annotate.imports.corpora.corpus_runs import write_file

_CELL = st.sampled_from(
    ["1", "a.txt", "Doubt", "?", "0", "3", "5", "99", "true", "", " ", "²", "1" * 5000]
) | st.text(max_size=4)
_TABLE = st.lists(st.lists(_CELL, max_size=6).map("\t".join), max_size=4).map("\n".join)
_TEXT = st.lists(st.text(max_size=12), max_size=5).map("\n".join)
_BYTES = _TEXT.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=12)
_FILES = {
    "semeval2020": ("train-articles/article1.txt", "train-task-flc-tc.labels"),
    "semeval2023": (
        "en/train-articles-subtask-3/article1.txt",
        "en/train-labels-subtask-3.txt",
        "en/train-labels-subtask-3-spans.txt",
        "en/train-labels-subtask-3.template",
    ),
    "slavicnlp2025": (
        "PL/raw-documents/a.txt",
        "PL/subtask-2-annotations.txt",
        "PL/subtask-1-annotations.txt",
        "PL/text-span-level-annotations.txt",
    ),
}


def write(name: str, content: bytes) -> None:
    write_file(Path("corpus", name), content)


def check(corpus: str) -> None:
    """Read the folder: each row has a place, and what cannot be read is an error that names it."""
    try:
        places = [row.where for row in CORPORA[corpus].read(Path("corpus")).rows]
    except RhetoricError as error:
        places = [str(error).partition(": ")[0]]
    assert places
    assert all(places)


@given(st.sampled_from(sorted(_FILES)), _BYTES, st.lists(_TABLE, min_size=3, max_size=3))
@example("semeval2023", b"One.\n\nTwo.", ["1\t²\tDoubt", "", ""])
@example("semeval2023", b"One.\n\nTwo.", ["1\t" + "1" * 5000, "", ""])
@example("semeval2020", b"One.\n\nTwo.", ["1\tDoubt\t0\t" + "1" * 5000, "", ""])
def test_whatever_the_files_hold_becomes_rows_or_a_plain_error(
    corpus: str, article: bytes, tables: list[str]
) -> None:
    shutil.rmtree("corpus", ignore_errors=True)
    article_file, *table_files = _FILES[corpus]
    write(article_file, article)
    for name, table in zip(table_files, tables, strict=False):
        write(name, table.encode("utf-8", "replace"))

    check(corpus)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "text", "labels", "link"]),
            st.none() | st.integers() | st.text(max_size=4) | st.lists(st.text(max_size=4)),
        ),
        max_size=4,
    )
)
def test_whatever_the_texts_of_memes_hold_becomes_rows_or_a_plain_error(
    memes: list[dict[str, object]],
) -> None:
    write("subtask1/train.json", json.dumps(memes).encode())

    check("semeval2024")


LINE = st.text(st.sampled_from("ab .é🌉“\u2028\u00a0"), max_size=9)


@given(st.lists(LINE, min_size=1, max_size=7), st.data(), st.sampled_from(["\n", "\r\n"]))
def test_a_span_of_an_article_marks_the_same_words_in_its_paragraphs(
    lines: list[str], data: st.DataObject, line_end: str
) -> None:
    text = "\n".join(lines)
    numbers = [n for n, line in enumerate(lines, 1) if line.strip(" \u00a0\u2028")]
    if not numbers:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    shutil.rmtree("corpus", ignore_errors=True)
    write("en/train-articles-subtask-3/article1.txt", text.replace("\n", line_end).encode())
    labels = "".join(f"1\t{number}\tDoubt\n" for number in numbers)
    write("en/train-labels-subtask-3.txt", labels.encode())
    write("en/train-labels-subtask-3-spans.txt", f"1\tDoubt\t{start}\t{end}\n".encode())

    rows = read_semeval2023(Path("corpus")).rows

    for row in (row for row in rows if not row.problem):
        at = sum(len(line) + 1 for line in lines[: row.values["position"]])
        line = lines[row.values["position"]]
        marked = text[max(start, at) : min(end, at + len(line))].strip("\n")
        words = [row.values["text"][s["start"] : s["end"]] for s in row.values.get("spans", [])]
        plain = [each.replace("\u2028", " ").strip() for each in (*words, marked)]
        if sum(other == line for other in lines) == 1:
            assert plain[-1] == (plain[0] if words else "")
