from pathlib import Path
from typing import Any

import pytest

from train.models.encoder import Encoder, load_encoder
from train.models.pooling import pool_by_mean
from train.training.objective import training_model
from train.training.recipe import Recipe


@pytest.fixture
def batch(tiny_bert: Path) -> tuple[Any, dict[str, Any]]:
    import torch

    encoder = Encoder("tiny", str(tiny_bert), "digest")
    model, tokenizer = load_encoder(encoder, ("insult", "doubt"))
    texts = ["the traitor spoke", "the council met on monday"]
    encoded = tokenizer(texts, padding=True, return_tensors="pt")
    labels = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    return model.eval(), {
        "input_ids": encoded["input_ids"],
        "attention_mask": encoded["attention_mask"],
        "labels": labels,
    }


def binary_cross_entropy(logits: Any, gold: Any) -> Any:
    """By hand: -log p where it holds, -log (1 - p) where not."""
    scores = logits.sigmoid()
    return -(gold * scores.log() + (1 - gold) * (1 - scores).log())


def test_without_marked_words_the_loss_is_the_mean_over_all_decisions(
    batch: tuple[Any, dict[str, Any]],
) -> None:
    model, inputs = batch
    output = training_model(model, Recipe(loss="bce"), marked=False).eval()(**inputs)

    expected = binary_cross_entropy(output["logits"], inputs["labels"]).mean()
    assert float(output["loss"].detach()) == pytest.approx(float(expected.detach()), rel=1e-5)


def test_marked_words_add_the_weighted_mean_loss_of_their_tokens(
    batch: tuple[Any, dict[str, Any]],
) -> None:
    import torch

    model, inputs = batch
    shape = (*inputs["input_ids"].shape, 2)
    labels, weights = torch.zeros(shape), torch.zeros(shape)
    labels[0, 2, 0] = 1  # "traitor"
    weights[0, 1:4] = 1
    weights[1, 1:3, 1] = 1
    training = training_model(model, Recipe(loss="bce", marked_words=2.0), marked=True).eval()

    marked = {**inputs, "token_labels": labels, "token_weights": weights}
    plain = float(training(**inputs)["loss"].detach())
    both = float(training(**marked)["loss"].detach())

    states = model.bert(inputs["input_ids"], inputs["attention_mask"]).last_hidden_state
    losses = binary_cross_entropy(training.token_head(states), labels)
    counted = losses[weights == 1]
    assert len(counted) == 8  # three tokens of two labels, and two of one
    assert both == pytest.approx(plain + 2 * float(counted.mean().detach()), rel=1e-4)


def test_marked_words_are_read_before_the_layer_that_takes_the_mean(
    batch: tuple[Any, dict[str, Any]],
) -> None:
    import torch

    model, inputs = batch
    before = model.bert(inputs["input_ids"], inputs["attention_mask"]).last_hidden_state
    pool_by_mean(model)
    labels = torch.zeros((*inputs["input_ids"].shape, 2))
    labels[0, 2, 0] = 1  # "traitor"
    training = training_model(model.eval(), Recipe(loss="bce"), marked=True).eval()

    marked = {**inputs, "token_labels": labels, "token_weights": torch.ones_like(labels)}
    plain = float(training(**inputs)["loss"].detach())
    both = float(training(**marked)["loss"].detach())

    losses = binary_cross_entropy(training.token_head(before), labels)
    assert both == pytest.approx(plain + float(losses.mean().detach()), rel=1e-4)


def test_the_head_of_the_marked_words_is_no_part_of_the_model(
    batch: tuple[Any, dict[str, Any]],
) -> None:
    model, _ = batch
    names = set(model.state_dict())

    training = training_model(model, Recipe(), marked=True)

    assert any("token_head" in name for name in training.state_dict())
    assert set(model.state_dict()) == names


def test_validation_sees_the_logits_alone(batch: tuple[Any, dict[str, Any]]) -> None:
    model, inputs = batch
    del inputs["labels"]

    assert set(training_model(model, Recipe(), marked=True).eval()(**inputs)) == {"logits"}
