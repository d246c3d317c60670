"""Classify by the mean of all tokens within a stock class, which reads the first token only.

One more layer of the same kind is appended, with fixed weights: equal attention to every token, and
no feed-forward part. It hands the first token the layer-normalised mean of all of them, so encoders
that were pretrained to be read by their mean, as sentence encoders are, keep that reading, and any
program that loads the class computes it.
"""

import copy
from typing import Any

_LAYERS = frozenset({"bert", "roberta", "xlm-roberta", "camembert"})  # of BERT's layout
# The layer's input is added to the mean, so the mean is raised to leave little of the input
_RAISED = 16.0


def pools_by_mean(config: Any) -> bool:
    """Return whether `pool_by_mean` can change models of this configuration."""
    return config.model_type in _LAYERS or hasattr(config, "classifier_pooling")


def pool_by_mean(model: Any) -> None:
    """Make a stock classifier with a new head read the mean of the tokens, in place.

    The layer before the labels begins as the identity, instead of at random. Models of other kinds
    than `pools_by_mean` stay as they are.
    """
    if hasattr(model.config, "classifier_pooling"):  # ModernBERT has it built in
        model.config.classifier_pooling = "mean"
    elif model.config.model_type in _LAYERS:
        layers = model.base_model.encoder.layer
        if not layers[-1].attention.self.query.weight.any():  # a model that was trained so
            layers[-1].requires_grad_(False)
            return
        layers.append(_averaging_layer(layers[-1]))
        model.config.num_hidden_layers = len(layers)
        pooler = getattr(model.base_model, "pooler", None)
        _set(pooler.dense if pooler is not None else model.classifier.dense, 1.0)


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
    averaging.requires_grad_(False)
    return averaging


def _set(linear: Any, diagonal: float) -> None:
    """Make a linear layer multiply by `diagonal`."""
    from torch.nn.init import eye_

    if linear.in_features == linear.out_features:
        eye_(linear.weight).data.mul_(diagonal)
    else:
        linear.weight.data.fill_(diagonal)
    linear.bias.data.zero_()
