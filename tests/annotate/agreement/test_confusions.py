import pytest

from annotate.agreement.confusions import EXAMPLES, MOST, Confusion, confusions
from annotate.core.stats.answer_matrix import answer_table
from tests.annotate.agreement.samples import table
from tests.annotate.jackknife import expected_ends
from tests.annotate.samples import answer


def measured(**annotators: str) -> list[Confusion]:
    answers = table(**annotators)
    return confusions(answers)


def test_a_pair_is_confused_where_each_person_alone_ticks_one_of_the_two() -> None:
    (found,) = measured(a1="I D I - ID", a2="D I - - ID")

    assert (found.first, found.second) == ("Insult", "Doubt")
    assert (found.count, found.paragraphs) == (2, 2)
    # of 5 paragraphs: I alone by a1 in 2, D alone by a2 in 1; D alone by a1 in 1, I by a2 in 1
    assert found.expected == pytest.approx(2 * 1 / 5 + 1 * 1 / 5)
    assert found.lift.value == pytest.approx(2 / 0.6)


def test_each_pair_of_people_counts_and_a_paragraph_only_once_among_paragraphs() -> None:
    (found,) = measured(a1="I I - -", a2="D D - -", a3="D . - -")

    assert (found.count, found.paragraphs) == (3, 2)


def test_once_is_no_pattern() -> None:
    assert measured(a1="I - - -", a2="D - - -") == []


def test_what_chance_gives_as_often_is_not_listed() -> None:
    # each ticks alone in every paragraph: 2 by chance, 2 found
    assert measured(a1="I I", a2="D D") == []


def test_paragraphs_that_only_one_of_the_two_answered_are_no_evidence() -> None:
    assert measured(a1="I I I - -", a2="D . . - -", a3=". D . - -") != []
    assert measured(a1="I I . - -", a2=". . D - -") == []


def test_the_examples_differ_in_little_else_and_say_who_ticked_what() -> None:
    # in p3 two people differ in nothing else, and so do a1 and a2 in p4; then comes p0
    annotators = {
        "a1": "IF I IF I I - - - - -",
        "a2": "D DF D D D - - - - -",
        "a3": "- . . I DF - - - - -",
    }

    found = next(c for c in measured(**annotators) if c.second == "Doubt")

    assert len(found.examples) == EXAMPLES
    assert [example.paragraph_id for example in found.examples] == ["p3", "p4", "p0"]
    assert found.examples[0].answers == {"a1": ("Insult",), "a2": ("Doubt",), "a3": ("Insult",)}
    assert found.examples[2].answers == {"a1": ("Insult", "Fear"), "a2": ("Doubt",), "a3": ()}


def test_pairs_are_ordered_by_what_is_above_chance() -> None:
    found = measured(a1="I I I I I F F F - - - - - - - -", a2="D D D D D I I I - - - - - - - -")

    assert [(c.first, c.second, c.count) for c in found] == [
        ("Insult", "Doubt", 5),
        ("Insult", "Fear", 3),
    ]
    excess = [c.count - c.expected for c in found]
    assert excess == sorted(excess, reverse=True)


def test_the_interval_of_the_lift_is_that_of_articles_left_out() -> None:
    words = {"a1": "I D I - I F - - I D I - D F I -", "a2": "D I - - D F - I I - D - I F D -"}
    answers = table(**words)

    found = next(c for c in confusions(answers) if c.second == "Doubt")

    lifts = []
    for left in range(answers.article_count):
        units = [2 * a + b for a in range(answers.article_count) for b in (0, 1) if a != left]
        one, other = ([words[name].split()[unit] for unit in units] for name in ("a1", "a2"))
        pairs = list(zip(one, other, strict=True))
        count = sum({a, b} == {"I", "D"} for a, b in pairs)
        alone = {
            (letter, side): sum(letter == pair[side] != pair[1 - side] for pair in pairs)
            for letter in "ID"
            for side in (0, 1)
        }
        chance = (alone["I", 0] * alone["D", 1] + alone["D", 0] * alone["I", 1]) / len(pairs)
        lifts.append(count / chance)
    # the two are confused in five articles
    ends = expected_ends(found.lift.value, lifts, 5, spread=lambda x: x, ends=(0, 100))
    assert (found.lift.interval.low, found.lift.interval.high) == pytest.approx(ends)


def test_a_pair_confused_in_four_articles_has_no_interval() -> None:
    (found,) = measured(a1="I I I - I - I - F F F F", a2="D D D - D - D - F F F F")

    assert (found.count, found.paragraphs) == (5, 5)
    assert found.lift.interval.missing == "4 articles, and an interval needs 5"


def test_only_the_most_confused_pairs_are_listed() -> None:
    labels = [f"L{n}" for n in range(8)]  # 28 pairs
    pairs = [(x, y) for n, x in enumerate(labels) for y in labels[n + 1 :]]
    annotations = [
        answer(f"p{2 * n + again}", name, label)
        for n, pair in enumerate(pairs)
        for again in (0, 1)
        for name, label in zip(("a1", "a2"), pair, strict=True)
    ]
    ids = {a.paragraph_id: a.paragraph_id for a in annotations}
    answers = answer_table(annotations, labels, ids)

    found = confusions(answers)

    assert len(found) == MOST
