from pathlib import Path

import pytest

from annotate.assignment.priority import by_priority, read_priorities
from annotate.core.errors import InputError
from tests.annotate.samples import paragraph


def test_the_most_urgent_come_first_and_all_others_keep_their_order(tmp_path: Path) -> None:
    first, second, third, fourth = (paragraph(f"Number {n}.", position=n) for n in range(4))
    file = tmp_path / "p.jsonl"
    file.write_text(
        f'{{"id": "{third.id}", "priority": 2}}\n{{"id": "{second.id}", "priority": -0.5}}\n'
        f'{{"id": "of another file", "priority": 9}}\n'
    )

    ordered = by_priority([first, second, third, fourth], read_priorities(file))

    assert ordered == [third, second, first, fourth]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "x"}', "p.jsonl:1: a line must be like"),
        ('{"id": "x", "priority": "high"}', "p.jsonl:1: a line must be like"),
        ('{"id": "x", "priority": true}', "p.jsonl:1: a line must be like"),
        ('{"id": "x", "priority": NaN}', "p.jsonl:1: a line must be like"),
        ('{"id": "x", "priority": 1}\n' * 2, "p.jsonl:2: the id 'x' stands twice"),
        ("\n", "p.jsonl: no priorities"),
    ],
)
def test_what_is_no_priority_is_refused_with_its_line(
    line: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "p.jsonl").write_text(line)

    with pytest.raises(InputError, match=message):
        read_priorities(tmp_path / "p.jsonl")
