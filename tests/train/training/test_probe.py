from pathlib import Path

import numpy as np
import pytest

from annotate.core.dataset_folder import open_dataset
from train.dataset import read_split
from train.models.classifier import Classifier
from train.models.encoder import find_encoder
from train.training.probe import fit_head, head_out_of_fold
from train.training.recipe import Recipe
from train.training.trainer import untrained

LABELS = ("insult", "doubt", "fear", "values")


@pytest.fixture
def classifier(tiny_bert: Path) -> Classifier:
    return untrained(find_encoder(str(tiny_bert)), LABELS, Recipe(max_length=32), 13)


def test_the_head_is_a_logistic_regression_on_what_the_encoder_says(
    classifier: Classifier, tiny_dataset: Path
) -> None:
    import torch
    from sklearn.linear_model import LogisticRegression

    split = read_split(open_dataset(tiny_dataset), "train")
    features = []
    with torch.no_grad():
        for text in split.texts:
            batch = classifier.tokenizer(text, truncation=True, max_length=32, return_tensors="pt")
            features.append(classifier.model.eval().bert(**batch).pooler_output[0].numpy())
    model = LogisticRegression(C=0.01, max_iter=1000).fit(np.array(features), split.gold[:, 0])

    fit_head(classifier, split)

    logits = classifier.classify(split.texts).logits[:, 0]
    # a longer text takes the highest of its windows, and the head learns from the first
    whole = [len(classifier.tokenizer(text)["input_ids"]) <= 32 for text in split.texts]
    expected = model.decision_function(np.array(features))
    assert sum(whole) > len(whole) / 2
    assert logits[whole] == pytest.approx(expected[whole], abs=1e-3)


def test_a_label_without_examples_is_never_predicted(
    classifier: Classifier, tiny_dataset: Path
) -> None:
    split = read_split(open_dataset(tiny_dataset), "train")
    assert not split.gold[:, 3].any()

    fit_head(classifier, split)

    assert (classifier.classify(split.texts).scores[:, 3] < 0.001).all()


def test_out_of_fold_no_paragraph_is_scored_by_a_head_that_saw_its_label(
    classifier: Classifier, tiny_dataset: Path
) -> None:
    split = read_split(open_dataset(tiny_dataset), "train")
    numbers = np.arange(len(split.texts)) % 2
    before = head_out_of_fold(classifier, split, numbers)

    split.gold[numbers == 1] = ~split.gold[numbers == 1]
    after = head_out_of_fold(classifier, split, numbers)

    assert np.array_equal(before[numbers == 1], after[numbers == 1])
    assert not np.array_equal(before[numbers == 0], after[numbers == 0])
