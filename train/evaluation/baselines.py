"""Let the baselines answer the paragraphs that a model is scored on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotate.core.dataset_folder import DatasetFolder
from annotate.core.errors import InputError, RhetoricError
from annotate.core.io.json_files import read_object
from train.baselines.comparison import Answer, answer
from train.baselines.embeddings import embed
from train.baselines.verdict import curve_in_words
from train.dataset import Split, read_split
from train.models.encoder import MINILM, Encoder, find_encoder

CURVE = "learning-curve.json"


def baseline_answers(
    dataset: DatasetFolder, rows: Split, model: Path
) -> tuple[dict[str, Answer], str]:
    """Return what each baseline predicts, and a sentence if the frozen encoder is not the model's.

    Without splits to train them on and to choose thresholds by, there are no baselines.
    """
    try:
        train, validation = read_split(dataset, "train"), read_split(dataset, "validation")
    except InputError:
        return {}, ""
    texts = [*train.texts, *validation.texts, *rows.texts]
    encoder, note = frozen_encoder(model, texts)
    return answer(train, validation, rows, encoder), note


def frozen_encoder(model: Path, texts: Sequence[str]) -> tuple[Encoder | None, str]:
    """Return the model's own encoder; minilm where it cannot be had, and else none."""
    request = _request(model)
    name = str(request.get("encoder", ""))
    if name and (encoder := _usable(name, str(request.get("encoder_digest", "")), texts)):
        return encoder, ""
    why = (
        f"the model's own, {name}, cannot be loaded any more or has changed"
        if name
        else "a model folder does not tell of which encoder it was made; evaluate its run instead"
    )
    if encoder := _usable(MINILM, "", texts):
        return encoder, f"The frozen encoder is minilm: {why}."
    return None, f"There is no frozen encoder beside the model: minilm is not installed, and {why}."


def _usable(name: str, digest: str, texts: Sequence[str]) -> Encoder | None:
    """Return the encoder if it can be had and has this digest, if one is asked for."""
    try:
        encoder = find_encoder(name)
        if digest and encoder.digest != digest:
            return None
        embed(encoder, texts)  # kept for the baselines; only now a Hub id is looked up
    except RhetoricError:
        return None
    return encoder


def _request(model: Path) -> dict[str, Any]:
    """Return the request of a training run; nothing for a model folder."""
    path = model / "fit.json"
    if not path.is_file():
        return {}
    request = read_object(path, "train again").get("request")
    return request if isinstance(request, dict) else {}


def read_curve(model: Path) -> str:
    """Return what the learning curve of a run says of the baselines; nothing without one."""
    places = (model / CURVE, model / "learning-curve" / CURVE)
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return ""
    remedy = "run 'rhetoric-train learning-curve' again"
    try:
        return curve_in_words(read_object(path, remedy)["points"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: not in the form of a learning curve; {remedy}") from error
