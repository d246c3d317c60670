"""How faithful the rationales of `predict --rationale` are.

    python -m benchmarks.rationales --model MODEL --dataset DATASET

For each assigned label, the words that the rationale names (at most a fifth of the text's) are
taken out of the text: the fall of the label's probability is its comprehensiveness. The fall when
only they are left is its sufficiency, where less is better (DeYoung et al. 2020, ERASER). Beside it
as many words at random, and those of gradient times input, which takes one pass for each label.
"""

import argparse
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from benchmarks.prediction_speed import texts_of
from train.inference.backends import Backend, load_backend
from train.inference.rationale import explain
from train.models.folder import open_model

SHARE = 0.2  # of a text's words
Place = tuple[int, int]


def words_of(text: str) -> list[Place]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def kept(text: str, places: Sequence[Place]) -> str:
    return " ".join(text[start:end] for start, end in sorted(places))


def gradient_times_input(backend: Backend, text: str, label: int) -> list[Place]:
    """Rank the words by the sum of their tokens' gradients times embeddings."""
    import torch

    classifier, words = backend.classifier, words_of(text)
    batch = classifier.tokenizer(
        text,
        truncation=True,
        max_length=classifier.max_length,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = batch.pop("offset_mapping")[0].tolist()
    model = classifier.model.requires_grad_(False)
    inputs = model.get_input_embeddings()(batch.pop("input_ids")).requires_grad_()
    logits = model(inputs_embeds=inputs, **batch).logits
    gradient = torch.autograd.grad(logits[0, label], inputs)[0]
    weights = (gradient * inputs).sum(-1)[0].tolist()
    totals = {
        (start, end): sum(
            w for (s, e), w in zip(offsets, weights, strict=True) if start <= s < e <= end
        )
        for start, end in words
    }
    return sorted(words, key=lambda place: -totals[place])


def cases(backend: Backend, texts: Sequence[str], threshold: float) -> Iterator[tuple[str, int]]:
    scores = backend.classify(texts).scores
    for text, row in zip(texts, scores, strict=True):
        if len(text.split()) >= 10:
            yield from ((text, int(label)) for label in np.flatnonzero(row >= threshold))


def main() -> None:
    import torch

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, random = open_model(options.model), Random(1)
    backend = load_backend(model)
    chosen = list(
        cases(backend, texts_of(options.dataset, options.texts), model.settings.threshold)
    )
    falls: dict[str, list[tuple[float, float]]] = {}
    seconds = dict.fromkeys(("rationale", "gradient x input", "random"), 0.0)
    for text, label in chosen:
        words = words_of(text)
        count = max(round(SHARE * len(words)), 1)
        whole = float(backend.classify([text]).scores[0, label])
        for name in seconds:
            before = time.process_time()
            if name == "random":
                ranked = random.sample(words, count)
            elif name == "gradient x input":
                ranked = gradient_times_input(backend, text, label)
            else:
                ranked = [(s, e) for s, e, _ in explain(backend, text, [label])[0]]
            seconds[name] += time.process_time() - before
            top = ranked[:count]
            rest = [w for w in words if not any(s <= w[0] < e for s, e in top)]
            scores = backend.classify([kept(text, rest), kept(text, top)]).scores[:, label]
            falls.setdefault(name, []).append((whole - scores[0], whole - scores[1]))
    print(f"{len(chosen)} assigned labels, a fifth of the words, at most 10 for the rationale")
    for name, pairs in falls.items():
        comprehensive, sufficient = np.mean(pairs, axis=0)
        print(
            f"  {name:18s} comprehensiveness {comprehensive:.3f}, sufficiency {sufficient:.3f}, "
            f"{1000 * seconds[name] / len(chosen):.0f} CPU-ms a label"
        )


if __name__ == "__main__":
    main()
