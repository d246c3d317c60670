from pathlib import Path

import pytest

from train.models.encoder import Encoder, load_encoder
from train.models.pooling import pool_by_mean
from train.models.precision import compute_in_bfloat16

TEXTS = ["the council met on monday", "the mayor spoke about a bridge and the council met"]


@pytest.mark.parametrize("mean", [True, False])
def test_in_bfloat16_the_scores_stay_within_its_three_digits(mean: bool, tiny_bert: Path) -> None:
    import torch

    model, tokenizer = load_encoder(Encoder("tiny", str(tiny_bert), "digest"), ("a", "b"))
    if mean:
        pool_by_mean(model)
    model.eval()
    batch = tokenizer(TEXTS, padding=True, return_tensors="pt")
    before = model(**batch).logits
    compute_in_bfloat16(model)
    after = model(**batch).logits

    assert after.dtype == torch.float32
    assert not torch.equal(after, before)
    assert torch.allclose(after, before, atol=0.02)
    encoder = model.bert.encoder.layer
    assert encoder[0].output.dense.weight.dtype == torch.bfloat16
    exact = [model.classifier, model.bert.pooler.dense, model.bert.embeddings.LayerNorm]
    exact += [encoder[-1].output.dense] if mean else []
    assert {module.weight.dtype for module in exact} == {torch.float32}
