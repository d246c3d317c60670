"""Fit an encoder with the transformers Trainer, as a recipe says; keep the averaged weights.

New layers learn several times as fast as the encoder, weight decay applies to matrices only,
batches are of similar length, and the last epoch is kept, because the best one on a validation
split is mostly noise: chosen on half of its articles, the best epoch reached a micro-F1 of .231 on
the other half, the last one .258, ahead in 3 of 3 runs.
"""

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from annotate.core.console import Progress, say
from train.dataset import Split
from train.models.classifier import Classifier, plain_save_errors, take_over_head
from train.models.encoder import Encoder, load_encoder, token_limit
from train.models.memory import plain_memory_errors
from train.models.pooling import pool_by_mean
from train.scoring.calibration import sigmoid
from train.scoring.thresholds import choose_threshold
from train.training.arguments import CHECKPOINTING, adam, for_device, passed_on
from train.training.averaging import averaging_callback
from train.training.checkpoints import newest_whole
from train.training.divergence import divergence_callback
from train.training.forecast import forecast_callback
from train.training.launch import barrier_callback, let_others, processes, shares
from train.training.log import epoch_end_callback, log_callback
from train.training.objective import training_model
from train.training.recipe import SHARE, Recipe
from train.training.rows import Collator, tokenized
from train.training.sinks import sink_callbacks

LOG_STEPS = 10


def untrained(encoder: Encoder, labels: Sequence[str], recipe: Recipe, seed: int) -> Classifier:
    """Return the encoder with a new head.

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    from transformers import set_seed

    set_seed(seed)  # initializes the new head
    model, tokenizer = load_encoder(encoder, labels, _attention(recipe))
    if recipe.pooling == "mean":
        pool_by_mean(model)
    if encoder.labels:
        take_over_head(model, encoder, labels)
    if recipe.freeze_embeddings:
        model.get_input_embeddings().requires_grad_(False)
    if recipe.lora_rank:
        model = _with_lora(model, recipe)
    return Classifier(model, tokenizer, token_limit(model, tokenizer, recipe.max_length))


def _with_lora(model: Any, recipe: Recipe) -> Any:
    """Return the model with low-rank updates to train in place of its weights (Hu et al. 2021)."""
    import warnings

    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        task_type="SEQ_CLS",  # trains the head in full
        r=recipe.lora_rank,
        lora_alpha=recipe.lora_alpha,
        target_modules="all-linear",
        exclude_modules=[name for name, module in model.named_modules() if _is_fixed(module)],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of names that transformers changes
        return get_peft_model(model, config)


def _is_fixed(module: Any) -> bool:
    weight = getattr(module, "weight", None)
    return weight is not None and not weight.requires_grad


def _attention(recipe: Recipe) -> str | None:
    """Return the implementation of attention; None for the library's default."""
    import torch

    if recipe.attention != "auto":
        return recipe.attention
    return None if torch.accelerator.is_available() else "eager"


def train(
    classifier: Classifier,
    splits: tuple[Split, Split | None],
    recipe: Recipe,
    seed: int,
    run: Path,
    bar: Progress,
    log_to: Sequence[str] = (),
) -> Classifier:
    """Fit on the first split and log the scores of each epoch on the second; resume a killed run.

    Args:
        classifier: An encoder with a new head, as `untrained` returns it.
        splits: The paragraphs to learn from, and those to follow the run on, if any.
        recipe: The settings.
        seed: Decides the order of the paragraphs, and what is dropped out.
        run: Folder for checkpoints and metrics.
        bar: Counts the optimizer steps.
        log_to: Where else the figures go, of `sinks.SINKS`.

    Raises:
        ModelError: All checkpoints of the run are broken, the run diverged, or memory ran out.
        InputError: The run folder cannot be written to.
    """
    resumed = newest_whole(run / "checkpoints", say)
    if resumed:
        say(f"resuming from {resumed}")
    shared = classifier, splits, recipe, seed
    let_others(_train, *shared, run.absolute(), resumed and resumed.absolute())
    return _train(*shared, run, resumed, bar, log_to)


def _train(
    classifier: Classifier,
    splits: tuple[Split, Split | None],
    recipe: Recipe,
    seed: int,
    run: Path,
    resumed: Path | None,
    bar: Progress | None = None,
    log_to: Sequence[str] = (),
) -> Classifier:
    """Do in each process what `train` does; the first one has the bar, and keeps the log."""
    if not bar:
        _introduce(classifier.model)
    with (
        plain_save_errors(run),
        plain_memory_errors(_less_memory(recipe)),
        redirect_stdout(sys.stderr),  # trackio prints
    ):
        trainer = _trainer(classifier, splits, recipe, seed, run)
        trainer.add_callback(epoch_end_callback())
        trainer.add_callback(barrier_callback())
        if recipe.averaging:
            trainer.add_callback(averaging_callback(trainer.model, recipe.averaging))
        if bar:
            tokens = sum(len(row["input_ids"]) for row in trainer.train_dataset)
            forecast = forecast_callback(trainer.model, run, tokens)
            for callback in (log_callback(run, bar), *sink_callbacks(log_to, run), forecast):
                trainer.add_callback(callback)
        trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    return _copied(classifier)


def _less_memory(recipe: Recipe) -> str:
    """Return which settings need less memory; the first one lets the run go on."""
    size, _ = shares(recipe, processes())
    share = f"run it again with --set {SHARE}={size // 2}, or " if size > 1 else ""
    settings = [f"max_length={recipe.max_length // 2}"]
    settings += [] if recipe.freeze_embeddings else ["freeze_embeddings=true"]
    return f"{share}start anew with --replace and --set {' or --set '.join(settings)}"


def _introduce(model: Any) -> None:
    """Let transformers know the class of a model that this process was sent.

    It returns hidden states only of classes of which it has built a model.
    """
    import torch
    from transformers import PreTrainedModel

    stock = next(module for module in model.modules() if isinstance(module, PreTrainedModel))
    with torch.device("meta"):  # without weights
        type(stock)(stock.config)


def _copied(classifier: Classifier) -> Classifier:
    """Copy the model, because the Trainer leaves the one it trained computing in bfloat16."""
    trained = classifier.model
    if hasattr(trained, "merge_and_unload"):  # low-rank updates become part of the weights
        trained = trained.merge_and_unload()
    model = type(trained)(trained.config)
    weights = trained.state_dict()
    # FSDP leaves a part in each process, which they put together
    model.load_state_dict(
        {k: getattr(v, "full_tensor", lambda v=v: v)() for k, v in weights.items()}
    )
    return Classifier(model.to(trained.device), classifier.tokenizer, classifier.max_length)


def _trainer(
    classifier: Classifier,
    splits: tuple[Split, Split | None],
    recipe: Recipe,
    seed: int,
    run: Path,
) -> Any:
    import torch
    from transformers import PrinterCallback, Trainer

    class GroupedTrainer(Trainer):
        """Makes the same batches and the same optimizer in one process and in several."""

        def create_optimizer(self, model: Any = None) -> Any:
            if self.optimizer is None:
                prefix = classifier.model.base_model_prefix
                settings = adam(self.args)
                self.optimizer = _optimizer(model or self.model, prefix, recipe, settings)
            return self.optimizer

        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            sampler: Any = super()._get_train_sampler(train_dataset)
            sampler.batch_size = recipe.batch_size
            sampler.generator = torch.default_generator  # the first process's, in all of them
            return sampler

    train_split, validation = splits
    marked = bool(recipe.marked_words and any(train_split.marks) and classifier.tokenizer.is_fast)
    if recipe.arguments.get(CHECKPOINTING):
        _checkpoint(classifier.model)
    model = training_model(classifier.model, recipe, marked=marked)
    rows = tokenized(classifier, train_split, marked=marked)
    trainer = GroupedTrainer(
        model=model,
        args=_arguments(recipe, seed, run, len(rows), validated=validation is not None),
        train_dataset=rows,
        eval_dataset=validation and tokenized(classifier, validation, marked=False),
        processing_class=classifier.tokenizer,
        data_collator=Collator(classifier.tokenizer),
        compute_metrics=_metrics,
    )
    trainer.remove_callback(PrinterCallback)  # it writes to stdout, which is reserved for data
    trainer.add_callback(divergence_callback(model, train_split.ids, run))
    return trainer


def _arguments(recipe: Recipe, seed: int, run: Path, paragraphs: int, *, validated: bool) -> Any:
    import torch
    from transformers import TrainingArguments

    size, accumulated = shares(recipe, processes())
    values: dict[str, Any] = {
        "output_dir": str(run / "checkpoints"),
        "run_name": run.name,
        "num_train_epochs": recipe.epochs(paragraphs),
        "learning_rate": recipe.learning_rate,
        SHARE: size,
        "gradient_accumulation_steps": accumulated,
        "per_device_eval_batch_size": 2 * size,
        "warmup_steps": recipe.warmup_steps,
        "max_grad_norm": recipe.max_grad_norm,
        **for_device(),
        "train_sampling_strategy": "group_by_length",
        "eval_strategy": "epoch" if validated else "no",
        "save_strategy": "epoch",
        "save_total_limit": 2,  # the older one is used if the newest is broken
        # a short epoch is logged too
        "logging_steps": min(LOG_STEPS, -(-paragraphs // recipe.batch_size)),
        "logging_nan_inf_filter": False,
        "disable_tqdm": True,
        "ddp_find_unused_parameters": False,  # stock classes have none
        "dataloader_pin_memory": torch.cuda.is_available(),
        "remove_unused_columns": False,  # the marks, which the collator needs
        "label_names": ["labels"],
        "seed": seed,
    }
    arguments = TrainingArguments(**{**values, **passed_on(recipe.arguments)})
    # The Trainer would spread each batch over all GPUs: another batch size, another run
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments


def _checkpoint(model: Any) -> None:
    """Let a model compute its layers again in the backward pass, instead of keeping them."""
    # older releases of transformers have the second name only
    names = ("activation_checkpointing_enable", "gradient_checkpointing_enable")
    enable = next(getattr(model, name) for name in names if hasattr(model, name))
    enable({"use_reentrant": False})  # the other way needs embeddings that are trained


def _optimizer(model: Any, prefix: str, recipe: Recipe, settings: dict[str, Any]) -> Any:
    import torch

    groups: dict[tuple[bool, bool], list[Any]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            key = _is_new(name, prefix), parameter.ndim > 1
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "lr": recipe.learning_rate * (recipe.head_rate if new else 1),
                "weight_decay": recipe.weight_decay if matrix else 0.0,
            }
            for (new, matrix), parameters in groups.items()
        ],
        **settings,
        fused=True,  # in one pass over the weights: a tenth of a step's time on a CPU
    )


def _is_new(name: str, prefix: str) -> bool:
    """Return whether a layer is a head or the pooler, which pretraining used otherwise or not."""
    inner = name.removeprefix("model.").removeprefix("base_model.model.")  # the latter by LoRA
    return not inner.startswith(f"{prefix}.") or ".pooler." in inner


def _metrics(prediction: Any) -> dict[str, float]:
    """Return micro-F1 at the best threshold for this epoch, so that epochs are comparable."""
    gold = prediction.label_ids.astype(bool)
    chosen = choose_threshold(gold, sigmoid(prediction.predictions))
    return {"micro_f1": chosen.f1, "threshold": chosen.value}
