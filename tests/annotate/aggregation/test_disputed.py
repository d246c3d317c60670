import pytest

from annotate.aggregation.disputed import Disputed, disputed_sentence


@pytest.mark.parametrize(
    ("rule", "labels", "paragraphs", "sentence"),
    [
        (
            Disputed.OFF,
            {"Doubt": 2, "Fear": 1},
            2,
            "3 labels are disputed, in 2 paragraphs; "
            "in gold such a label holds only if its score is above one half: a tie is off",
        ),
        (
            Disputed.ON,
            {"Doubt": 1},
            1,
            "1 label is disputed, in 1 paragraph; in gold such a label holds",
        ),
        (
            Disputed.DROP,
            {"Doubt": 2},
            2,
            "2 labels are disputed, in 2 paragraphs; "
            "a paragraph with such a label is left out of gold until somebody decides",
        ),
        (Disputed.DROP, {}, 0, "no label is disputed"),
    ],
)
def test_a_sentence_says_how_many_are_disputed_and_what_gold_does(
    rule: Disputed, labels: dict[str, int], paragraphs: int, sentence: str
) -> None:
    assert disputed_sentence(rule, {"paragraphs": paragraphs, "labels": labels}) == sentence
