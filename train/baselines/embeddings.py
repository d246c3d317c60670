"""Embeddings of texts by a pretrained encoder, each computed once in a process."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from annotate.core.console import progress
from train.models.encoder import Encoder, load_encoder, token_limit
from train.scoring.scores import Floats

_MAX_LENGTH = 256  # tokens, as the recipes
_BATCH = 32


def embed(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Return a row for each text: the mean of its tokens' last states, layer-normalized.

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    known = _known(encoder)
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if new:
        known |= zip(new, _compute(encoder, new), strict=True)
    return np.array([known[text] for text in texts], dtype=np.float64)


@cache
def _known(encoder: Encoder) -> dict[str, Floats]:
    """Return what this process has computed so far, which the caller adds to."""
    return {}


def _compute(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """Embed the texts in batches of similar length, so that little padding is computed."""
    import torch
    from torch.nn.functional import layer_norm

    with torch.random.fork_rng(devices=[]):  # loading initializes a head, which is not used
        classifier, tokenizer = load_encoder(encoder, ("unused",))
    model, length = classifier.base_model.eval(), token_limit(classifier, tokenizer, _MAX_LENGTH)
    if torch.accelerator.is_available():
        model.to(torch.accelerator.current_accelerator())
    order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
    rows = np.zeros((len(texts), model.config.hidden_size))
    with torch.inference_mode(), progress("embedding", total=len(texts)) as bar:
        for start in range(0, len(order), _BATCH):
            numbers = order[start : start + _BATCH]
            batch = tokenizer(
                [texts[n] for n in numbers],
                truncation=True,
                max_length=length,
                padding=True,
                return_tensors="pt",
            ).to(model.device)
            states = model(**batch).last_hidden_state.float()
            mask = batch["attention_mask"].unsqueeze(-1)
            means = (states * mask).sum(1) / mask.sum(1).clamp(min=1)
            rows[numbers] = layer_norm(means, means.shape[-1:]).cpu().numpy()
            bar.advance(len(numbers))
    return rows
