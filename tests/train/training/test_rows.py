from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.training.rows import Collator, longer_than_read

LABELS = 3


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a row as `tokenized` makes it: a mark's label holds."""
    width = draw(st.integers(2, 9))
    labels = draw(st.lists(st.booleans(), min_size=LABELS, max_size=LABELS))
    ends = st.lists(st.integers(0, width), min_size=2, max_size=2, unique=True).map(sorted)
    true = [number for number, holds in enumerate(labels) if holds]
    marks = st.lists(st.tuples(ends, st.sampled_from(true)), max_size=4) if true else st.just([])
    return {
        "input_ids": [1] * width,
        "attention_mask": [1] * width,
        "labels": [float(holds) for holds in labels],
        "words": draw(st.lists(st.booleans(), min_size=width, max_size=width)),
        "marks": [(start, end, label) for (start, end), label in draw(marks)],
    }


@pytest.fixture(scope="module", params=["right", "left"])
def tokenizer(request: pytest.FixtureRequest, tiny_bert: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_bert, padding_side=request.param)


@given(batch=st.lists(rows(), min_size=1, max_size=5))
def test_marks_are_spread_over_their_tokens_and_weigh_nothing_where_nobody_knows(
    tokenizer: Any, batch: list[dict[str, Any]]
) -> None:
    width = max(len(row["words"]) for row in batch)
    labels, weights = np.zeros((2, len(batch), width, LABELS))
    for n, row in enumerate(batch):
        padding = width - len(row["words"]) if tokenizer.padding_side == "left" else 0
        for token, is_word in enumerate(row["words"]):
            for label, holds in enumerate(row["labels"]):
                spans = [(start, end) for start, end, of in row["marks"] if of == label]
                inside = any(start <= token < end for start, end in spans)
                labels[n, padding + token, label] = inside
                weights[n, padding + token, label] = is_word and (not holds or bool(spans))

    collated = Collator(tokenizer)(batch)

    assert collated["token_labels"].tolist() == labels.tolist()
    assert collated["token_weights"].tolist() == weights.tolist()
    assert collated["input_ids"].shape == (len(batch), width)


def test_paragraphs_longer_than_the_model_reads_are_counted(tiny_bert: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_bert)
    texts = ("a " * 6, "a " * 7, "a " * 700)  # with the tokens at both ends: 8, 9 and 702

    split = SimpleNamespace(texts=texts)
    reading = SimpleNamespace(tokenizer=tokenizer, max_length=8)

    assert longer_than_read(reading, split) == 2  # type: ignore[arg-type]
