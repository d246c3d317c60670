import math

import pytest

from train.training.losses import asymmetric_loss


def loss(logit: float, gold: float, gamma: float = 4, clip: float = 0.05) -> float:
    import torch

    return float(asymmetric_loss(torch.tensor([logit]), torch.tensor([gold]), gamma, clip))


def test_a_positive_pays_its_cross_entropy_in_full() -> None:
    assert loss(0, 1) == pytest.approx(math.log(2), rel=1e-5)


def test_a_negative_is_shifted_and_weighted_down() -> None:
    # p = .5 is shifted to .45: .45 ** 4 * -log(.55)
    assert loss(0, 0) == pytest.approx(0.45**4 * -math.log(0.55), rel=1e-5)


def test_an_easy_negative_is_free() -> None:
    assert loss(-4, 0) == 0  # p = .018, below the clip of .05


def test_without_focus_and_clip_it_is_binary_cross_entropy() -> None:
    import torch

    logits, gold = torch.tensor([[2.0, -1.0]]), torch.tensor([[0.0, 1.0]])

    expected = torch.nn.functional.binary_cross_entropy_with_logits(logits, gold)
    mean = asymmetric_loss(logits, gold, gamma=0, clip=0).mean()
    assert float(mean) == pytest.approx(float(expected))


def test_extreme_logits_have_finite_loss_and_gradient() -> None:
    import torch

    logits = torch.tensor([[90.0, -90.0, 90.0, -90.0]], requires_grad=True)
    value = asymmetric_loss(logits, torch.tensor([[0.0, 0.0, 1.0, 1.0]])).mean()
    value.backward()  # type: ignore[no-untyped-call]

    assert torch.isfinite(value)
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
