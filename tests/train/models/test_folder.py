import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.errors import InputError, ModelError, RhetoricError, TaxonomyError
from tests.train.samples import WORDS, taxonomy, taxonomy_text
from train.models.folder import Settings, model_digest, model_files, open_model
from train.scoring.drift import Distribution, Inputs


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """What a model folder says of itself, without weights."""
    folder = tmp_path / "model"
    folder.mkdir()
    settings = Settings(0.25, 1.5, -0.5, 64, taxonomy(folder).digest, "abc")
    config = {
        "id2label": {str(number): label for number, label in enumerate(WORDS)},
        "problem_type": "multi_label_classification",
        "rhetoric": settings.to_json(),
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def change(model: Path, **keys: object) -> None:
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    (model / "config.json").write_text(json.dumps(config | keys), encoding="utf-8")


def test_a_model_says_its_labels_and_settings(model: Path) -> None:
    opened = open_model(model)

    assert opened.labels == tuple(WORDS)
    assert opened.settings == Settings(0.25, 1.5, -0.5, 64, opened.taxonomy.digest, "abc")


def test_a_model_says_what_its_threshold_was_chosen_by_and_what_it_read(model: Path) -> None:
    inputs = Inputs(Distribution(9, tuple(map(float, range(9)))), Distribution(3, (0.5,) * 9))
    chosen = {"rule": "best", "paragraphs": 3, "positives": 2, "split": "validation"}
    written = replace(open_model(model).settings, chosen=chosen, inputs=inputs)

    change(model, rhetoric=written.to_json())

    assert open_model(model).settings == written


def test_a_model_from_before_has_neither(model: Path) -> None:
    old = open_model(model).settings.to_json()
    del old["chosen"], old["inputs"]
    change(model, rhetoric=old)

    settings = open_model(model).settings

    assert (settings.chosen, settings.inputs) == ({}, None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("chosen", []),
        ("chosen", {"rule": "best"}),
        ("inputs", []),
        ("inputs", {}),
        ("inputs", {"words": 1, "labels": 2}),
    ],
)
def test_a_broken_description_of_the_threshold_or_the_inputs_is_refused(
    model: Path, key: str, value: object
) -> None:
    change(model, rhetoric=open_model(model).settings.to_json() | {key: value})

    with pytest.raises(ModelError, match=rf"rhetoric\.{key} .*; export the model again"):
        open_model(model)


def test_a_run_is_opened_as_its_model(model: Path) -> None:
    (model.parent / "fit.json").write_text("{}", encoding="utf-8")

    assert open_model(model.parent) == open_model(model)


def test_cards_and_figures_do_not_change_the_digest_but_weights_do(model: Path) -> None:
    before = model_digest(model)
    for name in ("README.md", "evaluation.json", "MANIFEST.sha256", ".gitattributes"):
        (model / name).write_text("about", encoding="utf-8")
    assert model_digest(model) == before

    (model / "model.safetensors").write_bytes(b"weights")
    assert model_digest(model) != before
    assert [path.name for path in model_files(model)] == [
        "config.json",
        "model.safetensors",
        "taxonomy.yaml",
    ]


def test_the_digest_does_not_depend_on_the_place(model: Path, tmp_path: Path) -> None:
    assert model_digest(shutil.copytree(model, tmp_path / "elsewhere")) == model_digest(model)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="neither a model folder nor a finished run"):
        open_model(tmp_path)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"rhetoric": None}, "not a model of this project"),
        ({"rhetoric": {"format": 9}}, "model format 9, this version reads 1"),
        ({"rhetoric": {"format": 1, "threshold": "x"}}, r"rhetoric\.threshold is not a number"),
        ({"rhetoric": {"format": 1, "threshold": True}}, r"rhetoric\.threshold is not a number"),
        ({"id2label": ["a"]}, "'id2label' does not number the labels"),
        ({"id2label": {"0": "a", "2": "b"}}, "'id2label' does not number the labels"),
    ],
)
def test_a_configuration_that_is_not_ours_is_refused(
    model: Path, keys: dict[str, object], message: str
) -> None:
    change(model, **keys)

    with pytest.raises(ModelError, match=message):
        open_model(model)


@pytest.mark.parametrize("kind", [None, "single_label_classification"])
def test_a_model_that_other_programs_would_run_with_softmax_is_refused(
    kind: str | None, model: Path
) -> None:
    change(model, problem_type=kind)

    with pytest.raises(ModelError, match=r"config\.json: problem_type is .*, not 'multi_label"):
        open_model(model)


def test_files_in_folders_do_not_change_the_digest(model: Path) -> None:
    before = model_digest(model)
    (model / "onnx").mkdir()
    (model / "onnx" / "model.onnx").touch()

    assert model_digest(model) == before


def test_a_configuration_that_is_no_json_is_refused_with_its_line(model: Path) -> None:
    (model / "config.json").write_text("{\n nonsense", encoding="utf-8")

    with pytest.raises(RhetoricError, match=r"config\.json:2: not JSON"):
        open_model(model)


@pytest.mark.parametrize(
    "labels", [("insult", "fear", "doubt", "values"), ("insult", "doubt", "fear")]
)
def test_a_taxonomy_that_is_not_the_models_is_refused(model: Path, labels: tuple[str, ...]) -> None:
    (model / "taxonomy.yaml").write_text(taxonomy_text(labels), encoding="utf-8")

    with pytest.raises(TaxonomyError, match="not the one that the model was trained on"):
        open_model(model)


def test_a_model_without_its_taxonomy_is_refused(model: Path) -> None:
    (model / "taxonomy.yaml").unlink()

    with pytest.raises(InputError, match=r"taxonomy\.yaml: no such file"):
        open_model(model)
