"""The model in training: a stock classifier, a second head for the marked words, and the loss."""

from typing import Any

from train.models.pooling import own_states
from train.training.losses import LOSSES
from train.training.recipe import Recipe


def training_model(model: Any, recipe: Recipe, *, marked: bool) -> Any:
    """Return a module that computes the loss of a batch beside the logits of `model`.

    Where words are marked, each token is classified too, by a linear head that learns which words
    made an annotator choose a label. It exists in training only: `model` stays a stock class.

    Args:
        model: A stock sequence classifier.
        recipe: Names the loss and the weight of the marked words.
        marked: Whether batches have `token_labels`.
    """
    import torch

    loss_of = LOSSES[recipe.loss]
    layer = own_states(model) if marked else 0

    class TrainingModel(torch.nn.Module):
        """Returns `loss` and `logits`, as the Trainer expects."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.computed: list[tuple[Any, Any]] = []  # losses and row numbers of a step's batches
            # FSDP splits the weights of one layer at a time
            self._no_split_modules = list(getattr(model, "_no_split_modules", None) or ())
            self.token_head: torch.nn.Linear | None = None
            if marked:
                config = model.config
                self.token_head = torch.nn.Linear(config.hidden_size, config.num_labels)
                torch.nn.init.normal_(self.token_head.weight, std=0.02)
                torch.nn.init.zeros_(self.token_head.bias)

        def forward(
            self,
            input_ids: Any,
            attention_mask: Any,
            labels: Any = None,
            token_labels: Any = None,
            token_weights: Any = None,
            numbers: Any = None,
        ) -> dict[str, Any]:
            with_tokens = self.token_head is not None and token_labels is not None
            output = self.model(
                input_ids=input_ids,
                attention_mask=attention_mask,
                output_hidden_states=with_tokens,
            )
            result = {"logits": output.logits}
            if labels is not None:
                loss = loss_of(output.logits, labels).mean()
                if with_tokens and self.token_head is not None:
                    tokens = loss_of(self.token_head(output.hidden_states[layer]), token_labels)
                    spread = (tokens * token_weights).sum() / token_weights.sum().clamp(min=1)
                    loss = loss + recipe.marked_words * spread
                result = {"loss": loss, **result}
                if self.training:
                    self.computed.append((loss.detach(), numbers))
            return result

    return TrainingModel()
