from train.sweep.budget import Budget


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_earlier_calls_spent_is_gone() -> None:
    budget = Budget(2, [(30.0, 10), (20.0, 10)], Clock())

    assert (budget.spent, budget.left) == (50, 70)


def test_time_passes_also_outside_the_folds() -> None:
    clock = Clock()
    budget = Budget(1, (), clock)
    clock.now += 45

    assert budget.left == 15
    clock.now += 45
    assert budget.left == 0


def test_work_fits_if_it_ends_in_time_at_the_rate_so_far() -> None:
    budget = Budget(1, [(20.0, 100)], Clock())  # 5 units a second, 40 seconds left

    assert budget.fits(200)
    assert not budget.fits(201)
    budget.spend(20.0, 10)  # 110 units in 40 seconds
    assert budget.fits(110)
    assert not budget.fits(111)


def test_without_a_rate_anything_fits_until_the_time_is_up() -> None:
    assert Budget(1, (), Clock()).fits(10**9)
    assert not Budget(0, (), Clock()).fits(1)
