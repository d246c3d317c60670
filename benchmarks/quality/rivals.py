"""What others would use instead, with the settings that they would copy.

- run_classification: transformers' examples/pytorch/text-classification/run_classification.py with
  the defaults of the script and of TrainingArguments: 3 epochs, rate 5e-5 falling linearly without
  warm-up, batches of 8, 128 tokens; multi-label data with a binary cross-entropy and a probability
  of .5, others with softmax. `run_classification_10`: ten epochs, as `fit` on few paragraphs.
- labelstudio_bert: Label Studio's ML backend (label_studio_ml/examples/bert_classifier/model.py):
  rate 2e-5, weight decay .01, 3 epochs, batches of 8. It knows one label for each annotation and
  none for a paragraph without one, and always predicts one.
- setfit: see `setfit_script.py`.

All start from the encoder that `fit` starts from. Batches are padded to their longest row, not to
the limit, which changes the time but no result.
"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.core.errors import InputError
from benchmarks.quality.jobs import Decided, Job
from train.models.classifier import Classifier
from train.models.encoder import load_encoder, token_limit
from train.scoring.calibration import sigmoid
from train.scoring.scores import Floats

SCRIPT = Path(__file__).with_name("setfit_script.py")
EVALUATED_AT_ONCE = 32

Classes = npt.NDArray[np.intp]


def run_classification(job: Job, epochs: int = 3) -> Decided:
    values = {"learning_rate": 5e-5, "num_train_epochs": epochs, "per_device_train_batch_size": 8}
    if not job.single:
        scores = sigmoid(_fine_tune(job, job.train.texts, job.train.gold, values, 128))
        return Decided(scores, scores > 0.5)
    numbers = np.arange(len(job.train.texts))
    none = len(job.labels)  # a class of its own
    classes = np.where(job.train.gold.any(axis=1), job.train.gold.argmax(axis=1), none)
    return _top(job, _fine_tune_single(job, numbers, classes, values, 128), none + 1)


def label_studio(job: Job) -> Decided:
    values = {"learning_rate": 2e-5, "num_train_epochs": 3, "weight_decay": 0.01}
    values["per_device_train_batch_size"] = 8
    numbers, classes = np.nonzero(job.train.gold)
    return _top(job, _fine_tune_single(job, numbers, classes, values, 512), len(job.labels))


def _top(job: Job, logits: Floats, classes: int) -> Decided:
    """Decide for the best class of each text, which may be that of no label."""
    best = logits.argmax(axis=1)
    predicted = np.arange(classes) == best[:, np.newaxis]
    return Decided(logits[:, : len(job.labels)], predicted[:, : len(job.labels)])


def _fine_tune_single(
    job: Job, numbers: Classes, classes: Classes, values: dict[str, Any], length: int
) -> Floats:
    return _fine_tune(job, [job.train.texts[n] for n in numbers], classes, values, length)


def _fine_tune(
    job: Job, texts: Sequence[str], gold: Any, values: dict[str, Any], length: int
) -> Floats:
    """Train with a plain Trainer; return the logits of the job's texts.

    Args:
        job: The encoder, the seed and the texts.
        texts: What to learn from.
        gold: Labels of shape (texts, labels), or the class of each text.
        values: TrainingArguments.
        length: Tokens of a text that are read.
    """
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments, set_seed

    set_seed(job.seed)
    multi = gold.ndim == 2
    names = job.labels if multi else (*job.labels, "none")
    model, tokenizer = load_encoder(job.encoder, names)
    model.config.problem_type = f"{'multi' if multi else 'single'}_label_classification"
    length = token_limit(model, tokenizer, length)
    encoded = tokenizer(list(texts), truncation=True, max_length=length)
    labels = gold.astype(np.float32).tolist() if multi else gold.tolist()
    rows = [
        {"input_ids": ids, "attention_mask": mask, "labels": label}
        for ids, mask, label in zip(
            encoded["input_ids"], encoded["attention_mask"], labels, strict=True
        )
    ]
    job.folder.mkdir(parents=True, exist_ok=True)
    arguments = TrainingArguments(
        output_dir=str(job.folder),
        seed=job.seed,
        per_device_eval_batch_size=EVALUATED_AT_ONCE,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
        **values,
    )
    collate = DataCollatorWithPadding(tokenizer)
    Trainer(model=model, args=arguments, train_dataset=rows, data_collator=collate).train()
    logits = Classifier(model, tokenizer, length).classify(job.texts).logits
    return logits.astype(np.float64)


def setfit(job: Job) -> Decided:
    """Run SetFit in its own environment, whose versions need not be ours.

    Raises:
        InputError: It failed.
    """
    job.folder.mkdir(parents=True, exist_ok=True)
    asked, answer = job.folder / "asked.json", job.folder / "answer.json"
    request = {
        "encoder": job.encoder.place,
        "texts": job.train.texts,
        "gold": job.train.gold.astype(int).tolist(),
        "asked": job.texts,
        "single": job.single,
        "seed": job.seed,
        "folder": str(job.folder / "checkpoints"),
    }
    asked.write_text(json.dumps(request), encoding="utf-8")
    command = [job.setfit, str(SCRIPT), str(asked), str(answer)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise InputError(f"{job.setfit}: SetFit failed: {last}")
    values = json.loads(answer.read_text(encoding="utf-8"))
    return Decided(np.array(values["scores"]), np.array(values["predicted"], dtype=bool))
