import pytest

from annotate.dataset.splits.by_date import newest_to_test

SHARES = {"train": 0.7, "validation": 0.15, "test": 0.15}
TRAIN, VALIDATION, TEST = SHARES


def split(
    dates: dict[str, str],
    placed: dict[str, str] | None = None,
    groups: tuple[str, ...] = (),
    shares: dict[str, float] = SHARES,
) -> dict[str, str]:
    """The splits of articles of one paragraph; each group is a string of one-letter articles."""
    rest = [article for article in dates if article not in "".join(groups)]
    placed = placed or {}
    return placed | newest_to_test(dates.items(), [*groups, *rest], placed, shares)


def day(number: int) -> str:
    return f"2024-05-{number:02}"


def test_articles_of_one_day_stay_together() -> None:
    dates = dict(zip("abcdefghij", [*map(day, range(1, 8)), day(9), day(9), day(9)], strict=True))

    assert split(dates) == {
        **dict.fromkeys("abcdef", TRAIN),
        "g": VALIDATION,
        **dict.fromkeys("hij", TEST),
    }


def test_a_near_duplicate_group_goes_by_its_newest_day() -> None:
    dates = {article: day(n) for n, article in enumerate("abcdefghij", 1)}

    placed = split(dates, groups=("aj",))

    assert {a for a in placed if placed[a] == TEST} == {"a", "j"}
    assert {a for a in placed if placed[a] == VALIDATION} == {"i"}


@pytest.mark.parametrize("date", ["", "May 5, 2024", "05/09/2024", "yesterday", "20241231"])
def test_articles_without_an_iso_date_go_to_train(date: str) -> None:
    dates = {article: day(n) for n, article in enumerate("abcdefghi", 1)} | {"x": date}

    assert split(dates)["x"] == TRAIN


def test_a_month_or_a_year_counts_as_its_last_day_and_hours_do_not_count() -> None:
    dates = {article: day(n) for n, article in enumerate("abcdefgh", 1)}

    assert split(dates | {"x": "2024-05", "y": "2024-05-09"})["x"] == TEST
    assert split(dates | {"x": "2024", "y": "2024-06-09"})["x"] == TEST
    assert split(dates | {"x": "2024-04", "y": "2024-05-09"})["x"] == TRAIN
    hours = {"x": "2024-05-09T08:00:00Z", "y": "2024-05-09", "z": "2024-05-09 17:30"}
    assert {split(dates | hours)[article] for article in hours} == {TEST}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([1], [TRAIN]),
        ([1, 1, 1], [TRAIN, TRAIN, TRAIN]),
        ([1, 2], [TRAIN, VALIDATION]),
        ([1, 2, 3], [TRAIN, VALIDATION, TEST]),
        ([1, 1, 2, 2], [TRAIN, TRAIN, VALIDATION, VALIDATION]),
    ],
)
def test_with_few_days_train_has_one_first_then_validation(
    days: list[int], expected: list[str]
) -> None:
    dates = {article: day(n) for article, n in zip("abcdef", days, strict=False)}

    assert list(split(dates).values()) == expected


def test_undated_articles_are_enough_for_train() -> None:
    assert split({"a": "", "b": day(1), "c": day(2)}) == {"a": TRAIN, "b": VALIDATION, "c": TEST}


def test_new_articles_go_where_their_day_belongs() -> None:
    placed = {"a": TRAIN, "b": TRAIN, "c": VALIDATION, "d": TEST, "e": TEST}
    dates = dict(zip("abcde", map(day, (1, 5, 10, 20, 25)), strict=True))
    new = {"u": day(3), "v": day(7), "w": day(15), "x": day(20), "y": day(30), "z": ""}

    after = split(dates | new, placed)

    assert [after[article] for article in "uvwxyz"] == (
        [TRAIN, TRAIN, VALIDATION, TEST, TEST, TRAIN]
    )


def test_an_old_near_duplicate_in_the_test_does_not_move_its_first_day() -> None:
    placed = {"a": TRAIN, "b": VALIDATION, "c": TEST, "d": TEST}
    dates = {"a": day(5), "b": day(10), "c": day(1), "d": day(20), "x": day(6)}

    assert split(dates, placed, groups=("cd",))["x"] == TRAIN


def test_a_split_that_has_nothing_yet_begins_after_all_that_is_placed() -> None:
    placed = {"a": TRAIN, "b": VALIDATION}
    dates = {"a": day(5), "b": day(10), "x": day(4), "y": day(11)}

    assert split(dates, placed) == placed | {"x": TRAIN, "y": TEST}
    assert split({"a": day(5), "x": day(4), "y": day(3)}, {"a": TRAIN}) == dict.fromkeys(
        "axy", TRAIN
    )


def test_a_split_without_a_share_gets_nothing() -> None:
    dates = {article: day(n) for n, article in enumerate("abcd", 1)}

    halves = split(dates, shares={TRAIN: 0.5, TEST: 0.5})

    assert halves == {"a": TRAIN, "b": TRAIN, "c": TEST, "d": TEST}
    assert split({"a": day(1), "b": day(2)}, shares={TRAIN: 0.5, TEST: 0.5})["b"] == TEST
