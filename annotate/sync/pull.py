"""Fetch what people labelled, check all of it, and write the dataset folder."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.aggregation.consensus import Aggregation, aggregate
from annotate.aggregation.methods import DEFAULT, Method
from annotate.core.io.files import read_text, writing
from annotate.core.records import DatasetRow
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.krippendorff import ANY, Alpha, label_agreement, mean_alpha
from annotate.core.taxonomy_file import load_taxonomy
from annotate.dataset.splits import SHARES, Row, split_articles
from annotate.dataset.writer import DatasetContent, check_link, write_dataset
from annotate.label_studio.tasks import TaskSource
from annotate.privacy.withdrawal_list import keep_out, read_withdrawn, withdrawn_file
from annotate.sync.collect import Harvest, gather


@dataclass(frozen=True, slots=True)
class PullReport:
    """What a pull found and wrote.

    Attributes:
        folder: The version that the dataset's link points at.
        rejected_file: What was set aside, a JSON line each, with the reason.
        set_aside: Number of those lines.
        ledger: As in the manifest.
        agreement: As in agreement.json.
        splits: Split -> paragraphs.
    """

    folder: Path
    rejected_file: Path
    set_aside: int
    ledger: Mapping[str, Any]
    agreement: Mapping[str, Any]
    splits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PullConfig:
    """How answers become a dataset.

    Attributes:
        seed: Of the splits and the bootstrap.
        method: How the answers to a paragraph become its labels.
        source: Where the answers came from, for the manifest; empty for a project of ours.
    """

    seed: int
    method: Method = DEFAULT
    source: Mapping[str, str] = field(default_factory=dict)


def pull(
    stores: Sequence[TaskSource],
    taxonomy_file: Path,
    out: Path,
    key_file: Path,
    config: PullConfig,
) -> PullReport:
    """Write what the stores hold to the dataset folder `out`; twice gives the same bytes.

    Raises:
        InputError: Nothing is labelled yet, or the folder cannot be written.
        ServerError: A store cannot be read.
    """
    check_link(out)
    taxonomy = load_taxonomy(taxonomy_file)
    kept, left_out = keep_out(stores, read_withdrawn(withdrawn_file(key_file)))
    harvest = gather(kept, taxonomy, key_file)
    ledger = {**harvest.ledger, **left_out.to_ledger()}
    article_of = {p.id: p.article_id for p in harvest.paragraphs}
    table = answer_table(harvest.annotations, taxonomy.labels, article_of)
    merged = aggregate(table, taxonomy, config.method)
    gold = _gold(harvest, merged, config.seed)
    found = label_agreement(table, config.seed)
    content = DatasetContent(
        name=out.name,
        taxonomy=taxonomy,
        taxonomy_text=read_text(taxonomy_file),
        gold=gold,
        annotations=harvest.annotations,
        agreement=agreement_json(found, merged),
        ledger=ledger,
        settings={
            "seed": config.seed,
            "shares": list(SHARES),
            "aggregate": str(merged.method),
            "asked": str(merged.asked),
            **({"source": dict(config.source)} if config.source else {}),
        },
    )
    rejected_file = out.with_name(f"{out.name}.rejected.jsonl")
    with writing(rejected_file) as file:  # first: it explains a dataset that cannot be written
        file.writelines(json.dumps(row) + "\n" for row in harvest.rejected)
    folder = write_dataset(content, out)
    splits = Counter(row.split for row in gold)
    return PullReport(
        folder,
        rejected_file,
        len(harvest.rejected),
        ledger,
        content.agreement,
        dict(splits),
    )


def _gold(harvest: Harvest, merged: Aggregation, seed: int) -> list[DatasetRow]:
    labelled = [(p, merged.consensus[p.id]) for p in harvest.paragraphs if p.id in merged.consensus]
    if not labelled:
        return []
    rows = [Row(p.article_id, p.cluster, gold.labels) for p, gold in labelled]
    split = split_articles(rows, seed)
    return [DatasetRow(p, gold, split[p.article_id]) for p, gold in labelled]


def agreement_json(found: Iterable[Alpha], merged: Aggregation) -> dict[str, Any]:
    """Agreement and skill as agreement.json has them; what is undefined is null."""
    found = list(found)
    rows = [
        {
            "label": a.label,
            "alpha": _number(a.alpha),
            "low": _number(a.interval.low),
            "high": _number(a.interval.high),
            "positive": a.positive,
            "answers": a.answers,
        }
        for a in found
    ]
    return {
        "format": 1,
        "measure": "Krippendorff's alpha, nominal; 95 % interval by bootstrap over articles",
        "mean_alpha": _number(mean_alpha(found)),
        "labels": [row for row in rows if row["label"] != ANY],
        "any": next(row for row in rows if row["label"] == ANY),
        "skill": merged.quality_json(),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
