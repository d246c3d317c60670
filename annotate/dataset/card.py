"""The dataset card: what a stranger reads before using the labels."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from annotate.aggregation.disputed import disputed_sentence
from annotate.aggregation.methods import Method
from annotate.core.labelled_by import LabelledBy, labelled_by, simulation_warning
from annotate.core.plurals import counted
from annotate.core.records import DatasetRow
from annotate.core.stats.estimates import RULE, TOO_FEW
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.cooccurrence import PICTURE
from annotate.dataset.hub.licences import licence_sentences
from annotate.dataset.merge import SEVERAL_METHODS, merged_lines
from annotate.dataset.splits.report import card_sentences

NO_LICENCE = "other"  # the Hub's word for a licence that is not in its list; here nobody chose one
_FEW = 10  # paragraphs with a technique; rarer ones fold in a long table
_LONG = 10  # techniques
_SIZES = {1e3: "n<1K", 1e4: "1K<n<10K", 1e5: "10K<n<100K", 1e6: "100K<n<1M", 1e7: "1M<n<10M"}

_USAGE = """```python
from datasets import load_dataset

gold = load_dataset("FOLDER")                      # one row per paragraph
answers = load_dataset("FOLDER", "annotations")    # one row per paragraph and annotator
```
"""
_TITLE = "Techniques that occur in the same paragraphs"
# writer.py writes the picture if there is any label.
_PICTURE = ("", f"{_TITLE}:", "", f"![{_TITLE}]({PICTURE})")
# Table, its key in the manifest, and why its paragraphs are not in gold.
_LEFT_OUT = (
    ("disputed", "left_out", "until somebody decides"),
    ("repeats", "repeats", "because another split has a near-duplicate"),
)


def card(
    manifest: Mapping[str, Any],
    agreement: Mapping[str, Any],
    taxonomy: Taxonomy,
    rows: Mapping[str, Sequence[DatasetRow]],
) -> str:
    """Write the README.md of a dataset folder, as text.

    Args:
        manifest: As in manifest.json.
        agreement: As in agreement.json.
        taxonomy: What the labels mean.
        rows: Split -> its paragraphs with gold labels; a split without rows is left out.
    """
    warning = simulation_warning(labelled_by(manifest))
    labels = {split: [row.gold.labels for row in rows[split]] for split in rows}
    elsewhere = _is_elsewhere(manifest)
    parts = [
        _header(manifest, taxonomy, list(rows)),
        f"# {manifest['name']}\n",
        *([f"**{warning}**\n"] if warning else []),
        f"Paragraphs{'' if elsewhere else ' of news articles'}, labelled with "
        f"{counted(len(taxonomy.labels), 'technique')} in "
        f"{counted(len(taxonomy.groups), 'group')}: {taxonomy.title} ({taxonomy.name}, version "
        f"{taxonomy.version}). The definitions are in taxonomy.yaml.\n",
        *([_WITHOUT_TEXT] if manifest.get("without_text") else []),
        _USAGE,
        _counts(manifest),
        *_merged(manifest["settings"]),
        _label_table(taxonomy, labels, agreement),
        _lengths(rows),
        _labelling(manifest, agreement, list(chain.from_iterable(rows.values()))),
        _ledger(manifest["ledger"], manifest["settings"]),
        _USE.format(texts="such texts" if elsewhere else "paragraphs of news"),
        _LIMITS + (_AS_MUCH if agreement["mean_alpha"] is not None else _UNMEASURED),
        _LICENCE + "".join(f"{line}\n" for line in licence_sentences(manifest["settings"])),
    ]
    return "\n".join(parts)


def _header(manifest: Mapping[str, Any], taxonomy: Taxonomy, splits: Sequence[str]) -> str:
    from huggingface_hub import DatasetCardData

    digest, method = manifest["digest"], manifest["settings"]["aggregate"]
    gold = {
        "config_name": "gold",
        "default": True,
        "description": f"Labels by {method}, one row per paragraph. Content {digest}",
        "data_files": [{"split": s, "path": f"gold/{s}-*.parquet"} for s in splits],
    }
    annotations = {
        "config_name": "annotations",
        "description": f"Every answer of every annotator. Content {digest}",
        "data_files": [{"split": "train", "path": "annotations/train-*.parquet"}],
    }
    left_out = [
        {
            "config_name": table,
            "description": f"Paragraphs left out of gold {why}. Content {digest}",
            "data_files": [
                {"split": s, "path": f"{table}/{s}-*.parquet"} for s in manifest.get(key, ())
            ],
        }
        for table, key, why in _LEFT_OUT
    ]
    simulated = labelled_by(manifest) == LabelledBy.SIMULATED
    named = manifest["settings"].get("source", {}).get("languages", "")
    languages = [code for code in named.split(", ") if code]
    data = DatasetCardData(
        language=languages or taxonomy.language,
        multilinguality=["multilingual"] if len(languages) > 1 else None,
        license=NO_LICENCE,
        pretty_name=manifest["name"],
        # Whether people who labelled are experts, nobody told us.
        annotations_creators=["machine-generated"] if simulated else None,
        size_categories=[_size(sum(manifest["paragraphs"].values()))],
        task_categories=["text-classification"],
        task_ids=["multi-label-classification"],
        tags=["rhetoric", "persuasion-techniques", *([] if _is_elsewhere(manifest) else ["news"])],
        configs=[gold, annotations, *(table for table in left_out if table["data_files"])],
    )
    return f"---\n{data.to_yaml(line_break=chr(10))}\n---\n"


def _is_elsewhere(manifest: Mapping[str, Any]) -> bool:
    """Tell whether labels came from elsewhere, so that the texts may be other than news."""
    return "source" in manifest["settings"]


def _size(paragraphs: int) -> str:
    return next((name for most, name in _SIZES.items() if paragraphs < most), "n>10M")


def _section(title: str, *lines: str) -> str:
    return "\n".join([f"## {title}", "", *lines, ""])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"


def _counts(manifest: Mapping[str, Any]) -> str:
    rows = [(s, manifest["articles"][s], n) for s, n in manifest["paragraphs"].items()]
    return _section(
        "Splits",
        _table(["split", "articles", "paragraphs"], rows),
        "All paragraphs of an article are in the same split.",
        *_lineage(manifest.get("lineage")),
        *card_sentences(manifest),
        f"The configuration `annotations` has {counted(manifest['annotations'], 'annotation')}.",
    )


_KEPT_APART = {
    "source": "Outlets are kept apart: the test split has none that the others have.",
    "date": "They go by date: the test split has the newest articles.",
    "given": "They came with the data that were imported or merged.",
}


def _lineage(lineage: Mapping[str, Any] | None) -> list[str]:
    """Say how the splits were drawn and what stays; datasets from before have no lineage."""
    if not lineage:
        return []
    validation, test = (f"{lineage[split]:.0%}" for split in ("validation", "test"))
    drawn = f"Aim: {validation} validation, {test} test; seed {lineage['seed']}."
    folds = f"The column `fold` has {lineage['folds']} folds for cross-validation, without test."
    others = counted(len(lineage["extends"]), "other lineage")
    return [
        *([_KEPT_APART[lineage["by"]]] if lineage["by"] in _KEPT_APART else []),
        *([drawn] if lineage["by"] != "given" else []),
        f"The splits stay: an article keeps its split in every version of the lineage "
        f"`{lineage['id']}`.",
        *([f"Those of {others} hold here too."] if lineage["extends"] else []),
        *([folds] if lineage["folds"] else []),
    ]


def _merged(settings: Mapping[str, Any]) -> list[str]:
    lines = merged_lines(settings)
    return [_section("Merged from", *lines)] if lines else []


def _label_table(
    taxonomy: Taxonomy,
    labels: Mapping[str, Sequence[Sequence[str]]],
    agreement: Mapping[str, Any],
) -> str:
    counts = {s: Counter(label for row in rows for label in row) for s, rows in labels.items()}
    alphas = {row["label"]: _figure(row) for row in agreement["labels"]}
    head = ["technique", *labels, "alpha"]
    rows = {t: [t, *(counts[s][t] for s in labels), alphas[t]] for t in taxonomy.labels}
    none = ["*no technique*", *(sum(not row for row in sets) for sets in labels.values()), ""]
    totals = {t: sum(counts[s][t] for s in labels) for t in rows}
    rare = [t for t, total in totals.items() if total < _FEW and len(rows) > _LONG]
    return _section(
        "Labels and agreement",
        _table(head, [*(row for t, row in rows.items() if t not in rare), none]),
        *([_folded(head, [rows[t] for t in rare])] if rare else []),
        f"Mean alpha over techniques: {_number(agreement['mean_alpha'])}"
        f"{f' ({TOO_FEW})' if agreement.get('too_few_to_tell') else ''}. Alpha is "
        "Krippendorff's, nominal, with 95 % intervals by jackknife over articles; 1 is perfect, "
        f"0 is chance. {RULE}",
        *(_PICTURE if any(totals.values()) else ()),
    )


def _folded(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    title = f"{counted(len(rows), 'technique')} with fewer than {_FEW} paragraphs"
    return f"<details><summary>{title}</summary>\n\n{_table(head, rows)}\n</details>\n"


def _figure(row: Mapping[str, Any]) -> str:
    if row["alpha"] is None:
        return "undefined"
    if row["low"] is None:
        return f"{row['alpha']:.2f} ({TOO_FEW})"
    return f"{row['alpha']:.2f} ({_number(row['low'])} to {_number(row['high'])})"


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"


def _lengths(rows: Mapping[str, Sequence[DatasetRow]]) -> str:
    """Give the quartiles of the paragraphs' words, without reading between two lengths."""
    table = []
    for split, paragraphs in rows.items():
        words = sorted(len(row.paragraph.text.split()) for row in paragraphs)
        table.append([split, *(words[(len(words) - 1) * quarter // 4] for quarter in range(5))])
    head = ["split", "shortest", "first quartile", "median", "third quartile", "longest"]
    return _section("Words per paragraph", _table(head, table))


_BY = {
    LabelledBy.PEOPLE: "by people, in Label Studio",
    LabelledBy.SIMULATED: "by simulated annotators",
    LabelledBy.MIXED: "by people and simulated annotators, in Label Studio",
    LabelledBy.IMPORTED: "elsewhere, and imported",
}


def _labelling(
    manifest: Mapping[str, Any], agreement: Mapping[str, Any], rows: Sequence[DatasetRow]
) -> str:
    """Say who answered how often, and how answers became labels."""
    answers = Counter(row.gold.annotators for row in rows)
    ledger, who = manifest["ledger"], labelled_by(manifest)
    how = next((text for name, text in _BY.items() if name == who), "")
    count = len(ledger["annotators"])
    people, each = counted(count, "annotator"), "" if count == 1 else "each "
    lines = [
        f"Labelled {how}: {people}, {each}under a pseudonym." if how else f"Labelled by {people}.",
        "",
        _table(["answers", "paragraphs"], [(n, answers[n]) for n in sorted(answers)]),
        f"- {_rule(manifest['settings']['aggregate'])}{_disputed(manifest, agreement)}",
    ]
    if decided := sum(n["labelled"] + n["none"] for n in ledger["adjudicators"].values()):
        paragraphs = counted(decided, "paragraph was", "paragraphs were")
        lines.append(f"- {paragraphs} adjudicated: the decision is the gold label.")
    return _section("How it was labelled", *lines)


def _ledger(ledger: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    source = settings.get("source", {})
    unusable = "could not be read because their data was changed there"
    if source:
        rows = source.get("kind") in ("file", "corpus")
        was = "was" if ledger["unreadable_tasks"] == 1 else "were"
        unusable = f"{was} set aside" if rows else "could not be read"
    lines = [
        f"{_came_from(source)}: {ledger['tasks']}. Of these {ledger['given']} hold a "
        f"paragraph for somebody ({ledger['paragraphs']} different ones), "
        f"{ledger['unreadable_tasks']} {unusable}, and "
        f"{ledger['doubled_tasks']} hold a paragraph again. Each person's states add up to the "
        "tasks that this person has:",
        "",
        _people(ledger["annotators"]),
    ]
    if ledger["adjudicators"]:
        lines += [
            "Those who decided where annotators disagreed:",
            "",
            _people(ledger["adjudicators"]),
        ]
    if count := ledger.get("administrators_answers"):
        lines.append(f"Answers of the administrator in annotators' projects, left out: {count}.")
    if "withdrawn" in ledger:
        counts = (f"{n} {what if n != 1 else what[:-1]}" for what, n in ledger["withdrawn"].items())
        lines.append("Withdrawn, and so left out: {}, {}; {}, {}.".format(*counts))
    if rehydrated := settings.get("rehydrated"):
        text = counted(sum(rehydrated["left_out"].values()), "paragraph", "paragraphs")
        lines.append(
            f"Left out after the texts were filled in again, since theirs is missing or changed: "
            f"{text} of version {rehydrated['digest']}."
        )
    return _section("Ledger", *lines)


def _came_from(source: Mapping[str, str]) -> str:
    """Say what the ledger counts, and where it was read."""
    if source.get("kind") == "merge":
        return "Tasks and rows of the merged datasets"
    name = " ".join(source.get("name", "").replace("`", "'").split())
    if not source:
        return "Tasks read from the server"
    return {
        "file": f"Rows read from the file `{name}` of labels made elsewhere",
        "corpus": f"Rows read from the public corpus `{name}`",
    }.get(source.get("kind", ""), f"Tasks read from the project `{name}`, which was made elsewhere")


def _people(people: Mapping[str, Mapping[str, int]]) -> str:
    states = list(next(iter(people.values()), {}))
    rows = [[name, *(counts[state] for state in states)] for name, counts in people.items()]
    return _table(["annotator", *states], rows)


def _rule(method: str) -> str:
    """Say when a label holds; earlier datasets may name methods that no longer exist."""
    if method == SEVERAL_METHODS:
        return "Labels and `scores` are those of the merged datasets, each by its method."
    if method == Method.MAJORITY:
        return "A label holds when more than half of the answers have it. `scores` has the shares."
    name = "Dawid and Skene's method" if method == Method.DAWID_SKENE else f"the method {method}"
    return (
        f"A label holds when its probability, estimated from all answers by {name}, is above one "
        "half; `scores` has the probabilities, agreement.json the quality of each annotator."
    )


def _disputed(manifest: Mapping[str, Any], agreement: Mapping[str, Any]) -> str:
    """Say when a label is disputed, how many are, and what gold does with them."""
    rule = manifest["settings"].get("disputed")
    if not rule:
        return ""
    low, high = rule["from"], rule["to"]
    scores = "one half" if low == high else f"from {low} to {high}"
    counted = disputed_sentence(rule["gold"], agreement["disputed"])
    more = " They stand in the configuration `disputed`." if "left_out" in manifest else ""
    return f" A label is disputed when its score is {scores}: {counted}.{more}"


_WITHOUT_TEXT = """## Without its texts

The articles belong to their publishers, so `text`, `previous`, `next` and `title` are empty here,
and so are the annotators' comments, which may quote. All else is as it was: ids, addresses, labels,
and spans, whose offsets count the characters of the text. With the articles, this fills the texts
in and says which of them no longer fit:

```sh
rhetoric-annotate rehydrate FOLDER ARTICLES -o data/datasets/NAME
```
"""

_USE = """## Intended use

To train and evaluate classifiers that find rhetorical techniques in {texts}, and to
study how people agree about them. A label names a technique in a text: it is no judgement of an
author, an outlet, or whether the text is true, and no ground for removing a text or ranking a
person.
"""

_LIMITS = """## Known limits

- Where a paragraph was adjudicated, the adjudicated labels are used; `annotations` has all answers
  and the decision, told apart by `origin`.
- Skipped paragraphs, drafts and paragraphs called unusable do not count as answers: `annotations`
  has them with their status, the gold labels leave them out.
"""

_AS_MUCH = """\
- Other annotators would disagree with these labels about as much as these disagree with each other:
  see the agreement above.
"""

_UNMEASURED = """\
- How far other annotators would agree with these labels is not known: too few paragraphs have
  several answers.
"""

_LICENCE = f"""## Licence

The licence in the header of this card covers labels, spans and comments; `{NO_LICENCE}` there means
that nobody has chosen one yet. The texts belong to their publishers.
"""
