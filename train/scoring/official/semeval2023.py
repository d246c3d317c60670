"""SemEval-2023 Task 3, subtask 3: persuasion techniques in the paragraphs of news articles."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from train.scoring.official.files import check_label, read_article, read_cells, whole_number
from train.scoring.official.label_sets import micro_and_macro
from train.scoring.official.task import Answer, Key, LabelTask, add_answer

LABELS = (
    "Appeal_to_Authority",
    "Appeal_to_Fear-Prejudice",
    "Appeal_to_Hypocrisy",
    "Appeal_to_Popularity",
    "Appeal_to_Time",
    "Appeal_to_Values",
    "Causal_Oversimplification",
    "Consequential_Oversimplification",
    "Conversation_Killer",
    "Doubt",
    "Exaggeration-Minimisation",
    "False_Dilemma-No_Choice",
    "Flag_Waving",
    "Guilt_by_Association",
    "Loaded_Language",
    "Name_Calling-Labeling",
    "Obfuscation-Vagueness-Confusion",
    "Questioning_the_Reputation",
    "Red_Herring",
    "Repetition",
    "Slogans",
    "Straw_Man",
    "Whataboutism",
)


def read(path: Path) -> dict[Key, Answer]:
    """Read gold or a submission; the third cell may be empty or missing.

    The key of a paragraph is the beginning of its row: article, tab, number.
    """
    answers: dict[Key, Answer] = {}
    for where, cells in read_cells(path, "article TAB paragraph TAB label,label", least=2):
        names = cells[2].strip() if len(cells) > 2 else ""
        labels = [check_label(each.strip(), LABELS, where) for each in names.split(",") if names]
        add_answer(answers, _key(cells), Answer(frozenset(labels), where))
    return answers


def texts(inputs: Sequence[Path]) -> dict[Key, str]:
    """Read the paragraphs of a template: article TAB paragraph TAB text.

    Where a row has no text, it is the line of that number, from 1, in the file articleID.txt of a
    folder among the inputs.
    """
    folders = [path for path in inputs if path.is_dir()]
    paragraphs: dict[Key, Answer] = {}
    for path in inputs:
        if path not in folders:
            for where, cells in read_cells(path, "article TAB paragraph TAB text", least=2):
                text = "\t".join(cells[2:]) or _line(cells, folders, where)
                add_answer(paragraphs, _key(cells), Answer(text, where))
    return {key: answer.value for key, answer in paragraphs.items()}


def write(answers: Mapping[Key, Sequence[str]]) -> str:
    """Return a submission: a row for each paragraph, in the order given."""
    return "".join(f"{key}\t{','.join(labels)}\n" for key, labels in answers.items())


def _key(cells: Sequence[str]) -> str:
    return "\t".join(cell.strip() for cell in cells[:2])


def _line(cells: Sequence[str], folders: Sequence[Path], where: str) -> str:
    article, number = (cell.strip() for cell in cells[:2])
    lines = read_article(f"article{article}.txt", folders, where).split("\n")
    at = (whole_number(number) or 0) - 1
    return lines[at] if 0 <= at < len(lines) else ""


TASK = LabelTask(
    name="semeval2023",
    title="SemEval-2023 Task 3, subtask 3",
    unit="paragraph",
    labels=LABELS,
    score=micro_and_macro(LABELS),
    read=read,
    texts=texts,
    write=write,
)
