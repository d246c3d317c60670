from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.console import progress
from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import InputError
from tests.limits import files_limited_to
from train.dataset import Split, read_split
from train.models.classifier import Classifier
from train.models.encoder import find_encoder
from train.training.folds import fit_and_score, fold_numbers, out_of_fold, out_of_fold_steps
from train.training.recipe import Recipe

ONE_EPOCH = Recipe(min_epochs=1, max_epochs=1, max_length=32)
LABELS = ("insult", "doubt", "fear", "values")


def split_of(articles: list[str]) -> Split:
    names = tuple(f"p{n}" for n in range(len(articles)))
    gold = np.zeros((len(articles), 1), dtype=bool)
    return Split("train", names, tuple(articles), names, gold, ((),) * len(names))


@given(
    articles=st.lists(st.sampled_from("abcdefghij"), min_size=8, max_size=60),
    folds=st.integers(2, 4),
    seed=st.integers(0, 99),
)
def test_an_article_is_never_cut_and_no_fold_is_much_larger(
    articles: list[str], folds: int, seed: int
) -> None:
    numbers = fold_numbers(split_of(articles), folds, seed)

    pairs = set(zip(articles, numbers.tolist(), strict=True))
    assert len(pairs) == len(set(articles))
    sizes = np.bincount(numbers, minlength=folds)
    assert sizes.max() - sizes.min() <= 2 * max(Counter(articles).values())
    assert np.array_equal(numbers, fold_numbers(split_of(articles), folds, seed))


def test_another_seed_draws_other_folds() -> None:
    split = split_of([f"a{n}" for n in range(30)])

    assert not np.array_equal(fold_numbers(split, 2, 1), fold_numbers(split, 2, 2))


def test_scores_that_are_kept_are_not_trained_again(
    tiny_bert: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    split, encoder = read_split(open_dataset(tiny_dataset), "train"), find_encoder(str(tiny_bert))
    with progress("steps") as bar:
        first = fit_and_score(encoder, LABELS, split, split.texts, ONE_EPOCH, 13, tmp_path, bar)
        metrics = (tmp_path / "metrics.jsonl").read_bytes()
        (tmp_path / "metrics.jsonl").unlink()
        second = fit_and_score(encoder, LABELS, split, split.texts, ONE_EPOCH, 13, tmp_path, bar)

    assert metrics
    assert not (tmp_path / "metrics.jsonl").exists()
    assert np.array_equal(first, second)
    assert not (tmp_path / "checkpoints").exists()


def test_a_disk_that_fills_up_while_scores_are_kept_is_one_line(
    tiny_bert: Path, tiny_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    split, encoder = read_split(open_dataset(tiny_dataset), "train"), find_encoder(str(tiny_bert))

    def untrained_too(classifier: Classifier, *_: object) -> Classifier:
        return classifier

    monkeypatch.setattr("train.training.folds.train", untrained_too)
    texts = split.texts * 10

    with (
        progress("steps") as bar,
        files_limited_to(1000),
        pytest.raises(InputError, match=r"logits\.npy: cannot be written: File too large"),
    ):
        fit_and_score(encoder, LABELS, split, texts, ONE_EPOCH, 13, tmp_path, bar)
    assert list(tmp_path.iterdir()) == []


def test_out_of_fold_each_paragraph_is_scored_by_a_model_of_the_other_folds(
    tiny_bert: Path, tiny_dataset: Path, tmp_path: Path
) -> None:
    split, encoder = read_split(open_dataset(tiny_dataset), "train"), find_encoder(str(tiny_bert))
    numbers = fold_numbers(split, 2, 0)
    with progress("steps") as bar:
        logits = out_of_fold(encoder, LABELS, split, numbers, ONE_EPOCH, 13, tmp_path / "a", bar)
        own, rest = np.flatnonzero(numbers == 1), np.flatnonzero(numbers == 0)
        texts = [split.texts[n] for n in own]
        alone = fit_and_score(
            encoder, LABELS, split.rows(rest), texts, ONE_EPOCH, 13, tmp_path / "b", bar
        )

    assert np.array_equal(logits[own], alone)
    # 24 paragraphs each: two steps of 16 a fold
    assert out_of_fold_steps(numbers, ONE_EPOCH) == 4
