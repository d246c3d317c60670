from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from annotate.core.errors import ModelError
from tests.train.baselines.samples import TEXTS
from train.baselines.embeddings import embed
from train.models.encoder import Encoder, find_encoder

pytestmark = pytest.mark.slow


def embedded_one_by_one(encoder: Path, texts: list[str]) -> npt.NDArray[np.float64]:
    """Mean of the last states of a text's tokens, to mean 0 and variance 1: no batch, no mask."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(encoder), AutoModel.from_pretrained(encoder)
    rows = []
    for text in texts:
        with torch.no_grad():
            states = model.eval()(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        mean = states.mean(dim=0).double().numpy()
        rows.append((mean - mean.mean()) / np.sqrt(mean.var() + 1e-5))
    return np.array(rows)


def test_embeddings_are_those_of_a_plain_loop_in_the_order_of_the_texts(tiny_bert: Path) -> None:
    texts = ["a", *TEXTS[:40], "the council met", TEXTS[3]]

    rows = embed(find_encoder(str(tiny_bert)), texts)

    assert rows == pytest.approx(embedded_one_by_one(tiny_bert, texts), abs=1e-4)


def test_each_text_is_computed_once_and_only_new_ones_load_the_encoder(tiny_bert: Path) -> None:
    # a name of its own, so that no other test has filled it
    encoder = Encoder("gone later", str(tiny_bert), "digest of this test")
    first = embed(encoder, TEXTS[:3])

    again = embed(encoder, [TEXTS[2], TEXTS[0]])

    assert (again == first[[2, 0]]).all()


def test_embedding_leaves_torchs_random_numbers_alone(tiny_bert: Path) -> None:
    import torch

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    embed(Encoder("another", str(tiny_bert), "digest of another test"), ["the mayor"])

    assert torch.equal(torch.rand(3), expected)


def test_an_encoder_that_cannot_be_loaded_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ModelError):
        embed(Encoder("broken", str(tmp_path), "broken"), ["a text"])
