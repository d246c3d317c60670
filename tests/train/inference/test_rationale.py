from pathlib import Path

import pytest

from tests.train.samples import WORDS
from train.inference.backends import Backend, load_backend
from train.inference.rationale import explain
from train.models.folder import open_model

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def backend(tiny_run: Path) -> Backend:
    return load_backend(open_model(tiny_run), exact=True)


def test_a_weight_is_how_much_the_score_falls_without_the_word(backend: Backend) -> None:
    text = "The traitor spoke,  supposedly, on Monday."
    words = text.split()
    rest = [" ".join([*words[:n], *words[n + 1 :]]) for n in range(len(words))]
    whole = backend.classify([text]).scores[0]

    rationales = explain(backend, text, [0, 2])

    for label, words_of_label in zip((0, 2), rationales, strict=True):
        falls = dict(
            zip(words, whole[label] - backend.classify(rest).scores[:, label], strict=True)
        )
        expected = sorted((w for w in words if falls[w] > 5e-5), key=lambda w: -falls[w])
        assert [text[start:end] for start, end, _ in words_of_label] == expected
        weights = [weight for _, _, weight in words_of_label]
        assert weights == pytest.approx([falls[word] for word in expected], abs=1e-4)


def test_of_a_long_text_runs_of_words_are_left_out(backend: Backend) -> None:
    text = "the council met on monday " * 50 + next(iter(WORDS.values()))

    rationales = explain(backend, text, [0, 1])

    assert len(rationales) == 2
    for words in rationales:
        assert len(words) <= 10
        assert all(0 <= start < end <= len(text) for start, end, _ in words)
        assert all(len(text[start:end].split()) in {2, 3} for start, end, _ in words)


def test_an_empty_text_and_no_label_have_no_words(backend: Backend) -> None:
    assert explain(backend, "", [0]) == [[]]
    assert explain(backend, "The council met.", []) == []
