"""Clusters of near-duplicates among texts with ids."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.paragraphs.clusters import clusters

MAYOR = "The mayor said on Monday that the town will not pay for the bridge this year."
RIVER = "A river runs through the town, and nobody has counted the ferries that cross it."


def changed(text: str, word: str) -> str:
    """Return the text with another last word: one of its word triples differs."""
    return f"{text.rpartition(' ')[0]} {word}"


def test_texts_that_differ_in_a_word_share_the_cluster_of_the_first() -> None:
    texts = [("a", MAYOR), ("b", RIVER), ("c", changed(MAYOR, "month")), ("d", MAYOR.upper())]

    assert clusters(texts) == {"a": "a", "b": "b", "c": "a", "d": "a"}


def test_short_texts_share_a_cluster_only_if_their_words_are_the_same() -> None:
    texts = [("a", "Share this story"), ("b", "Share this page"), ("c", "“Share this story!”")]

    assert clusters(texts) == {"a": "a", "b": "b", "c": "a"}


def test_texts_without_a_word_share_a_cluster_only_if_they_are_equal() -> None:
    assert clusters([("a", "..."), ("b", "!!!"), ("c", "...")]) == {"a": "a", "b": "b", "c": "a"}


def test_no_text_has_no_cluster() -> None:
    assert clusters([]) == {}


def test_known_clusters_stay_together_and_are_joined_by_a_text_that_is_like_both() -> None:
    known = {"a": "k1", "b": "k1", "c": "k2", "d": "k2"}
    texts = [("a", MAYOR), ("b", "one"), ("c", RIVER), ("d", "two")]

    assert clusters(texts, known) == {"a": "k1", "b": "k1", "c": "k2", "d": "k2"}
    joined = clusters([*texts, ("e", MAYOR), ("f", "Two"), ("g", "three")], {**known, "e": "k2"})
    assert joined == {**dict.fromkeys("abcdef", "k1"), "g": "g"}


def test_a_cluster_that_is_named_after_a_text_holds_that_text() -> None:
    assert clusters([("a", "one"), ("b", "two")], {"b": "a"}) == {"a": "a", "b": "a"}


TEXT = st.lists(st.sampled_from(["red", "Red", "blue,", "blue", "-"]), max_size=12).map(" ".join)


@given(st.lists(TEXT, max_size=12))
def test_copies_always_share_a_cluster_which_is_that_of_its_first_text(texts: list[str]) -> None:
    of = clusters((str(n), text) for n, text in enumerate(texts))

    assert list(of) == [str(n) for n in range(len(texts))]
    for (n, one), (m, other) in combinations(enumerate(texts), 2):
        assert one != other or of[str(n)] == of[str(m)]
    for number, cluster in of.items():
        assert of[cluster] == cluster
        assert int(cluster) <= int(number)


@given(st.lists(st.tuples(TEXT, st.sampled_from(["x", "y", "z"])), max_size=12))
def test_known_clusters_are_never_parted(rows: list[tuple[str, str]]) -> None:
    known = {str(n): cluster for n, (_, cluster) in enumerate(rows)}
    of = clusters(((str(n), text) for n, (text, _) in enumerate(rows)), known)

    for (n, (one, k)), (m, (other, j)) in combinations(enumerate(rows), 2):
        if k == j or one == other:
            assert of[str(n)] == of[str(m)]


def test_texts_of_one_template_join_their_first_leader_however_many_lead_a_band(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("annotate.paragraphs.clusters.MOST_COMPARED", 2)
    template = " ".join(f"word{n}" for n in range(40))
    others = [(str(n), f"{template} {' '.join(f'x{n}y{m}' for m in range(30))}") for n in range(20)]
    texts = [("first", template), *others, ("last", f"{template} end")]

    of = clusters(texts)

    assert of["last"] == "first"
    assert [of[id_] for id_, _ in others] == [id_ for id_, _ in others]  # 38 of 68 triples: 0.56


def test_a_copy_is_not_missed_where_too_many_texts_are_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("annotate.paragraphs.clusters.MOST_COMPARED", 1)
    template = "The share of {0} rose by {0} percent {0} and fell in {0} by {0} percent again"
    texts = [(str(n), template.format(f"w{n}")) for n in range(30)]

    of = clusters([*texts, *((f"{id_} again", text) for id_, text in texts)])

    assert all(of[f"{id_} again"] == of[id_] for id_, _ in texts)
