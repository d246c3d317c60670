"""Tokenize a split once, and put its rows into batches: labels, and the words that were marked."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from train.dataset import Mark, Split
from train.models.classifier import Classifier

# The tokens of a mark's first and last word + 1, and the number of its label
TokenMark = tuple[int, int, int]


def tokenized(classifier: Classifier, split: Split, *, marked: bool) -> list[dict[str, Any]]:
    """Return a row for each paragraph: its number, token ids, labels as floats, and marks.

    Args:
        classifier: Its tokenizer and length are used.
        split: The paragraphs.
        marked: Whether to find the tokens of the marked words; needs a fast tokenizer.
    """
    encoded = classifier.tokenizer(
        list(split.texts),
        truncation=True,
        max_length=classifier.max_length,
        return_offsets_mapping=marked,
    )
    offsets = encoded["offset_mapping"] if marked else None
    rows = []
    for number, gold in enumerate(split.gold.astype(np.float32)):
        row = {key: encoded[key][number] for key in ("input_ids", "attention_mask")}
        row |= {"labels": gold.tolist(), "numbers": number}
        if offsets is not None:
            row["words"] = [start < end for start, end in offsets[number]]
            row["marks"] = _token_marks(offsets[number], split.marks[number])
        rows.append(row)
    return rows


def longer_than_read(classifier: Classifier, split: Split) -> int:
    """Return how many paragraphs have more tokens than the model reads."""
    length = classifier.max_length
    encoded = classifier.tokenizer(list(split.texts), truncation=True, max_length=length + 1)
    return sum(len(tokens) > length for tokens in encoded["input_ids"])


def _token_marks(offsets: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> list[TokenMark]:
    tokens = []
    for start, end, label in marks:
        inside = [n for n, (a, b) in enumerate(offsets) if a < b and a < end and b > start]
        if inside:  # else the marked words are beyond the model's length
            tokens.append((inside[0], inside[-1] + 1, label))
    return tokens


class Collator:
    """Pads rows to the longest of a batch and spreads their marks over the tokens.

    A batch has `labels` of shape (paragraphs, labels) and, where rows have marks, `token_labels`
    and `token_weights` of shape (paragraphs, tokens, labels). The weight is 0 for padding and for
    the labels that hold but whose words nobody marked.
    """

    def __init__(self, tokenizer: Any) -> None:
        from transformers import DataCollatorWithPadding

        self._pad = DataCollatorWithPadding(tokenizer)
        self._left = tokenizer.padding_side == "left"

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the batch of these rows."""
        plain = [{k: v for k, v in row.items() if k not in ("words", "marks")} for row in rows]
        batch = dict(self._pad(plain))
        if "marks" in rows[0]:
            batch |= self._spread(rows, batch)
        return batch

    def _spread(self, rows: Sequence[dict[str, Any]], batch: dict[str, Any]) -> dict[str, Any]:
        import torch

        gold, (_, width) = batch["labels"], batch["input_ids"].shape
        words = torch.zeros(len(rows), width)
        labels = torch.zeros(len(rows), width, gold.shape[1])
        for number, row in enumerate(rows):
            begin = width - len(row["words"]) if self._left else 0
            words[number, begin : begin + len(row["words"])] = torch.tensor(row["words"]).float()
            for start, end, label in row["marks"]:
                labels[number, begin + start : begin + end, label] = 1
        known = labels.amax(dim=1).maximum(1 - gold)
        return {"token_labels": labels, "token_weights": words[:, :, None] * known[:, None, :]}
