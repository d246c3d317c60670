"""SlavicNLP-2025, subtask 2: persuasion techniques in paragraphs of debates and posts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from train.scoring.official import semeval2023
from train.scoring.official.files import check_label, check_span, read_article, read_cells
from train.scoring.official.label_sets import Labels, count_by_label, count_labels
from train.scoring.official.task import Answer, Key, LabelTask, add_answer

LABELS = (*semeval2023.LABELS, "Appeal_to_Pity", "False_Equivalence")
_FORM = "document TAB start TAB end TAB label TAB label"


def score(gold: Sequence[Labels], predicted: Sequence[Labels]) -> dict[str, float | None]:
    """Score the labels that gold has: others are left out of the answer, even where predicted."""
    labels = frozenset[str]().union(*gold)
    predicted = [answer & labels for answer in predicted]
    micro = count_labels(gold, predicted)
    each = count_by_label(gold, predicted, labels).values()
    return {
        "micro-F1": micro.f1(),
        "macro-F1": sum(counts.f1() for counts in each) / len(each) if each else None,
        "micro precision": micro.precision(),
        "micro recall": micro.recall(),
    }


def read(path: Path) -> dict[Key, Answer]:
    """Read gold or a submission: each label of a paragraph is a cell of its own."""
    answers: dict[Key, Answer] = {}
    for where, cells in read_cells(path, _FORM, least=3):
        labels = [check_label(each.strip(), LABELS, where) for each in cells[3:] if each.strip()]
        add_answer(answers, _key(cells, where), Answer(frozenset(labels), where))
    return answers


def texts(inputs: Sequence[Path]) -> dict[Key, str]:
    """Read the paragraphs that a list of offsets marks in the documents of a folder."""
    folders = [path for path in inputs if path.is_dir()]
    paragraphs: dict[Key, str] = {}
    for path in inputs:
        if path not in folders:
            for where, cells in read_cells(path, _FORM, least=3):
                start, end = check_span(cells[1].strip(), cells[2].strip(), where)
                text = read_article(cells[0].strip(), folders, where)
                paragraphs[_key(cells, where)] = text[start:end]
    return paragraphs


def write(answers: Mapping[Key, Sequence[str]]) -> str:
    """Return a submission: a row for each paragraph, in the order given."""
    return "".join("\t".join([str(key), *labels]) + "\n" for key, labels in answers.items())


def _key(cells: Sequence[str], where: str) -> str:
    start, end = check_span(cells[1].strip(), cells[2].strip(), where)
    return f"{cells[0].strip()}\t{start}\t{end}"


TASK = LabelTask(
    name="slavicnlp2025",
    title="SlavicNLP-2025, subtask 2",
    unit="paragraph",
    labels=LABELS,
    score=score,
    read=read,
    texts=texts,
    write=write,
)
