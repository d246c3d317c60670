import re
from dataclasses import fields
from pathlib import Path

import pytest

from annotate.core.errors import InputError
from train.training.recipe import (
    Range,
    Recipe,
    choose_recipe,
    find_recipe,
    recipe_names,
    with_settings,
)


@pytest.mark.parametrize(
    ("paragraphs", "epochs"),
    # 700 steps of 16: 11,200 paragraphs are one pass, but at least 2 and at most 10 are made
    [(50, 10), (687, 10), (1819, 6), (8459, 2), (100_000, 2)],
)
def test_epochs_follow_the_data(paragraphs: int, epochs: int) -> None:
    assert find_recipe("minilm").epochs(paragraphs) == epochs


def test_the_steps_of_a_run_are_those_of_its_epochs() -> None:
    assert Recipe(min_epochs=3, max_epochs=3, batch_size=16).total_steps(33) == 9


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_gives_each_number_that_matters(name: str) -> None:
    recipe = find_recipe(name)

    text = Path(f"train/training/recipes/{name}.toml").read_text(encoding="utf-8")
    assert recipe.name == name
    for key in ("learning_rate", "steps", "max_epochs", "batch_size", "pooling"):
        assert re.search(rf"^{key} = ", text, re.M), key
    assert "learning_rate" in recipe.ranges


def test_the_default_recipe_is_the_one_of_minilm() -> None:
    written, default = find_recipe("minilm"), Recipe()

    for item in fields(Recipe):
        if item.name != "ranges":
            assert getattr(written, item.name) == getattr(default, item.name), item.name


def test_mpnet_learns_at_half_of_minilms_rate() -> None:
    assert find_recipe("mpnet").learning_rate == find_recipe("minilm").learning_rate / 2


def test_a_setting_changes_one_number() -> None:
    recipe = with_settings(Recipe(), ["learning_rate=5e-5", "loss=bce", "freeze_embeddings=false"])

    assert (recipe.learning_rate, recipe.loss, recipe.freeze_embeddings) == (5e-5, "bce", False)
    assert recipe.batch_size == Recipe().batch_size


def test_other_arguments_of_the_library_are_passed_on() -> None:
    recipe = with_settings(Recipe(), ["lr_scheduler_type=cosine", "adam_beta2=0.98"])

    assert recipe.arguments == {"lr_scheduler_type": "cosine", "adam_beta2": 0.98}


def test_of_several_arguments_the_one_at_fault_is_named() -> None:
    settings = ["lr_scheduler_type=cosine", "fp16=true", "bf16=true", "logging_steps=5"]

    with pytest.raises(InputError, match=r"^--set: fp16( and bf16)? cannot be used: At most on"):
        with_settings(Recipe(), settings)
    assert with_settings(Recipe(), settings[:1] + settings[3:]).arguments["logging_steps"] == 5


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("learning_rat=1e-4", "no setting 'learning_rat'; the nearest is learning_rate"),
        ("lr=1e-3", "no setting 'lr'; the nearest is learning_rate"),
        ("batch=8", "no setting 'batch'; the nearest is batch_size"),
        ("epochs=3", "no setting 'epochs'; the nearest is max_epochs"),
        ("attention=flash", "attention must be one of auto, eager, sdpa"),
        ("lr_schedular_type=cosine", "the nearest is lr_scheduler_type"),
        ("learning_rate", "write key=value"),
        ("learning_rate=fast", "learning_rate must be a number, not 'fast'"),
        ("batch_size=1.5", "batch_size must be a whole number, not 1.5"),
        ("freeze_embeddings=1", "freeze_embeddings must be true or false, not 1"),
        ("batch_size=0", "batch_size must be between 1 and"),
        ("loss=hinge", "loss must be one of asymmetric, bce"),
        ("pooling=max", "pooling must be one of mean, first"),
        ("min_epochs=11", "min_epochs is above max_epochs"),
        ("per_device_train_batch_size=5", "batch_size (16) is no multiple of"),
        ("num_train_epochs=3", "set min_epochs and max_epochs"),
        ("output_dir=x", "output_dir cannot be set: fit decides it, or makes no use of it"),
        ("label_smoothing_factor=0.1", "label_smoothing_factor cannot be set: fit decides it"),
        ("neftune_noise_alpha=5", "neftune_noise_alpha cannot be set: fit decides it"),
        ("deepspeed=ds.json", "deepspeed cannot be set: fit decides it"),
        ("optim=adafactor", "optim can only be adamw_torch_fused"),
        ("adam_beta1=abc", "adam_beta1 must be a number, not 'abc'"),
        ("adam_beta1=1.5", "adam_beta1 cannot be used: Invalid beta parameter"),
        ("lr_scheduler_type=foo", "lr_scheduler_type cannot be used: foo is not a valid"),
        ("lr_scheduler_type=cosine_with_min_lr", "lr_scheduler_type cannot be used: One of min_lr"),
        ("lr_scheduler_kwargs={foo=1}", "lr_scheduler_kwargs cannot be used: "),
        ("logging_steps=abc", "logging_steps must be a whole number, not 'abc'"),
        ("dataloader_num_workers=abc", "dataloader_num_workers must be a whole number, not 'abc'"),
        ("dataloader_num_workers=-1", "dataloader_num_workers must not be negative"),
        ("bf16=perhaps", "bf16 must be true or false, not 'perhaps'"),
    ],
)
def test_a_setting_that_no_run_can_use_is_one_line(setting: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        with_settings(Recipe(), [setting])
    assert "\n" not in str(caught.value)


def test_a_file_is_a_recipe(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        "learning_rate = 2e-5\n[ranges]\nlearning_rate = { low = 1e-5, high = 1e-4, log = true }\n"
        'loss = ["bce", "asymmetric"]\n',
        encoding="utf-8",
    )

    recipe = choose_recipe(str(path), "minilm")

    assert (recipe.name, recipe.learning_rate, recipe.batch_size) == ("mine", 2e-5, 16)
    assert recipe.ranges["learning_rate"] == Range(1e-5, 1e-4, log=True)
    assert recipe.ranges["loss"].choices == ("bce", "asymmetric")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("learning_rate = = 1", "not TOML"),
        ("rate = 1", "there is no setting 'rate'"),
        ("lerning_rate = 1", "there is no setting 'lerning_rate'; the nearest is learning_rate"),
        ("ranges = 3", "ranges must be a table, not 3"),
        ("[ranges]\nlr = [1]", "ranges: there is no setting 'lr'; the nearest is learning_rate"),
        ("[ranges]\nloss = 1", "ranges: loss must be a list"),
        ("[ranges]\nloss = {low = 1, high = 2}", "ranges: loss must be a list"),
        ("[ranges]\nlearning_rate = ['a']", "ranges: learning_rate must be a number, not 'a'"),
        ("[ranges]\nlearning_rate = {low = 'a', high = 3}", "learning_rate must be a number"),
        ("[ranges]\nadam_beta1 = [0.8]", "ranges: adam_beta1 has no range"),
    ],
)
def test_a_broken_file_is_one_line_that_names_it(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=re.escape(message)) as caught:
        find_recipe(str(path))
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"steps = 5\n# \xff\n")

    with pytest.raises(InputError, match=re.escape(f"{path}:2: not UTF-8 at byte 12")):
        find_recipe(str(path))


def test_a_recipe_that_is_not_there_is_refused_with_the_names() -> None:
    with pytest.raises(InputError, match="the recipes are auto, base, large, minilm, mpnet"):
        find_recipe("huge")
    with pytest.raises(InputError, match="no such recipe or file; the nearest is minilm; the rec"):
        find_recipe("minlm")


@pytest.mark.parametrize(
    ("kind", "values", "name"),
    [
        ("BertConfig", {"hidden_size": 384, "num_attention_heads": 12}, "minilm"),
        ("BertConfig", {}, "base"),
        ("BertConfig", {"hidden_size": 384, "vocab_size": 250_037}, "multilingual"),
        ("XLMRobertaConfig", {"vocab_size": 250_002}, "base"),
        ("MPNetConfig", {}, "mpnet"),
        ("ModernBertConfig", {}, "base"),
        ("DebertaV2Config", {"hidden_size": 1024, "vocab_size": 128_100}, "large"),
    ],
)
def test_auto_takes_the_recipe_of_the_encoders_family(
    kind: str, values: dict[str, int], name: str, tmp_path: Path
) -> None:
    import transformers

    getattr(transformers, kind)(**values).save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")

    assert choose_recipe("auto", str(tmp_path)).name == name


def test_the_help_names_every_recipe() -> None:
    from typer.testing import CliRunner

    from train.cli import app

    shown = CliRunner().invoke(app, ["fit", "--help"], env={"COLUMNS": "200"}).stdout
    assert all(name in shown for name in ("auto", *recipe_names()))
