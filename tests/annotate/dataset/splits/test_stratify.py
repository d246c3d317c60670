import random
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.dataset.splits.stratify import Paragraphs, stratify

SHARES = (0.7, 0.15, 0.15)
PARAGRAPH = st.sets(st.sampled_from("xyz")).map(lambda labels: tuple(sorted(labels)))
GROUPS = st.lists(st.lists(PARAGRAPH, min_size=1, max_size=5), min_size=1, max_size=12)


def cost(
    groups: list[Paragraphs], shares: tuple[float, ...], placed: list[Paragraphs], of: list[int]
) -> float:
    """Sum (number - share)² / share over parts and labels; a pair of labels counts a tenth."""
    parts = [[*before] for before in placed]
    for group, number in zip(groups, of, strict=True):
        parts[number] += group
    everything = [paragraph for part in parts for paragraph in part]
    terms: dict[tuple[str, ...], float] = {(): 1.0}  # labels that a paragraph must have: weight
    labels = sorted({label for paragraph in everything for label in paragraph})
    terms |= {(label,): 1.0 for label in labels}
    terms |= dict.fromkeys(combinations(labels, 2), 0.1)
    total = 0.0
    for needed, weight in terms.items():
        count = sum(set(needed) <= set(paragraph) for paragraph in everything)
        if len(needed) < 2 or count * min(shares) >= 1 - 1e-9:
            for part, share in zip(parts, shares, strict=True):
                number = sum(set(needed) <= set(paragraph) for paragraph in part)
                total += weight * (number - share * count) ** 2 / (share * count)
    return total


def neighbours(of: list[int], parts: int) -> list[list[int]]:
    """Every placement that differs by the place of one group, or of two that changed places."""
    moved = [[*of[:n], part, *of[n + 1 :]] for n, part in product(range(len(of)), range(parts))]
    exchanged = [
        [of[b] if n == a else of[a] if n == b else part for n, part in enumerate(of)]
        for a, b in combinations(range(len(of)), 2)
    ]
    return moved + exchanged


@settings(deadline=None, max_examples=60)
@given(GROUPS, GROUPS, st.integers(0, 50))
def test_no_move_and_no_exchange_makes_the_parts_more_even(
    groups: list[Paragraphs], before: list[Paragraphs], seed: int
) -> None:
    placed: list[Paragraphs] = [[p for group in before[n::3] for p in group] for n in range(3)]
    of = stratify(groups, SHARES, placed, seed)

    least = cost(groups, SHARES, placed, of)
    filled = {n for n in range(3) if placed[n] or n in of}
    for other in neighbours(of, 3):
        if filled <= {n for n in range(3) if placed[n] or n in other}:
            assert cost(groups, SHARES, placed, other) > least - 2e-3


def test_a_label_and_the_paragraphs_are_shared_out_as_by_hand() -> None:
    # 20 paragraphs, 10 with x: a half each is 10 and 5
    groups: list[Paragraphs] = [[("x",)] * 4, [()] * 4, [("x",)] * 3 + [()], [("x",)] + [()] * 3]
    groups += [[("x",), ()], [("x",), ()]]

    of = stratify(groups, (1, 1), [[], []], seed=1)

    halves = [
        [p for g, part in zip(groups, of, strict=True) if part == n for p in g] for n in (0, 1)
    ]
    assert [(len(half), half.count(("x",))) for half in halves] == [(10, 5), (10, 5)]


def test_labels_that_occur_together_are_shared_out_as_a_pair() -> None:
    # each label stands 8 times in either way of halving; the pair does only in one of them
    groups: list[Paragraphs] = [[("x", "y"), ()] for _ in range(8)]
    groups += [[("x",), ("y",)] for _ in range(8)]

    for seed in range(10):
        of = stratify(groups, (1, 1), [[], []], seed)
        assert sum(of[:8]) == 4


def test_what_is_in_a_part_already_counts_towards_its_share() -> None:
    # of 20 paragraphs, 10 belong in each part, with 3 of the 6 x
    placed: list[Paragraphs] = [[("x",)] * 3 + [()] * 5, [()] * 2]
    groups: list[Paragraphs] = [[()], [()], [()] * 2, [("x",)] * 3, [()] * 3]

    of = stratify(groups, (1, 1), placed, seed=1)

    assert of[3] == 1
    assert sum(len(g) for g, part in zip(groups, of, strict=True) if part == 0) == 2


def test_the_first_parts_get_a_group_first() -> None:
    groups: list[Paragraphs] = [[()] * 50, [()] * 50, [()] * 50, [()] * 50]

    for number in range(5):
        of = stratify(groups[:number], SHARES, [[], [], []], seed=3)
        assert set(of) == set(range(min(number, 3)))


def test_a_part_with_the_only_group_keeps_it_for_an_earlier_empty_one_alone() -> None:
    groups: list[Paragraphs] = [[("x",)], [("y",)]]

    # by its share, each group belongs in the last part
    assert sorted(stratify(groups, (0.05, 0.05, 0.9), [[], [], []], seed=1)) == [0, 1]
    assert sorted(stratify(groups, (0.05, 0.05, 0.9), [[()], [], []], seed=1)) == [1, 2]


def test_a_group_that_exceeds_every_share_goes_to_the_largest_part() -> None:
    groups: list[Paragraphs] = [[("x",)] * 400, *([[("x",)] * 2] * 50)]

    for seed in range(5):
        of = stratify(groups, SHARES, [[], [], []], seed)
        assert of[0] == 0
        assert {part: of[1:].count(part) for part in (1, 2)} == {1: 25, 2: 25}


def test_many_labels_and_parts_are_shared_out_evenly() -> None:
    chance = random.Random(4)
    labels = [f"label {n}" for n in range(20)]
    groups: list[Paragraphs] = [
        [tuple(x for x in labels if chance.random() < 0.15) for _ in range(chance.randint(1, 9))]
        for _ in range(300)
    ]

    of = stratify(groups, (1,) * 5, [[]] * 5, seed=2)

    for label in labels:
        counts = [0] * 5
        for group, part in zip(groups, of, strict=True):
            counts[part] += sum(label in paragraph for paragraph in group)
        assert max(counts) - min(counts) <= 0.1 * sum(counts) / 5


def test_another_seed_gives_another_placement() -> None:
    groups: list[Paragraphs] = [[(label,)] for label in "xyz" * 20]

    assert len({tuple(stratify(groups, SHARES, [[], [], []], seed)) for seed in range(3)}) == 3
