from annotate.core.html.ticks import nice_ticks


def test_ticks_are_round() -> None:
    assert nice_ticks(0, 10) == [0, 2, 4, 6, 8, 10]
    assert nice_ticks(0.31, 0.42) == [0.35, 0.4]
    assert nice_ticks(0, 0) == [0]
