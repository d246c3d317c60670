"""Classify by the mean of all tokens within a stock class, which reads the first token only.

One more layer of the same kind is appended, with fixed weights: equal attention to every token, and
no feed-forward part. It hands the first token the layer-normalised mean of all of them, so encoders
that were pretrained to be read by their mean, as sentence encoders are, keep that reading, and any
program that loads the class computes it.
"""

import copy
from functools import partial
from typing import Any

_LAYERS = frozenset({"bert", "roberta", "xlm-roberta", "camembert"})  # of BERT's layout
# The layer's input is added to the mean, so the mean is raised to leave little of the input
_RAISED = 16.0


def pools_by_mean(config: Any) -> bool:
    """Return whether `pool_by_mean` can change models of this configuration."""
    return config.model_type in _LAYERS or hasattr(config, "classifier_pooling")


def pool_by_mean(model: Any) -> None:
    """Make a stock classifier with a new head read the mean of the tokens, in place.

    The layer before the labels becomes the identity, instead of beginning at random, and is not
    trained either. Models of other kinds than `pools_by_mean` stay as they are.
    """
    if hasattr(model.config, "classifier_pooling"):  # ModernBERT has it built in
        model.config.classifier_pooling = "mean"
    elif model.config.model_type in _LAYERS:
        layers = model.base_model.encoder.layer
        pooler = getattr(model.base_model, "pooler", None)
        dense = pooler.dense if pooler is not None else model.classifier.dense
        if not _averages(layers[-1]):  # a model that was trained so has the layer already
            layers.append(_averaging_layer(layers[-1]))
            model.config.num_hidden_layers = len(layers)
            _set(dense, 1.0)
        for fixed in (layers[-1], dense):
            fixed.requires_grad_(False)


def averaging_layer(model: Any) -> Any | None:
    """Return the layer that `pool_by_mean` appended; None where there is none."""
    if model.config.model_type not in _LAYERS:
        return None
    last = model.base_model.encoder.layer[-1]
    return last if _averages(last) else None


def own_states(model: Any) -> int:
    """Return which of a model's hidden states tell its tokens apart, counted from the end.

    After the appended layer all tokens hold nearly the same, so it is the layer before.
    """
    stock = model.get_base_model() if hasattr(model, "get_base_model") else model  # of LoRA
    return -1 if averaging_layer(stock) is None else -2


def average_once(model: Any) -> None:
    """Let the appended layer compute the first token alone, in place: a head reads no other.

    Its weights make the same numbers as before. Models without the layer stay as they are.
    """
    layer = averaging_layer(model)
    if layer is not None and model.config._attn_implementation in {"sdpa", "eager"}:
        layer.forward = partial(_first_token, layer)


def _first_token(layer: Any, states: Any, mask: Any = None, *_: Any, **__: Any) -> Any:
    """Do what the layer does, for the first token of each text, in full precision.

    Args:
        layer: The layer, whose query is zero: each token has the same attention.
        states: Shape (texts, tokens, width).
        mask: Shape (texts, 1, tokens or 1, tokens): True or 0.0 where there is a token.
    """
    states = states.float()
    if mask is None:
        mean = states.mean(dim=1, keepdim=True)
    else:
        tokens = (mask == 0 if mask.is_floating_point() else mask)[:, 0, :1].float()
        mean = tokens @ states / tokens.sum(dim=-1, keepdim=True)
    attention = layer.attention
    read = attention.output(attention.self.value(mean), states[:, :1])
    return layer.output(layer.intermediate(read), read)


def _averages(layer: Any) -> bool:
    return not layer.attention.self.query.weight.any()


def _averaging_layer(layer: Any) -> Any:
    averaging = copy.deepcopy(layer)
    attention, output = averaging.attention.self, averaging.attention.output
    _set(attention.query, 0.0)  # equal scores for every token
    _set(attention.key, 0.0)
    _set(attention.value, 1.0)
    _set(output.dense, _RAISED)
    _set(averaging.intermediate.dense, 0.0)
    _set(averaging.output.dense, 0.0)
    for norm in (output.LayerNorm, averaging.output.LayerNorm):
        norm.weight.data.fill_(1.0)
        norm.bias.data.zero_()
    return averaging


def _set(linear: Any, diagonal: float) -> None:
    """Make a linear layer multiply by `diagonal`."""
    from torch.nn.init import eye_

    if linear.in_features == linear.out_features:
        eye_(linear.weight).data.mul_(diagonal)
    else:
        linear.weight.data.fill_(diagonal)
    linear.bias.data.zero_()
