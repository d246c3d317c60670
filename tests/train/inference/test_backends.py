from pathlib import Path
from typing import Any

import numpy as np
import pytest

from train.inference import backends
from train.inference.backends import load_backend
from train.models.folder import open_model

pytestmark = pytest.mark.slow

TEXTS = ["The council met on Monday.", "", "A traitor spoke about a bridge. " * 20]


def test_exact_scores_are_those_of_a_plain_pipeline(tiny_run: Path) -> None:
    from transformers import pipeline

    model = open_model(tiny_run)
    classify: Any = pipeline("text-classification", model=str(model.folder), top_k=None)

    output = load_backend(model, exact=True).classify(TEXTS[:2])

    for row, answers in zip(output.scores, classify(TEXTS[:2]), strict=True):
        expected = {answer["label"]: answer["score"] for answer in answers}
        assert row == pytest.approx([expected[label] for label in model.labels], abs=1e-5)


@pytest.mark.parametrize("fast", [True, False])
def test_the_faster_way_changes_the_scores_by_rounding_only(
    fast: bool, tiny_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "fast_bfloat16", lambda: fast)
    exact = load_backend(open_model(tiny_run), exact=True)

    backend = load_backend(open_model(tiny_run))

    assert (exact.name, backend.name) == ("torch fp32", "torch bf16" if fast else "torch fp32")
    one, other = exact.classify(TEXTS), backend.classify(TEXTS)
    assert one.windowed == other.windowed == 1
    assert np.abs(one.scores - other.scores).max() < (0.02 if fast else 1e-5)


def test_an_architecture_that_cannot_mix_formats_is_run_in_full_precision(
    tiny_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_head(model: object) -> None:
        model.classifier.bfloat16()  # type: ignore[attr-defined]  # what it reads is fp32

    monkeypatch.setattr(backends, "fast_bfloat16", lambda: True)
    monkeypatch.setattr(backends, "compute_in_bfloat16", break_head)

    assert load_backend(open_model(tiny_run)).name == "torch fp32"
