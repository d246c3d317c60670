"""Recipes: the numbers of a training run, in a TOML file with the reason beside each.

A recipe suits a family of encoders. `--set key=value` changes one number; besides the keys below,
some arguments of transformers' `TrainingArguments` can be set, under their own names.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from annotate.core.errors import InputError
from annotate.core.io.files import read_text
from train.models.encoder import find_encoder, read_config
from train.training.arguments import ARGUMENTS, check_arguments
from train.training.losses import LOSSES

AUTO = "auto"
POOLINGS = ("mean", "first")
ATTENTIONS = (AUTO, "eager", "sdpa")
_RECIPES = files("train.training").joinpath("recipes")
# Decides how much memory the same steps take, so that a run may go on with another one
SHARE = "per_device_train_batch_size"
_RANGES = "ranges"
# Short names that people try, too far from the setting's to be told by the spelling
_ALIASES = {
    "lr": "learning_rate",
    "batch": "batch_size",
    "bs": "batch_size",
    "epochs": "max_epochs",
    "wd": "weight_decay",
    "warmup": "warmup_steps",
    "max_tokens": "max_length",
    "rank": "lora_rank",
    "ema": "averaging",
    "scheduler": "lr_scheduler_type",
}


@dataclass(frozen=True, slots=True)
class Range:
    """The values that `sweep` tries of a key: a stretch of numbers, or a list."""

    low: float = 0.0
    high: float = 0.0
    log: bool = False
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        steps: Optimizer steps to aim at: few paragraphs are passed over more often.
        min_epochs: Passes over the data at least, however many paragraphs there are.
        max_epochs: Passes over the data at most.
        learning_rate: Peak learning rate of the encoder.
        head_rate: How many times as fast the new layers learn.
        batch_size: Paragraphs per optimizer step, over all processes and accumulated steps.
        per_device_train_batch_size: Paragraphs a process computes at a time; 0 for all of its
            share. Less memory, the same steps.
        max_length: Longest paragraph in tokens; less if the encoder cannot read as many.
        loss: A name of `LOSSES`.
        marked_words: Weight of the loss on the words that annotators marked; 0 ignores them.
        averaging: Decay of the moving average of the weights; 0 keeps the last weights.
        pooling: What the head reads: `mean` of all tokens or the `first` one.
        freeze_embeddings: Whether word embeddings stay as they are.
        attention: Implementation of attention in training, of `ATTENTIONS`; `auto` takes eager on
            a CPU, where it is cheaper at these lengths (benchmarks/README.md).
        lora_rank: Rank of the low-rank updates (LoRA); 0 trains all weights.
        arguments: Further `TrainingArguments`, of `ARGUMENTS`.
        ranges: What `sweep` tries.
    """

    name: str = "minilm"
    steps: int = 700
    min_epochs: int = 2
    max_epochs: int = 10
    learning_rate: float = 1e-4
    head_rate: float = 20.0
    weight_decay: float = 0.01
    warmup_steps: float = 0.1
    max_grad_norm: float = 1.0
    batch_size: int = 16
    per_device_train_batch_size: int = 0
    max_length: int = 256
    loss: str = "asymmetric"
    marked_words: float = 1.0
    averaging: float = 0.995
    pooling: str = "mean"
    freeze_embeddings: bool = True
    attention: str = "auto"
    lora_rank: int = 0
    lora_alpha: int = 16
    arguments: Mapping[str, Any] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)

    def epochs(self, paragraphs: int) -> int:
        """Return the passes over `paragraphs` rows that come nearest to `steps`."""
        per_epoch = -(-paragraphs // self.batch_size)
        return min(max(round(self.steps / max(per_epoch, 1)), self.min_epochs), self.max_epochs)

    def total_steps(self, paragraphs: int) -> int:
        """Return the optimizer steps of a run on `paragraphs` rows."""
        return self.epochs(paragraphs) * -(-paragraphs // self.batch_size)

    def to_json(self) -> dict[str, Any]:
        """Return the settings, without the ranges, which do not change a run."""
        values = asdict(self)
        del values[_RANGES]
        return values


_KINDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a name",
    dict: "a table",
}
_KEYS = {item.name: item for item in fields(Recipe) if item.name not in {"arguments", _RANGES}}


def recipe_names() -> tuple[str, ...]:
    """Return the names of the recipes that come with the project."""
    names = (Path(entry.name) for entry in _RECIPES.iterdir())
    return tuple(sorted(name.stem for name in names if name.suffix == ".toml"))


def find_recipe(name: str) -> Recipe:
    """Read a recipe by its name, or from a TOML file.

    Raises:
        InputError: There is no such recipe, or the file holds what no recipe can hold.
    """
    path = Path(name)
    if name in recipe_names():
        where, text = f"recipe {name}", _RECIPES.joinpath(f"{name}.toml").read_text("utf-8")
    elif path.suffix == ".toml" and path.is_file():
        where, text = name, read_text(path)
    else:
        raise InputError(
            f"--recipe {name}: no such recipe or file{_nearest(name, (AUTO, *recipe_names()))}; "
            f"the recipes are {AUTO}, {', '.join(recipe_names())}, or a file that ends in .toml"
        )
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where}: not TOML: {error}; fix the file") from error
    ranges = values.pop(_RANGES, {})
    if not isinstance(ranges, dict):
        raise InputError(f"{where}: ranges must be a table, not {ranges!r}")
    return changed(
        Recipe(path.stem, ranges={key: _range(where, key, ranges[key]) for key in ranges}),
        values,
        where,
    )


def choose_recipe(name: str, encoder: str, settings: Sequence[str] = ()) -> Recipe:
    """Return the recipe that `--recipe` names, with the values of `--set`.

    Args:
        name: A recipe, a TOML file, or `auto` for the one of the encoder's family.
        encoder: As `--encoder` names it, or the folder of a model.
        settings: Each `key=value`.

    Raises:
        InputError: As `find_recipe` and `with_settings`.
        ModelError: The encoder cannot be found.
    """
    if name == AUTO:
        name = _family(read_config(find_encoder(encoder)))
    return with_settings(find_recipe(name), settings)


def _family(config: Any) -> str:
    """Return the name of the recipe for an encoder, by its transformers configuration."""
    kind, width = str(config.model_type), int(getattr(config, "hidden_size", 768))
    if width >= 1024:
        return "large"
    if kind == "mpnet":
        return "mpnet"
    if width > 512:
        return "base"
    return "multilingual" if config.vocab_size > 100_000 else "minilm"


def with_settings(recipe: Recipe, settings: Sequence[str]) -> Recipe:
    """Return the recipe with the values of `--set key=value`.

    Raises:
        InputError: A key is unknown, or a value is of the wrong type.
    """
    values = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise InputError(f"--set {setting}: write key=value, such as learning_rate=5e-5")
        values[key.strip()] = _value(text.strip())
    return changed(recipe, values, "--set")


def _value(text: str) -> Any:
    """Read a value as TOML does; what is no TOML value is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return {"True": True, "False": False}.get(text, text)


def changed(recipe: Recipe, values: Mapping[str, Any], where: str) -> Recipe:
    """Return the recipe with other values, some of them of `TrainingArguments`.

    Raises:
        InputError: As `with_settings`; `where` begins the message.
    """
    typed = {key: _typed(where, key, value) for key, value in values.items()}
    ours = {key: value for key, value in typed.items() if key in _KEYS}
    arguments = {**recipe.arguments, **{k: v for k, v in typed.items() if k not in _KEYS}}
    if arguments != recipe.arguments:  # slow
        check_arguments(arguments, where)
    result = replace(recipe, **ours, arguments=arguments)
    _check(result, where)
    return result


def _typed(where: str, key: str, value: Any) -> Any:
    """Return a value of a key's type; a whole number serves as a fraction.

    Raises:
        InputError: It is of another type, or there is no such key.
    """
    wanted = type(getattr(Recipe(), key)) if key in _KEYS else ARGUMENTS.get(key)
    if wanted is None:
        raise _unknown(where, key)
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:
        raise InputError(f"{where}: {key} must be {_KINDS[wanted]}, not {value!r}")
    return value


def _unknown(where: str, key: str) -> InputError:
    """Return the error for a key that cannot be set."""
    from transformers import TrainingArguments

    if key in {item.name for item in fields(TrainingArguments)}:
        return InputError(f"{where}: {key} cannot be set: {_instead(key)}")
    near = _nearest(key, (*_KEYS, *ARGUMENTS))
    return InputError(f"{where}: there is no setting {key!r}{near} (docs/training.md)")


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return words that name the known name that is most like an unknown one; empty if none is."""
    alias = _ALIASES.get(name, name)
    near = get_close_matches(alias, list(known), n=1, cutoff=0.5)
    return f"; the nearest is {near[0]}" if near else ""


def _instead(key: str) -> str:
    others = {
        "num_train_epochs": "min_epochs and max_epochs",
        "max_steps": "steps",
        "gradient_accumulation_steps": "batch_size and per_device_train_batch_size",
        "warmup_ratio": "warmup_steps, which takes a fraction",
        "seed": "the option --seed",
        "report_to": "the option --log-to",
        "activation_checkpointing": "gradient_checkpointing",
    }
    if key in others:
        return f"set {others[key]}"
    return "fit decides it, or makes no use of it (docs/training.md)"


def _check(recipe: Recipe, where: str) -> None:
    """Refuse values that no run can use."""
    names_of = {"loss": tuple(LOSSES), "pooling": POOLINGS, "attention": ATTENTIONS}
    for key, names in names_of.items():
        if getattr(recipe, key) not in names:
            raise InputError(f"{where}: {key} must be one of {', '.join(names)}")
    limits = {
        **dict.fromkeys(("steps", "min_epochs", "max_epochs", "batch_size"), (1, 10**9)),
        **dict.fromkeys(("weight_decay", "marked_words", "warmup_steps", "lora_rank"), (0, 10**6)),
        "learning_rate": (1e-9, 1.0),
        "head_rate": (1e-3, 1e4),
        "max_length": (8, 10**6),
        "averaging": (0, 0.99999),
        "max_grad_norm": (0, 10**9),
        "per_device_train_batch_size": (0, 10**9),
        "lora_alpha": (1, 10**6),
    }
    for key, (low, high) in limits.items():
        if not low <= getattr(recipe, key) <= high:
            raise InputError(f"{where}: {key} must be between {low:g} and {high:g}")
    share = recipe.per_device_train_batch_size
    if share and recipe.batch_size % share:
        raise InputError(
            f"{where}: batch_size ({recipe.batch_size}) is no multiple of "
            f"per_device_train_batch_size ({share}); change one of them"
        )
    if recipe.min_epochs > recipe.max_epochs:
        raise InputError(f"{where}: min_epochs is above max_epochs; change one of them")


def _range(where: str, key: str, value: Any) -> Range:
    where = f"{where}: ranges"
    if key in ARGUMENTS:
        raise InputError(f"{where}: {key} has no range: sweep tries only a recipe's keys")
    if key not in _KEYS:
        raise _unknown(where, key)
    if isinstance(value, list) and value:
        return Range(choices=tuple(_typed(where, key, choice) for choice in value))
    is_number = type(getattr(Recipe(), key)) in (int, float)
    ends = isinstance(value, Mapping) and {"low", "high"} <= set(value) <= {"low", "high", "log"}
    if is_number and ends:
        low, high = (float(_typed(where, key, value[end])) for end in ("low", "high"))
        return Range(low, high, bool(value.get("log", False)))
    raise InputError(
        f"{where}: {key} must be a list of values, or {{low = ..., high = ..., log = true}}"
    )
