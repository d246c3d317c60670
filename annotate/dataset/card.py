"""The dataset card: what a stranger reads before using the labels."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotate.aggregation.disputed import disputed_sentence
from annotate.aggregation.methods import Method
from annotate.core.labelled_by import labelled_by, simulation_warning
from annotate.core.stats.estimates import RULE, TOO_FEW
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.merge import SEVERAL_METHODS, merged_lines
from annotate.dataset.split_words import card_sentences

_USAGE = """```python
from datasets import load_dataset

gold = load_dataset("FOLDER")                      # one row per paragraph
answers = load_dataset("FOLDER", "annotations")    # one row per paragraph and annotator
```
"""
# Table, its key in the manifest, and why its paragraphs are not in gold.
_LEFT_OUT = (
    ("disputed", "left_out", "until somebody decides"),
    ("repeats", "repeats", "because another split has a near-duplicate"),
)


def card(
    manifest: Mapping[str, Any],
    agreement: Mapping[str, Any],
    taxonomy: Taxonomy,
    labels: Mapping[str, Sequence[Sequence[str]]],
) -> str:
    """Write the README.md of a dataset folder, as text.

    Args:
        manifest: As in manifest.json.
        agreement: As in agreement.json.
        taxonomy: What the labels mean.
        labels: Split -> label sets of its paragraphs; a split without rows is left out.
    """
    warning = simulation_warning(labelled_by(manifest))
    parts = [
        _header(manifest, taxonomy, list(labels)),
        f"# {manifest['name']}\n",
        *([f"**{warning}**\n"] if warning else []),
        f"Paragraphs of news articles, labelled with {len(taxonomy.labels)} techniques in "
        f"{len(taxonomy.groups)} groups: {taxonomy.title} ({taxonomy.name}, version "
        f"{taxonomy.version}). The definitions are in taxonomy.yaml.\n",
        _USAGE,
        _counts(manifest),
        *_merged(manifest["settings"]),
        _label_table(taxonomy, labels, agreement),
        _ledger(manifest["ledger"], manifest["settings"].get("source", {})),
        _LIMITS.format(
            rule=_rule(manifest["settings"]["aggregate"]) + _disputed(manifest, agreement)
        ),
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
    data = DatasetCardData(
        language=taxonomy.language,
        license="other",
        task_categories=["text-classification"],
        tags=["rhetoric", "persuasion-techniques", "news"],
        configs=[gold, annotations, *(table for table in left_out if table["data_files"])],
    )
    return f"---\n{data.to_yaml(line_break=chr(10))}\n---\n"


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
        *card_sentences(manifest),
        f"The configuration `annotations` has {manifest['annotations']} annotations.",
    )


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
    rows = [[t, *(counts[s][t] for s in labels), alphas[t]] for t in taxonomy.labels]
    none = ["*no technique*", *(sum(not row for row in sets) for sets in labels.values()), ""]
    return _section(
        "Labels and agreement",
        _table(["technique", *labels, "alpha"], [*rows, none]),
        f"Mean alpha over techniques: {_number(agreement['mean_alpha'])}"
        f"{f' ({TOO_FEW})' if agreement.get('too_few_to_tell') else ''}. Alpha is "
        "Krippendorff's, nominal, with 95 % intervals by bootstrap over articles; 1 is perfect, "
        f"0 is chance. {RULE}",
    )


def _figure(row: Mapping[str, Any]) -> str:
    if row["alpha"] is None:
        return "undefined"
    if row["low"] is None:
        return f"{row['alpha']:.2f} ({TOO_FEW})"
    return f"{row['alpha']:.2f} ({_number(row['low'])} to {_number(row['high'])})"


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"


def _ledger(ledger: Mapping[str, Any], source: Mapping[str, str]) -> str:
    changed = "" if source else " because their data was changed there"
    lines = [
        f"{_came_from(source)}: {ledger['tasks']}. Of these {ledger['given']} hold a "
        f"paragraph for somebody ({ledger['paragraphs']} different ones), "
        f"{ledger['unreadable_tasks']} could not be read{changed}, and "
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
    return _section("Ledger", *lines)


def _came_from(source: Mapping[str, str]) -> str:
    """Say what the ledger counts, and where it was read."""
    if source.get("kind") == "merge":
        return "Tasks and rows of the merged datasets"
    name = " ".join(source.get("name", "").replace("`", "'").split())
    if source.get("kind") == "file":
        return f"Rows read from the file `{name}` of labels made elsewhere"
    if source:
        return f"Tasks read from the project `{name}`, which was made elsewhere"
    return "Tasks read from the server"


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


_LIMITS = """## Known limits

- {rule}
- Where a paragraph was adjudicated, the adjudicated labels are used; `annotations` has all answers
  and the decision, told apart by `origin`.
- Skipped paragraphs, drafts and paragraphs called unusable do not count as answers: `annotations`
  has them with their status, the gold labels leave them out.
- The texts belong to their publishers; the labels say nothing about whether a text is true.
"""
