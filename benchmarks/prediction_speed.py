"""Paragraphs per CPU-second of `predict` and of a plain pipeline, and what the speed changes.

    python -m benchmarks.prediction_speed --model MODEL --dataset DATASET [--dataset DATASET] ...

Both run in one process, on one thread, on the same texts at their natural lengths. Each takes turns
on blocks of texts, so that a busy machine slows both, and the rates are over the same blocks.
Decisions are those at the model's threshold; changed are those that differ from the pipeline's. The
ONNX files of an exported model take part.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from annotate.core.dataset_folder import open_dataset
from train.dataset import read_split
from train.inference.backends import load_backend
from train.models.folder import ModelFolder, open_model
from train.models.onnx import FP32, INT8, load_onnx
from train.scoring.scores import Floats

Way = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True, slots=True)
class Result:
    """What a way made of the texts."""

    seconds: float
    scores: Floats


def pipeline_way(model: ModelFolder) -> Way:
    from transformers import pipeline

    classify: Any = pipeline("text-classification", model=str(model.folder), top_k=None)

    def run(texts: Sequence[str]) -> Floats:
        answers = classify(list(texts), truncation=True, max_length=model.settings.max_length)
        rows = [{answer["label"]: answer["score"] for answer in row} for row in answers]
        return np.array([[row[label] for label in model.labels] for row in rows])

    return run


def backend_way(backend: Any) -> Way:
    return lambda texts: np.asarray(backend.classify(texts).scores)


def measure(ways: dict[str, Way], texts: Sequence[str], block: int) -> dict[str, Result]:
    """Let the ways take turns on each block of texts."""
    for way in ways.values():
        way(texts[:8])
    seconds = dict.fromkeys(ways, 0.0)
    scores: dict[str, list[Floats]] = {name: [] for name in ways}
    for start in range(0, len(texts), block):
        for name, way in ways.items():
            before = time.process_time()
            scores[name].append(way(texts[start : start + block]))
            seconds[name] += time.process_time() - before
    return {name: Result(seconds[name], np.concatenate(scores[name])) for name in ways}


def texts_of(folder: Path, count: int) -> list[str]:
    dataset = open_dataset(folder)
    texts = [text for split in dataset.splits for text in read_split(dataset, split).texts]
    return Random(1).sample(texts, min(count, len(texts)))


def main() -> None:
    import torch

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--dataset", type=Path, action="append", required=True)
    parser.add_argument("--texts", type=int, default=1000, help="of each dataset")
    parser.add_argument("--block", type=int, default=256)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = open_model(options.model)
    fast, exact = load_backend(model), load_backend(model, exact=True)
    ways: dict[str, Way] = {
        "pipeline": pipeline_way(model),
        f"predict ({fast.name})": backend_way(fast),
        f"predict --exact ({exact.name})": backend_way(exact),
    }
    for name in (FP32, INT8):
        if (model.folder / name).is_file():
            ways[name] = backend_way(load_onnx(model, name))
    for folder in options.dataset:
        texts = texts_of(folder, options.texts)
        words = np.mean([len(text.split()) for text in texts])
        print(f"{folder.name}: {len(texts)} texts of {words:.0f} words")
        results = measure(ways, texts, options.block)
        plain = results["pipeline"]
        decided = plain.scores >= model.settings.threshold
        for name, result in results.items():
            changed = int(((result.scores >= model.settings.threshold) != decided).sum())
            print(
                f"  {name:32s} {len(texts) / result.seconds:7.1f} paragraphs per CPU-s, "
                f"{plain.seconds / result.seconds:5.2f} times; {changed} of {decided.sum()} "
                f"positive decisions changed ({changed / max(decided.sum(), 1):.2%})"
            )


if __name__ == "__main__":
    main()
