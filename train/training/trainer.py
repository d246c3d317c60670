"""Fit an encoder with the transformers Trainer and the asymmetric loss; keep the last epoch.

The recipe was compared with the usual ones on public corpora: new layers learn 20 times as fast as
the encoder, word embeddings are frozen, weight decay applies to matrices only, linear warm-up over
a tenth of the steps, batches of similar length, and the asymmetric loss. The last epoch is kept,
because the best one on a validation split is mostly noise: chosen on half of its articles, the best
epoch reached a micro-F1 of .231 on the other half, the last one .258, ahead in 3 of 3 runs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotate.core.console import Progress, say
from train.dataset import Split
from train.models.classifier import Classifier, plain_save_errors
from train.models.encoder import Encoder, load_encoder, token_limit
from train.scoring.calibration import sigmoid
from train.scoring.thresholds import choose_threshold
from train.training.checkpoints import newest_whole
from train.training.log import log_callback
from train.training.losses import asymmetric_loss

HEAD_RATE = 20
WEIGHT_DECAY = 0.01
WARM_UP = 0.1
LOG_STEPS = 10


@dataclass(frozen=True, slots=True)
class FitConfig:
    """The settings worth changing; everything else follows the recipe or the library.

    Attributes:
        encoder: `minilm`, a folder, or a Hub id.
        learning_rate: Learning rate of the encoder; new layers learn 20 times as fast.
        max_length: Longest paragraph in tokens; less if the encoder cannot read as many.
    """

    encoder: str = "minilm"
    epochs: int = 10
    learning_rate: float = 1e-4
    batch_size: int = 16
    max_length: int = 256
    seed: int = 13


def untrained(encoder: Encoder, labels: Sequence[str], config: FitConfig) -> Classifier:
    """Return the encoder with a new head and frozen word embeddings.

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    from transformers import set_seed

    set_seed(config.seed)  # initializes the new head
    model, tokenizer = load_encoder(encoder, labels)
    model.get_input_embeddings().requires_grad_(False)
    return Classifier(model, tokenizer, token_limit(model, tokenizer, config.max_length))


def train(
    classifier: Classifier,
    splits: tuple[Split, Split],
    config: FitConfig,
    run: Path,
    bar: Progress,
) -> Classifier:
    """Fit on the first split and log the scores of each epoch on the second; resume a killed run.

    Raises:
        ModelError: All checkpoints of the run are broken, or the run diverged.
        InputError: The run folder cannot be written to.
    """
    resumed = newest_whole(run / "checkpoints", say)
    if resumed:
        say(f"resuming from {resumed}")
    trainer = _trainer(classifier, splits, config, run)
    trainer.add_callback(log_callback(run, bar))
    with plain_save_errors(run):
        trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    return _copied(classifier)


def _copied(classifier: Classifier) -> Classifier:
    """Copy the model, because the Trainer leaves the one it trained computing in bfloat16."""
    trained = classifier.model
    model = type(trained)(trained.config)
    model.load_state_dict(trained.state_dict())
    return Classifier(model.to(trained.device), classifier.tokenizer, classifier.max_length)


def _trainer(
    classifier: Classifier, splits: tuple[Split, Split], config: FitConfig, run: Path
) -> Any:
    from transformers import DataCollatorWithPadding, PrinterCallback, Trainer

    train_rows, validation_rows = (_rows(classifier, split) for split in splits)
    trainer = Trainer(
        model=classifier.model,
        args=_arguments(config, run, steps=-(-len(train_rows) // config.batch_size)),
        train_dataset=train_rows,
        eval_dataset=validation_rows,
        processing_class=classifier.tokenizer,
        data_collator=DataCollatorWithPadding(classifier.tokenizer),
        compute_loss_func=_loss,
        compute_metrics=_metrics,
        optimizers=(_optimizer(classifier.model, config.learning_rate), None),
    )
    trainer.remove_callback(PrinterCallback)  # it writes to stdout, which is reserved for data
    return trainer


def _arguments(config: FitConfig, run: Path, steps: int) -> Any:
    import torch
    from transformers import TrainingArguments

    # `steps` is the length of an epoch, so that a short one is logged too
    arguments = TrainingArguments(
        output_dir=str(run / "checkpoints"),
        num_train_epochs=config.epochs,
        learning_rate=config.learning_rate,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=2 * config.batch_size,
        warmup_steps=WARM_UP,
        max_grad_norm=1.0,
        bf16=fast_bfloat16(),
        use_cpu=not torch.accelerator.is_available(),  # bf16 on a CPU is refused without it
        train_sampling_strategy="group_by_length",
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,  # the older one is used if the newest is broken
        logging_steps=min(LOG_STEPS, steps),
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        dataloader_pin_memory=torch.cuda.is_available(),
        seed=config.seed,
    )
    # The Trainer would spread each batch over all GPUs: another batch size, another run
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments


def fast_bfloat16() -> bool:
    """Return whether the device computes in bfloat16; emulation would be slow."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if torch.accelerator.is_available():
        return False
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


def _rows(classifier: Classifier, split: Split) -> list[dict[str, Any]]:
    """Return the rows for the collator: token ids, and labels as floats for the loss."""
    encoded = classifier.tokenizer(
        list(split.texts), truncation=True, max_length=classifier.max_length
    )
    return [
        {key: encoded[key][number] for key in encoded} | {"labels": gold}
        for number, gold in enumerate(split.gold.astype(np.float32).tolist())
    ]


def _optimizer(model: Any, learning_rate: float) -> Any:
    import torch

    groups: dict[tuple[bool, bool], list[Any]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            key = _is_new(name, model.base_model_prefix), parameter.ndim > 1
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        {
            "params": parameters,
            "lr": learning_rate * (HEAD_RATE if new else 1),
            "weight_decay": WEIGHT_DECAY if matrix else 0.0,
        }
        for (new, matrix), parameters in groups.items()
    )


def _is_new(name: str, prefix: str) -> bool:
    """Return whether a layer is the head or the pooler, which pretraining used otherwise or not."""
    return not name.startswith(f"{prefix}.") or ".pooler." in name


def _loss(outputs: Mapping[str, Any], labels: Any, num_items_in_batch: Any = None) -> Any:
    return asymmetric_loss(outputs["logits"], labels)


def _metrics(prediction: Any) -> dict[str, float]:
    """Return micro-F1 at the best threshold for this epoch, so that epochs are comparable."""
    gold = prediction.label_ids.astype(bool)
    chosen = choose_threshold(gold, sigmoid(prediction.predictions))
    return {"micro_f1": chosen.f1, "threshold": chosen.value}
