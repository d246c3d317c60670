"""The scores of a model as the Hugging Face Hub reads them: in the card, and in .eval_results."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotate.core.labelled_by import simulation_warning

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

FOLDER = ".eval_results"


def eval_results(evaluation: Mapping[str, Any]) -> list["EvalResult"]:
    """Return the scores for the card's `model-index`."""
    from huggingface_hub import EvalResult

    name = evaluation["dataset"]["name"]
    return [
        EvalResult(
            task_type="text-classification",
            dataset_type=name,
            dataset_name=f"{name}{_whose_labels(evaluation)}",
            dataset_split=evaluation["split"],
            metric_type="f1",
            metric_name=metric,
            metric_value=value,
        )
        for metric, value in _figures(evaluation).items()
    ]


def write_results(evaluation: Mapping[str, Any], folder: Path) -> None:
    """Write the scores into .eval_results of a model folder.

    The Hub shows them once the dataset's id is that of a dataset there.
    """
    from huggingface_hub import EvalResultEntry, eval_result_entries_to_yaml
    from huggingface_hub.utils import yaml_dump  # type: ignore[attr-defined]  # re-exported without saying so

    data, split = evaluation["dataset"], evaluation["split"]
    entries = [
        EvalResultEntry(
            dataset_id=data["name"],
            task_id=f"{split}-{metric.split()[0].lower()}",  # one value for each
            value=value,
            notes=f"{metric}, split {split}, dataset {data['digest']}{_whose_labels(evaluation)}",
        )
        for metric, value in _figures(evaluation).items()
    ]
    (folder / FOLDER).mkdir()
    text = yaml_dump(eval_result_entries_to_yaml(entries))
    (folder / FOLDER / f"{data['name']}.yaml").write_text(text, encoding="utf-8")


def _figures(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    scores = evaluation["scores"]["model"]
    return {
        "micro-F1": scores["micro"]["f1"]["value"],
        "macro-F1 over labels with examples": scores["macro"]["value"],
    }


def _whose_labels(evaluation: Mapping[str, Any]) -> str:
    """Name simulated labels in the metadata too, where only a name and a number are read."""
    labellers = evaluation.get("labelled_by") or ""
    return f" (labelled by: {labellers})" if simulation_warning(labellers) else ""
