"""The card of an exported model: what it is for, how good it is, how it is loaded."""

import json
from collections.abc import Mapping
from typing import Any

from train.evaluation.pages import (
    HEAD,
    LABEL_HEAD,
    facts,
    label_rows,
    markdown_escape,
    markdown_table,
    summary,
)
from train.models.folder import ModelFolder


def model_card(
    model: ModelFolder,
    request: Mapping[str, Any],
    evaluation: Mapping[str, Any] | None,
    name: str,
) -> str:
    """The README.md of a model folder.

    Args:
        model: The model.
        request: What the training run was asked to do: dataset, encoder, settings.
        evaluation: The content of evaluation.json; None where the model was not evaluated.
        name: What to call the model.
    """
    parts = [
        _header(model, evaluation, name),
        f"# {markdown_escape(name)}\n",
        _purpose(model),
        _figures(evaluation),
        _use(model),
        _origin(model, request),
    ]
    return "\n".join(parts)


def _header(model: ModelFolder, evaluation: Mapping[str, Any] | None, name: str) -> str:
    """YAML as the Hub reads it; strings as JSON, which is YAML too."""
    index = _model_index(evaluation, name) if evaluation else ""
    return f"""---
language: {json.dumps(model.taxonomy.language)}
license: apache-2.0
library_name: transformers
pipeline_tag: text-classification
tags:
- rhetoric
- persuasion-techniques
- news
{index}---
"""


def _model_index(evaluation: Mapping[str, Any], name: str) -> str:
    scores, data = evaluation["scores"]["model"], evaluation["dataset"]
    values = {
        "micro-F1": scores["micro"]["f1"]["value"],
        "macro-F1 over labels with examples": scores["macro"]["value"],
    }
    metrics = "".join(
        f"    - type: f1\n      name: {metric}\n      value: {value}\n"
        for metric, value in values.items()
    )
    return f"""model-index:
- name: {json.dumps(name)}
  results:
  - task:
      type: text-classification
    dataset:
      type: {json.dumps(data["name"])}
      name: {json.dumps(data["name"])}
      split: {json.dumps(evaluation["split"])}
    metrics:
{metrics}"""


def _purpose(model: ModelFolder) -> str:
    techniques = len(model.labels)
    taxonomy = markdown_escape(f"{model.taxonomy.name} {model.taxonomy.version}")
    return f"""Names the rhetorical techniques of a news paragraph: {techniques} labels of the
taxonomy {taxonomy}, several or none a paragraph. What each label means stands in `taxonomy.yaml`.

## Intended use and limits

- For reading along, surveys of many articles, and as a first pass before people label.
- A label says how a paragraph argues. It says nothing about whether the paragraph is true, or
  whether its author means well; irony and quotation are often misread.
- It reads one paragraph at a time, without its neighbours, and of that at most
  {model.settings.max_length} tokens.
- Not for judging a person or an outlet by single predictions. Look at the figures of the label
  that you care about, and at how well people agree on it: the human ceiling.
- Outlets, topics and languages that were not in the training data will do worse.
"""


def _figures(evaluation: Mapping[str, Any] | None) -> str:
    if evaluation is None:
        return "## Figures\n\nThis model was not evaluated.\n"
    lines = [
        "## Figures",
        "",
        *(f"- {markdown_escape(fact)}" for fact in facts(evaluation)),
        "",
        *markdown_table(HEAD, summary(evaluation)),
        "",
        *markdown_table(LABEL_HEAD, label_rows(evaluation)),
        "",
    ]
    return "\n".join(lines)


def _use(model: ModelFolder) -> str:
    return f"""## How to use it

A label holds when its score is at least {model.settings.threshold}.

```python
from transformers import pipeline

classify = pipeline("text-classification", model="FOLDER", top_k=None)
text = "They lie, and they know it."
[scores] = classify([text], truncation=True, max_length={model.settings.max_length})
labels = [s["label"] for s in scores if s["score"] >= {model.settings.threshold}]
```

`sha256sum -c MANIFEST.sha256` checks the files. There is no pickle among them.
"""


def _origin(model: ModelFolder, request: Mapping[str, Any]) -> str:
    settings, data = request["settings"], request["dataset"]
    trained = ", ".join(f"{key} {value}" for key, value in settings.items() if key != "encoder")
    return f"""## Where it comes from

- Encoder: {markdown_escape(str(settings["encoder"]))}. The licence above is that of the default
  encoder; check that it fits yours, and your data.
- Dataset: {markdown_escape(data["name"])} ({data["digest"]}).
- Settings: {trained}.
- Calibrated with temperature {model.settings.temperature} and shift {model.settings.shift}, both
  folded into the head: the scores of a plain pipeline are the calibrated ones.
- Model digest {model.digest}, taxonomy digest {model.settings.taxonomy}.
"""
