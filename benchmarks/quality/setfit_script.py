"""Run by the Python of another environment: train SetFit, write scores and decisions.

`python setfit_script.py ASKED.json ANSWER.json`. SetFit's own defaults (1 epoch, batches of 16,
body rate 2e-5, logistic regression as head), one-vs-rest for several labels, but `num_iterations`
pairs a paragraph instead of all pairs, which would take hours on a CPU.
"""

import json
import sys
from pathlib import Path
from typing import Any

ITERATIONS = 1  # each makes two pairs a paragraph, so about the CPU time of `fit`


def main(asked: Path, answer: Path) -> None:
    request = json.loads(asked.read_text(encoding="utf-8"))
    model = load(request)
    train(model, request)
    answer.write_text(json.dumps(decide(model, request)), encoding="utf-8")


def load(request: dict[str, Any]) -> Any:
    from sentence_transformers import SentenceTransformer, models
    from setfit import SetFitModel
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    transformer = models.Transformer(request["encoder"], max_seq_length=256)
    pooling = models.Pooling(transformer.get_word_embedding_dimension(), pooling_mode="mean")
    body = SentenceTransformer(modules=[transformer, pooling], device="cpu")
    head = LogisticRegression(max_iter=1000)
    if request["single"]:
        return SetFitModel(model_body=body, model_head=head)
    strategy = "one-vs-rest"
    return SetFitModel(
        model_body=body, model_head=OneVsRestClassifier(head), multi_target_strategy=strategy
    )


def train(model: Any, request: dict[str, Any]) -> None:
    from datasets import Dataset
    from setfit import Trainer, TrainingArguments

    labels = [label(row, request["single"]) for row in request["gold"]]
    arguments = TrainingArguments(
        output_dir=request["folder"],
        num_iterations=ITERATIONS,
        seed=request["seed"],
        report_to="none",
        save_strategy="no",
        show_progress_bar=False,
    )
    rows = Dataset.from_dict({"text": request["texts"], "label": labels})
    Trainer(model=model, args=arguments, train_dataset=rows).train()


def label(row: list[int], single: bool) -> Any:
    """The row, or its class: the first label, or a last class for none."""
    return ((*row, 1).index(1)) if single else row


def decide(model: Any, request: dict[str, Any]) -> dict[str, Any]:
    width = len(request["gold"][0])
    chances = model.predict_proba(request["asked"], as_numpy=True)
    if not request["single"]:
        predicted = model.predict(request["asked"], as_numpy=True)
        return {"scores": chances.tolist(), "predicted": predicted.tolist()}
    scores = [[0.0] * (width + 1) for _ in request["asked"]]
    for row, chance in zip(scores, chances.tolist(), strict=True):
        for name, value in zip(model.model_head.classes_.tolist(), chance, strict=True):
            row[name] = value
    best = [row.index(max(row)) for row in scores]
    return {
        "scores": [row[:width] for row in scores],
        "predicted": [[int(n == place) for n in range(width)] for place in best],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
