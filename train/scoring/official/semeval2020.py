"""SemEval-2020 Task 11: spans of propaganda in news articles (SI), and their techniques (TC)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from annotate.core.errors import InputError
from train.scoring.official.files import check_label, check_span, read_cells
from train.scoring.official.label_sets import Labels, macro_supported, most_frequent
from train.scoring.official.spans import merge, partial_f1
from train.scoring.official.task import (
    EMPTY,
    OURS,
    Answer,
    Answers,
    Key,
    SpanTask,
    always_name,
    check_known,
    check_same,
    shown,
)

LABELS = (
    "Appeal_to_Authority",
    "Appeal_to_fear-prejudice",
    "Bandwagon,Reductio_ad_hitlerum",
    "Black-and-White_Fallacy",
    "Causal_Oversimplification",
    "Doubt",
    "Exaggeration,Minimisation",
    "Flag-Waving",
    "Loaded_Language",
    "Name_Calling,Labeling",
    "Repetition",
    "Slogans",
    "Thought-terminating_Cliches",
    "Whataboutism,Straw_Men,Red_Herring",
)


def read_si(path: Path) -> dict[Key, Answer]:
    """Read rows article TAB start TAB end as the spans of each article."""
    spans: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    places: dict[str, str] = {}
    for where, cells in read_cells(path, "article TAB start TAB end", least=3):
        article = cells[0].strip()
        spans[article].append(check_span(cells[1].strip(), cells[2].strip(), where))
        places.setdefault(article, where)
    return {article: Answer(each, places[article]) for article, each in spans.items()}


def score_si(gold: Answers, submission: Answers) -> Mapping[str, float | None]:
    """Score partial matches after overlapping spans of an article were merged, on both sides."""
    nothing = Answer([], "")
    return partial_f1(
        [merge(answer.value) for answer in gold.values()],
        [merge(submission.get(article, nothing).value) for article in gold],
    )


def _check_si(gold: Answers, submission: Answers, path: Path) -> None:
    """Refuse articles that gold does not have; an article without any span has no row."""
    check_known(gold, submission, "article")


def read_tc(path: Path) -> dict[Key, Answer]:
    """Read rows article TAB label TAB start TAB end as the labels of each span.

    A span may have several rows; the key of a span is article, start and end, parted by tabs.
    """
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    places: dict[str, str] = {}
    for where, cells in read_cells(path, "article TAB label TAB start TAB end", least=4):
        start, end = check_span(cells[2].strip(), cells[3].strip(), where)
        key = f"{cells[0].strip()}\t{start}\t{end}"
        labels[key][check_label(cells[1].strip(), LABELS, where)] += 1
        places.setdefault(key, where)
    return {key: Answer(each, places[key]) for key, each in labels.items()}


def _check_tc(gold: Answers, submission: Answers, path: Path) -> None:
    """Refuse anything but the spans of gold, each with as many labels."""
    check_same(gold, submission, path, "span")
    for key, answer in submission.items():
        given, wanted = answer.value.total(), gold[key].value.total()
        if given != wanted:
            raise InputError(
                f"{answer.where}: {given} rows for span {shown(key)}, but {wanted} in the gold "
                f"file ({gold[key].where}); give as many"
            )


def score_tc(gold: Answers, submission: Answers) -> Mapping[str, float | None]:
    """Score the labels of the given spans; those of identical spans are aligned to match best.

    Each row has one label, so precision, recall and F1 are the same.
    """
    pairs = [pair for key in gold for pair in _align(gold[key].value, submission[key].value)]
    ours = macro_supported([a for a, _ in pairs], [b for _, b in pairs], LABELS)
    return {"micro-F1": sum(wanted == label for wanted, label in pairs) / len(pairs), OURS: ours}


def _align(gold: Counter[str], answer: Counter[str]) -> Iterator[tuple[Labels, Labels]]:
    """Yield gold and answered label of each row of one span, equal ones together."""
    same = gold & answer
    yield from ((frozenset({label}), frozenset({label})) for label in same.elements())
    others = zip((gold - same).elements(), (answer - same).elements(), strict=True)
    yield from ((frozenset({wanted}), frozenset({label})) for wanted, label in others)


def _trivial_tc(gold: Answers) -> dict[str, Answers]:
    labels = [frozenset({label}) for answer in gold.values() for label in answer.value.elements()]
    label = most_frequent(labels, LABELS)
    same = {key: Answer(Counter({label: each.value.total()}), "") for key, each in gold.items()}
    return {always_name(label): same}


SI = SpanTask(
    name="semeval2020-si",
    title="SemEval-2020 Task 11, span identification",
    unit="article",
    read=read_si,
    read_submission=read_si,
    score=score_si,
    check=_check_si,
    trivial=lambda gold: {EMPTY: {}},
)
TC = SpanTask(
    name="semeval2020-tc",
    title="SemEval-2020 Task 11, technique classification",
    unit="span",
    read=read_tc,
    read_submission=read_tc,
    score=score_tc,
    check=_check_tc,
    trivial=_trivial_tc,
)
