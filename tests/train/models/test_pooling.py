from pathlib import Path
from typing import Any

import pytest

from train.models.encoder import Encoder, load_encoder
from train.models.pooling import average_once, pool_by_mean, pools_by_mean

TEXTS = ["the council met on monday", "the mayor spoke about a bridge and the council met"]


def loaded(folder: Path) -> tuple[Any, Any]:
    model, tokenizer = load_encoder(Encoder("tiny", str(folder), "digest"), ("a", "b"))
    return model.eval(), tokenizer(TEXTS, padding=True, return_tensors="pt")


def tiny_roberta() -> Any:
    from transformers import RobertaConfig, RobertaForSequenceClassification

    config = RobertaConfig(
        vocab_size=40,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=40,
    )
    model: Any = RobertaForSequenceClassification(config)
    return model.eval()


def test_the_first_token_reads_the_mean_of_all_tokens_but_not_of_the_padding(
    tiny_bert: Path,
) -> None:
    import torch

    model, batch = loaded(tiny_bert)
    states = model.bert(**batch).last_hidden_state
    pool_by_mean(model)
    pooled = model.eval().bert(**batch).last_hidden_state[:, 0]

    for row, mask, result in zip(states, batch["attention_mask"], pooled, strict=True):
        words = row[mask.bool()]
        raised = 16 * words.mean(dim=0) + words[0]
        expected = torch.nn.functional.layer_norm(raised, raised.shape)
        assert torch.allclose(result, expected, atol=1e-4)


def test_a_model_of_robertas_layout_reads_the_mean_too() -> None:
    import torch

    model, ids = tiny_roberta(), torch.tensor([[0, 7, 9, 11, 2]])
    states = model.roberta(input_ids=ids).last_hidden_state[0]
    pool_by_mean(model)
    pooled = model.eval().roberta(input_ids=ids).last_hidden_state[0, 0]

    raised = 16 * states.mean(dim=0) + states[0]
    assert torch.allclose(pooled, torch.nn.functional.layer_norm(raised, raised.shape), atol=1e-4)


def test_the_stock_class_loads_it_and_scores_the_same(tiny_bert: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification

    model, batch = loaded(tiny_bert)
    pool_by_mean(model)
    model.eval().save_pretrained(tmp_path)
    stock = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()

    assert type(stock) is type(model)
    assert torch.allclose(stock(**batch).logits, model(**batch).logits, atol=1e-6)


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:1]])  # with and without padding
def test_computed_for_the_first_token_alone_it_gives_the_same_scores(
    attention: str, texts: list[str], tiny_bert: Path
) -> None:
    import torch

    encoder = Encoder("tiny", str(tiny_bert), "digest")
    model, tokenizer = load_encoder(encoder, ("a", "b"), attention)
    pool_by_mean(model)
    model.eval()
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    before = model(**batch).logits
    average_once(model)

    assert model.bert(**batch).last_hidden_state.shape[1] == 1
    assert torch.allclose(model(**batch).logits, before, atol=1e-5)


def test_a_model_that_does_not_read_the_mean_is_left_alone(tiny_bert: Path) -> None:
    model, batch = loaded(tiny_bert)
    average_once(model)

    assert model.bert(**batch).last_hidden_state.shape[1] > 1


def test_a_model_that_reads_the_mean_already_keeps_its_layers(tiny_bert: Path) -> None:
    model, _ = loaded(tiny_bert)
    pool_by_mean(model)
    pool_by_mean(model)

    assert model.config.num_hidden_layers == 3  # tiny_bert has two


@pytest.mark.parametrize("times", [1, 2])
def test_what_takes_the_mean_is_not_trained(tiny_bert: Path, times: int) -> None:
    model, _ = loaded(tiny_bert)
    for _ in range(times):
        model.requires_grad_(True)
        pool_by_mean(model)

    trained = {name for name, weights in model.named_parameters() if weights.requires_grad}
    assert not any(name.startswith(("bert.encoder.layer.2.", "bert.pooler.")) for name in trained)
    assert {"bert.encoder.layer.1.output.dense.weight", "classifier.weight"} <= trained


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("BertConfig", True),
        ("XLMRobertaConfig", True),
        ("ModernBertConfig", True),
        ("MPNetConfig", False),
        ("DebertaV2Config", False),
    ],
)
def test_which_models_can_read_the_mean(kind: str, expected: bool) -> None:
    import transformers

    assert pools_by_mean(getattr(transformers, kind)()) is expected
