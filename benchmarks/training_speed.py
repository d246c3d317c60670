"""Compare training steps in one run: ours with a bare torch loop, and ways to compute a step."""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from annotate.core.dataset_folder import open_dataset
from train.dataset import Split, read_split
from train.models.classifier import Classifier
from train.models.encoder import find_encoder
from train.models.pooling import own_states
from train.models.precision import fast_bfloat16
from train.training import trainer
from train.training.losses import LOSSES
from train.training.objective import training_model
from train.training.recipe import Recipe
from train.training.rows import Collator

BLOCK = 4  # steps of one way before the other has its turn
WARM = 2  # blocks of each way that do not count
LABELS = 23
Rows = Sequence[Mapping[str, Any]]


class Recording(Collator):
    """Keeps the rows of each batch, so that the bare loop trains on the same ones."""

    batches: list[Rows] = []  # noqa: RUF012  # the Trainer copies its collator

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the batch of these rows."""
        self.batches.append(rows)
        return super().__call__(rows)


class BareLoop:
    """A training loop as one writes it by hand: the same batches, loss, optimizer and schedule."""

    def __init__(self, classifier: Classifier, recipe: Recipe, steps: int, *, marked: bool) -> None:
        import torch

        self._model, self._recipe = classifier.model.train(), recipe
        self._loss = LOSSES[recipe.loss]
        width, labels = self._model.config.hidden_size, self._model.config.num_labels
        self._tokens = torch.nn.Linear(width, labels) if marked else None
        self._layer = own_states(self._model)
        encoder = [*self._model.base_model.parameters()]
        heads = [*self._model.classifier.parameters()]
        heads += self._tokens.parameters() if self._tokens else []
        self._weights = [p for p in (*encoder, *heads) if p.requires_grad]
        self._average = [p.detach().clone() for p in self._weights] if recipe.averaging else []
        rate, decay = recipe.learning_rate, recipe.weight_decay
        self._optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in part if p.requires_grad], "lr": scale * rate}
                for part, scale in ((encoder, 1), (heads, recipe.head_rate))
            ],
            weight_decay=decay,
            fused=True,
        )
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda n: min((n + 1) / (steps / 10), (steps - n) / (steps * 0.9))
        )
        self._step = 0

    def step(self, rows: Rows) -> None:
        """Train on one batch."""
        import torch

        batch = self._batch(rows)
        with torch.autocast("cpu", torch.bfloat16, enabled=fast_bfloat16()):
            output = self._model(
                input_ids=batch["input_ids"],
                attention_mask=batch["attention_mask"],
                output_hidden_states=self._tokens is not None,
            )
            loss: Any = self._loss(output.logits, batch["labels"]).mean()
            if self._tokens is not None:
                spotted = self._tokens(output.hidden_states[self._layer])
                tokens = self._loss(spotted, batch["token_labels"])
                weights = batch["token_weights"]
                loss = loss + (tokens * weights).sum() / weights.sum().clamp(min=1)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._weights, self._recipe.max_grad_norm)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()
        self._step += 1
        if self._average:
            share = 1 - min(self._recipe.averaging, (1 + self._step) / (10 + self._step))
            torch._foreach_lerp_(self._average, [p.detach() for p in self._weights], share)

    def _batch(self, rows: Rows) -> dict[str, Any]:
        import torch
        from torch.nn.utils.rnn import pad_sequence

        ids = [torch.tensor(row["input_ids"]) for row in rows]
        labels = torch.tensor([row["labels"] for row in rows])
        batch = {
            "input_ids": pad_sequence(ids, batch_first=True),
            "attention_mask": pad_sequence([torch.ones_like(i) for i in ids], batch_first=True),
            "labels": labels,
        }
        if self._tokens is not None:
            shape = (*batch["input_ids"].shape, labels.shape[1])
            tokens, weights = torch.zeros(shape), torch.zeros(shape)
            for number, row in enumerate(rows):
                for start, end, label in row["marks"]:
                    tokens[number, start:end, label] = 1
                known = (labels[number] == 0) | (tokens[number].amax(0) > 0)
                words = torch.tensor(row["words"])
                weights[number, : len(words)] = (words[:, None] & known).float()
            batch |= {"token_labels": tokens, "token_weights": weights}
        return batch


@dataclass
class Turns:
    """The `bar` that the Trainer counts on: after each block it lets the bare loop take one."""

    bare: BareLoop
    costs: dict[str, list[float]] = field(default_factory=lambda: {"ours": [], "bare": []})
    done: int = 0
    since: float = 0.0

    def advance(self, count: int = 1) -> None:
        """Count a step of ours; after the last one of a block, train the bare loop as long."""
        self.done += count
        if not count or self.done % BLOCK:
            return
        start = time.process_time()
        if self.since:
            self.costs["ours"].append((start - self.since) / BLOCK)
            for rows in Recording.batches[self.done - BLOCK : self.done]:
                self.bare.step(rows)
            self.costs["bare"].append((time.process_time() - start) / BLOCK)
        self.since = time.process_time()

    def skip(self, count: int) -> None:
        """Nothing is resumed here."""


def against_bare(split: Split, labels: Sequence[str], recipe: Recipe) -> dict[str, list[float]]:
    """Return the CPU-seconds of a step, by block, of our training and of the bare loop."""
    import torch

    vars(trainer)["Collator"] = Recording
    Recording.batches.clear()
    encoder = find_encoder("minilm")
    marked = bool(recipe.marked_words and any(split.marks))
    bare = BareLoop(
        trainer.untrained(encoder, labels, recipe, 1),
        recipe,
        recipe.total_steps(len(split.texts)),
        marked=marked,
    )
    turns = Turns(bare)
    torch.manual_seed(1)
    with TemporaryDirectory() as folder:
        ours = trainer.untrained(encoder, labels, recipe, 1)
        trainer.train(ours, (split, None), recipe, 1, Path(folder), turns)
    return {way: costs[WARM:] for way, costs in turns.costs.items()}


@dataclass(frozen=True, slots=True)
class Way:
    """A way to compute a step."""

    recipe: Recipe
    threads: int = 1
    parts: int = 1
    fused: bool = True


PLAIN = Way(replace(Recipe(), attention="eager"))
WAYS: dict[str, Way] = {
    "eager, embeddings frozen": PLAIN,
    "SDPA": replace(PLAIN, recipe=replace(PLAIN.recipe, attention="sdpa")),
    "embeddings trained": replace(PLAIN, recipe=replace(PLAIN.recipe, freeze_embeddings=False)),
    "without marked words": replace(PLAIN, recipe=replace(PLAIN.recipe, marked_words=0.0)),
    "AdamW in a loop": replace(PLAIN, fused=False),
    "in four parts": replace(PLAIN, parts=4),
    "two threads": replace(PLAIN, threads=2),
}


def stepper(way: Way, width: int) -> Callable[[], None]:
    """Return a function that computes a step of 16 paragraphs of `width` tokens."""
    import torch

    marked, size = bool(way.recipe.marked_words), way.recipe.batch_size // way.parts
    names = [str(number) for number in range(LABELS)]
    classifier = trainer.untrained(find_encoder("minilm"), names, way.recipe, 1)
    model = training_model(classifier.model, way.recipe, marked=marked).train()
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=1e-5, fused=way.fused)
    words = torch.randint(1000, 20000, (size, width))
    batch = {
        "input_ids": words,
        "attention_mask": torch.ones_like(words),
        "labels": torch.zeros(size, LABELS),
        "token_labels": torch.zeros(size, width, LABELS),
        "token_weights": torch.ones(size, width, LABELS),
    }

    def step() -> None:
        torch.set_num_threads(way.threads)
        for _ in range(way.parts):
            with torch.autocast("cpu", torch.bfloat16, enabled=fast_bfloat16()):
                loss = model(**batch)["loss"]
            (loss / way.parts).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return step


def compare_ways(width: int, rounds: int) -> None:
    """Print what a step costs each way, and the ratio to the first."""
    steps = {name: stepper(way, width) for name, way in WAYS.items()}
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in steps}
    for number in range(rounds + 1):
        for name, step in steps.items():
            wall, cpu = time.perf_counter(), time.process_time()
            step()
            if number:  # the first one warms up
                costs[name].append((time.process_time() - cpu, time.perf_counter() - wall))
    print(f"\n{f'16 x {width} tokens':<28}{'CPU-s':>8}{'ratio':>8}{'wall ratio':>12}")
    base = [median(values) for values in zip(*costs[next(iter(WAYS))], strict=True)]
    for name, values in costs.items():
        cpu, wall = (median(v) for v in zip(*values, strict=True))
        print(f"{name:<28}{cpu:>8.3f}{cpu / base[0]:>8.2f}{wall / base[1]:>12.2f}")


def main() -> None:
    """Compare on the train split of a dataset folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path, help="a dataset folder with marked words")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=8)
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    dataset = open_dataset(options.dataset)
    split = read_split(dataset, "train")
    print(f"{'CPU-s of a step':<40}{'ours':>8}{'bare':>8}{'rate':>8}{'middle half':>18}")
    for words, averaging in product((1.0, 0.0), (0.995, 0.0)):
        epochs = options.epochs
        recipe = Recipe(
            min_epochs=epochs, max_epochs=epochs, marked_words=words, averaging=averaging
        )
        costs = against_bare(split, dataset.taxonomy.labels, recipe)
        ours, bare = median(costs["ours"]), median(costs["bare"])
        # blocks of the same batches, one after the other: other programs disturb one of them
        rates = [b / o for o, b in zip(costs["ours"], costs["bare"], strict=True)]
        low, _, high = quantiles(rates)
        name = f"marked words {words:g}, averaging {averaging:g}"
        middle = f"{low:.1%} to {high:.1%}"
        print(f"{name:<40}{ours:>8.3f}{bare:>8.3f}{median(rates):>8.1%}{middle:>18}", flush=True)
    for width in (32, 56, 104):  # about 22, 41 and 75 words
        compare_ways(width, options.rounds)


if __name__ == "__main__":
    main()
