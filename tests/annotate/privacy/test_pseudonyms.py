import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.privacy.pseudonyms import pseudonyms


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "pseudonyms.json"


def test_people_are_named_by_server_and_number(key: Path) -> None:
    people = [("studio", 7), ("studio", 3), ("https://labels.example.org", 3)]

    assert pseudonyms(people, key) == {
        ("https://labels.example.org", 3): "a1",
        ("studio", 3): "a2",
        ("studio", 7): "a3",
    }


def test_who_is_known_keeps_the_name_and_who_is_new_gets_the_next(key: Path) -> None:
    pseudonyms([("studio", 7)], key)

    assert pseudonyms([("studio", 1), ("studio", 7)], key) == {
        ("studio", 7): "a1",
        ("studio", 1): "a2",
    }
    assert pseudonyms([], key) == {}
    assert pseudonyms([("studio", 1)], key) == {("studio", 1): "a2"}


def test_any_iterable_of_people_will_do(key: Path) -> None:
    assert pseudonyms(iter([("studio", 7), ("studio", 7)]), key) == {("studio", 7): "a1"}


def test_the_key_is_for_its_owner_alone(key: Path) -> None:
    pseudonyms([("studio", 7)], key)

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert json.loads(key.read_text()) == {"studio#7": "a1"}


def test_two_people_never_share_a_name_even_after_an_entry_was_taken_out(key: Path) -> None:
    pseudonyms([("studio", 1), ("studio", 2), ("studio", 3)], key)
    left = {person: name for person, name in json.loads(key.read_text()).items() if name != "a1"}
    key.write_text(json.dumps(left))

    names = pseudonyms([("studio", 2), ("studio", 3), ("studio", 4)], key)

    assert names == {("studio", 2): "a2", ("studio", 3): "a3", ("studio", 4): "a4"}


def test_pulls_at_the_same_time_never_give_two_people_one_name(key: Path) -> None:
    people = [("studio", number) for number in range(12)]

    with ThreadPoolExecutor(len(people)) as pool:
        found = list(pool.map(lambda person: pseudonyms([person], key)[person], people))

    assert sorted(found) == sorted(f"a{number}" for number in range(1, 13))
    assert json.loads(key.read_text()) == {
        f"studio#{number}": name for (_, number), name in zip(people, found, strict=True)
    }


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "[1]", '"a1"', "null"),
        *('{"s#1": 1}', '{"s#1": "ana@example.org"}', '{"s#1": "a0"}', '{"s#1": ["a1"]}'),
        '{"s#1": "a1", "s#2": "a1"}',
    ],
)
def test_a_broken_key_is_refused_and_left_as_it_is(key: Path, text: str) -> None:
    key.write_text(text)

    with pytest.raises(InputError, match=r"pseudonyms.json: does not give each person a name"):
        pseudonyms([("studio", 7)], key)

    assert key.read_text() == text


def test_a_key_that_cannot_be_read_is_refused(key: Path) -> None:
    key.mkdir()

    with pytest.raises(InputError, match="cannot be read"):
        pseudonyms([("studio", 7)], key)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.lists(st.tuples(st.sampled_from(["s", "t"]), st.integers(0, 5)))))
def test_names_are_one_to_one_and_stay(
    tmp_path_factory: pytest.TempPathFactory, pulls: list[list[tuple[str, int]]]
) -> None:
    key = tmp_path_factory.mktemp("key") / "key.json"
    known: dict[tuple[str, int], str] = {}
    for people in pulls:
        found = pseudonyms(people, key)
        assert set(found) == set(people)
        assert all(known.get(person, name) == name for person, name in found.items())
        known |= found
    assert len(set(known.values())) == len(known)
