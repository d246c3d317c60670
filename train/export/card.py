"""Write the card of an exported model: its purpose, its scores, and how to load it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from annotate.core.labelled_by import simulation_warning
from annotate.core.plurals import counted
from train.evaluation.pages import markdown_escape, markdown_facts, markdown_table
from train.evaluation.tables import label_table, summary
from train.export.examples import examples
from train.export.gate import OnnxFile
from train.export.results import eval_results
from train.models.folder import ModelFolder

if TYPE_CHECKING:
    from huggingface_hub import ModelCardData


def model_card(
    model: ModelFolder,
    request: Mapping[str, Any],
    evaluation: Mapping[str, Any] | None,
    name: str,
    shortages: Sequence[str],
    onnx: Sequence[OnnxFile],
) -> str:
    """Return the README.md of a model folder.

    Args:
        model: The model.
        request: Dataset, encoder and settings of the training run.
        evaluation: The content of evaluation.json; None if the model was not evaluated.
        name: Name of the model.
        shortages: What was too few in the training data, in sentences.
        onnx: The ONNX files, written or not.
    """
    warning = simulation_warning(request["dataset"].get("labelled_by", ""))
    parts = [
        f"---\n{_metadata(model, evaluation, name)}\n---\n",
        f"# {markdown_escape(name)}\n",
        *([f"**{warning}**\n"] if warning else []),
        _purpose(model),
        _RISKS,
        _scores(evaluation),
        _use(model, name, onnx),
        _training(model, request, shortages),
    ]
    return "\n".join(parts)


def _metadata(
    model: ModelFolder, evaluation: Mapping[str, Any] | None, name: str
) -> "ModelCardData":
    from huggingface_hub import ModelCardData

    return ModelCardData(
        language=model.taxonomy.language,
        license="apache-2.0",
        library_name="transformers",
        pipeline_tag="text-classification",
        tags=["rhetoric", "persuasion-techniques", "news"],
        model_name=name if evaluation else None,  # it belongs to the results
        eval_results=eval_results(evaluation) if evaluation else None,
    )


def _purpose(model: ModelFolder) -> str:
    techniques = len(model.labels)
    taxonomy = markdown_escape(f"{model.taxonomy.name} {model.taxonomy.version}")
    return f"""Labels the rhetorical techniques of a news paragraph: none, one or several of
the {techniques} labels of the taxonomy {taxonomy}. `taxonomy.yaml` defines each label.

## Intended use and limits

- Use it as a reading aid, to survey many articles, and for a first pass before people label.
- A label describes how a paragraph argues. It does not tell whether the paragraph is true or its
  author honest; irony and quotations are often misread.
- The model reads one paragraph at a time, without the paragraphs around it, and at most
  {model.settings.max_length} tokens of it.
- Check the scores of the label that you are interested in, and how well people do on it: the
  human ceiling.
- Expect lower scores on outlets, topics and languages that were not in the training data.
"""


_RISKS = """## Risks, and what it must not be used for

- **Partisan bias.** Annotators see more rhetoric in what they disagree with, and the outlets and
  topics of the training data are a choice; the model repeats both. Before you compare outlets,
  parties or topics, label some paragraphs of each and compare the errors.
- Do not judge, rank or sanction a person or an outlet by its labels, and do not remove, hide or
  demote texts by them without a person who reads the text and answers for the decision.
- Do not use it to profile readers or authors, or to make texts more persuasive.
- A paragraph without a label is not thereby neutral or true, and one with a label not thereby
  wrong: quotations, reports on rhetoric and justified warnings are labelled too.
"""


def _scores(evaluation: Mapping[str, Any] | None) -> str:
    if evaluation is None:
        return "## Scores\n\nThis model was not evaluated.\n"
    lines = [
        "## Scores",
        "",
        *markdown_facts(evaluation),
        "",
        *markdown_table(*summary(evaluation)),
        "",
        *markdown_table(*label_table(evaluation)),
        "",
    ]
    return "\n".join(lines)


def _use(model: ModelFolder, name: str, onnx: Sequence[OnnxFile]) -> str:
    size = sum(path.stat().st_size for path in model.folder.glob("*.safetensors"))
    files = "".join(f"- {markdown_escape(str(file))}.\n" for file in onnx)
    return f"""## How to use it

A label is assigned when its score is at least {model.settings.threshold}. Of longer texts the
model reads the first {model.settings.max_length} tokens. Run the examples in the folder that holds
this one, or replace {name!r} by where it is. None of its files is a pickle or runs code;
`sha256sum -c MANIFEST.sha256` checks them.

{examples(model, name, onnx)}
The model in torch is {size / 1e6:.1f} MB. ONNX files, compared with it when it was exported:

{files}"""


def _training(model: ModelFolder, request: Mapping[str, Any], shortages: Sequence[str]) -> str:
    data = request["dataset"]
    recipe = request["recipe"] | {"seed": request["seed"]}
    trained = ", ".join(f"{key} {value}" for key, value in recipe.items() if value != {})
    warnings = "".join(
        f"- **{markdown_escape(text[:1].upper() + text[1:])}**\n" for text in shortages
    )
    chosen = model.settings.chosen  # empty for models from before
    threshold = (
        f"- Threshold: {chosen['rule']}, on {counted(chosen['paragraphs'], 'paragraph')} with "
        f"{counted(chosen['positives'], 'label')}.\n"
        if chosen
        else ""
    )
    return f"""## Training

{warnings}- Encoder: {markdown_escape(str(request["encoder"]))}. The licence above is that of the
  default encoder; check that it suits your encoder and your data.
- Dataset: {markdown_escape(data["name"])} ({data["digest"]}).
- Recipe: {trained}.
{threshold}- Calibration: temperature {model.settings.temperature}, shift {model.settings.shift}.
  Both are part of the weights, so the scores of a plain pipeline are calibrated.
- Model digest {model.digest}, taxonomy digest {model.settings.taxonomy}.
"""
