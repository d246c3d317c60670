"""What a merged dataset says of its parts: agreement, ledger and settings."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotate.aggregation.consensus import Aggregation
from annotate.aggregation.disputed import Disputed
from annotate.aggregation.methods import method_of
from annotate.core.dataset_folder import DatasetFolder
from annotate.core.labelled_by import LabelledBy, labelled_by
from annotate.core.stats.answer_matrix import answer_table
from annotate.core.stats.krippendorff import label_agreement
from annotate.core.taxonomy import Taxonomy
from annotate.dataset.hub.licences import corpus_licences
from annotate.dataset.merge import MERGED, SEVERAL_METHODS, Merged, Part, pseudonym_in
from annotate.sync.pull import agreement_json

Manifests = Mapping[str, Mapping[str, Any]]


def merged_agreement(merged: Merged, taxonomy: Taxonomy, manifests: Manifests) -> dict[str, Any]:
    """Measure agreement over all annotations, as a pull does."""
    rows = [*merged.gold, *merged.disputed]
    article_of = {row.paragraph.id: row.paragraph.article_id for row in rows}
    kept = [a for a in merged.annotations if a.paragraph_id in article_of]
    alphas = label_agreement(answer_table(kept, taxonomy.labels, article_of))
    consensus = Aggregation(
        asked=method_of(_common(manifests, "aggregate")),
        disputed=Disputed.OFF,
        fallback="",
        consensus={row.paragraph.id: row.gold for row in rows},
        quality={},
    )
    agreement = agreement_json(alphas, consensus)
    method = {"method": _common(manifests, "aggregate") or SEVERAL_METHODS}
    return agreement | {"skill": agreement["skill"] | method}


def _common(manifests: Manifests, key: str) -> Any:
    """Return the setting that all parts have; None where they differ."""
    values = [manifest["settings"].get(key) for manifest in manifests.values()]
    return values[0] if all(value == values[0] for value in values) else None


def merged_ledger(manifests: Manifests, *, same_people: bool) -> dict[str, Any]:
    """Add up the ledgers; people of different parts are different, unless they are the same."""
    totals = Counter[str]()
    people: dict[str, dict[str, Counter[str]]] = {"annotators": {}, "adjudicators": {}}
    for name, manifest in manifests.items():
        ledger = manifest["ledger"]
        totals.update({key: n for key, n in ledger.items() if isinstance(n, int)})
        for role, counts in people.items():
            for person, states in ledger.get(role, {}).items():
                pseudonym = person if same_people else pseudonym_in(name, person)
                counts.setdefault(pseudonym, Counter()).update(states)
    tables = {role: {p: dict(c) for p, c in counts.items()} for role, counts in people.items()}
    return dict(totals) | tables


def merged_settings(
    opened: Mapping[str, DatasetFolder],
    parts: Sequence[Part],
    merged: Merged,
    seed: int,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the settings that the parts have in common, and what each of them was.

    Args:
        opened: The datasets by the names of their parts.
        parts: The same, under one taxonomy.
        merged: What became of them.
        seed: Kept in the manifest, for its splits.
        options: How they were merged.
    """
    manifests = {name: dataset.manifest for name, dataset in opened.items()}
    rule = _common(manifests, "disputed")
    rows = [_part_json(opened[part.name], part, merged) for part in parts]
    return {
        "seed": seed,
        "aggregate": _common(manifests, "aggregate") or SEVERAL_METHODS,
        "asked": _common(manifests, "asked") or "",
        **({"disputed": rule} if rule else {}),
        "labelled_by": _labelled_by(manifests.values()),
        "source": {"kind": "merge", "name": ", ".join(opened), **_languages(opened.values())},
        **_licences(manifests.values()),
        MERGED: {**options, "parts": rows},
    }


def _languages(datasets: Iterable[DatasetFolder]) -> dict[str, str]:
    """Return the languages of all parts; a part that names none has that of its taxonomy."""
    named = [
        dataset.manifest["settings"].get("source", {}).get("languages") or dataset.taxonomy.language
        for dataset in datasets
    ]
    return {"languages": ", ".join(dict.fromkeys(", ".join(named).split(", ")))}


def _licences(manifests: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the setting that carries the licences of the corpora among the parts."""
    licences: list[dict[str, str]] = []
    for manifest in manifests:
        licences += [x for x in corpus_licences(manifest["settings"]) if x not in licences]
    return {"licences": licences} if licences else {}


def _part_json(dataset: DatasetFolder, part: Part, merged: Merged) -> dict[str, Any]:
    settings, taxonomy = dataset.manifest["settings"], dataset.manifest["taxonomy"]
    return {
        "name": part.name,
        "digest": dataset.digest,
        "lineage": part.lineage.id,
        "taxonomy": dict(taxonomy),
        **{
            key: settings[key]
            for key in ("aggregate", "disputed", "labelled_by")
            if key in settings
        },
        "paragraphs": len([*part.rows]),
        "left_out": {reason.name.lower(): n for reason, n in merged.left_out[part.name].items()},
    }


def _labelled_by(manifests: Iterable[Mapping[str, Any]]) -> str:
    kinds = {labelled_by(manifest) for manifest in manifests} - {""}
    if len(kinds) > 1 and kinds & {LabelledBy.SIMULATED, LabelledBy.MIXED}:
        return str(LabelledBy.MIXED)
    return " and ".join(sorted(kinds, reverse=True))
