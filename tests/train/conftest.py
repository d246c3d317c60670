import os
from pathlib import Path

import pytest

from tests.train.samples import FILLERS, WORDS, write_official_dataset, write_tiny_dataset
from train.models.encoder import quiet
from train.training.fit import FitConfig, fit
from train.training.recipe import Recipe

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads on busy cores cost five times as much
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained BERT of some ten thousand weights, in the form of a pretrained one."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    quiet()
    folder = tmp_path_factory.mktemp("encoders") / "tiny-bert"
    folder.mkdir()
    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789", "."]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(FILLERS)]
    words += [*WORDS.values(), *(x for x in letters if x not in words)]
    words += [f"##{letter}" for letter in letters]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_dataset(tmp_path_factory.mktemp("datasets") / "tiny")


@pytest.fixture(scope="session")
def tiny_recipe() -> Recipe:
    """Four passes at a rate that suits an encoder without pretraining."""
    return Recipe(max_epochs=4, learning_rate=3e-3, max_length=32)


@pytest.fixture(scope="session")
def tiny_config(tiny_bert: Path, tiny_recipe: Recipe) -> FitConfig:
    return FitConfig(str(tiny_bert), tiny_recipe)


@pytest.fixture(scope="session")
def tiny_run(
    tmp_path_factory: pytest.TempPathFactory, tiny_dataset: Path, tiny_config: FitConfig
) -> Path:
    """A finished training run."""
    return fit(tiny_dataset, tiny_config, tmp_path_factory.mktemp("runs") / "run").run


@pytest.fixture(scope="session")
def official_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with the labels of SemEval-2023."""
    return write_official_dataset(tmp_path_factory.mktemp("datasets") / "official")


@pytest.fixture(scope="session")
def official_run(
    tmp_path_factory: pytest.TempPathFactory, official_dataset: Path, tiny_config: FitConfig
) -> Path:
    """A training run that was finished on that dataset."""
    return fit(official_dataset, tiny_config, tmp_path_factory.mktemp("runs") / "official").run
