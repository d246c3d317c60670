from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.core.errors import InputError
from annotate.server.postgres_url import Postgres, read_url

PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1)
SECRET = "s3cret"


def test_a_database_shows_everything_but_its_password() -> None:
    found = read_url(f"postgresql://ana:{SECRET}@h/labels")

    assert str(found) == "postgresql://ana@h:5432/labels"
    assert "ana" in repr(found)
    assert SECRET not in repr(found)


def test_a_url_is_read_in_all_its_parts() -> None:
    found = read_url("postgresql://ana:p%3Aw%2Fo%40rd@db.example.org:6432/labels")

    assert found == Postgres("ana", "p:w/o@rd", "db.example.org", 6432, "labels")
    assert found.environment() == {
        "DJANGO_DB": "default",
        "POSTGRE_USER": "ana",
        "POSTGRE_PASSWORD": "p:w/o@rd",
        "POSTGRE_HOST": "db.example.org",
        "POSTGRE_PORT": "6432",
        "POSTGRE_NAME": "labels",
    }


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgres://a:b@h/n", Postgres("a", "b", "h", 5432, "n")),
        ("postgresql://a@h/n", Postgres("a", "", "h", 5432, "n")),
        ("postgresql://a:b@c@h/n", Postgres("a", "b@c", "h", 5432, "n")),
        ("postgresql://a:b@[::1]:7/n", Postgres("a", "b", "::1", 7, "n")),
        ("postgresql://a:b@%2Frun%2FPG/n", Postgres("a", "b", "/run/PG", 5432, "n")),
    ],
)
def test_what_may_be_left_out_or_written_otherwise(url: str, found: Postgres) -> None:
    assert read_url(url) == found
    assert read_url(found.url) == found


@given(PRINTABLE, PRINTABLE, PRINTABLE, st.integers(1, 65535), PRINTABLE)
def test_any_name_and_password_comes_through_its_escapes(
    user: str, password: str, host: str, port: int, name: str
) -> None:
    user_, password_, host_, name_ = (quote(part, safe="") for part in (user, password, host, name))

    found = read_url(f"postgresql://{user_}:{password_}@{host_}:{port}/{name_}")

    assert (found.user, found.password, found.port, found.name) == (user, password, port, name)
    assert found.host == host


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (SECRET, "does not begin with postgresql://"),
        (f"mysql://a:{SECRET}@h/n", "does not begin with postgresql://"),
        (f"postgresql://a:{SECRET}@h", "NAME is missing"),
        (f"postgresql://a:{SECRET}@/n", "HOST is missing"),
        (f"postgresql://:{SECRET}@h/n", "USER is missing"),
        ("postgresql://h/n", "USER is missing"),
        (f"postgresql://a:{SECRET}@h:0/n", "a port from 1 to 65535"),
        (f"postgresql://a:{SECRET}@h:65536/n", "a port from 1 to 65535"),
        (f"postgresql://a:{SECRET}@h:x/n", "HOST:PORT is not a host and a port"),
        (f"postgresql://a:{SECRET}@h/n/m", "NAME has a /"),
        (f"postgresql://a:{SECRET}/x@h/n", "HOST:PORT is not a host and a port"),
        (f"postgresql://a:{SECRET}@[::1/n", "HOST:PORT is not a host and a port"),
        (f"postgresql://a:{SECRET}@h/n?sslmode=require", "PGSSLMODE"),
        (f"postgresql://a:{SECRET}#x@h/n", "has a ? or #"),
        (f"postgresql://a:{SECRET}%zz@h/n", "two hexadecimal digits"),
        (f"postgresql://a:{SECRET}%ff@h/n", "are not UTF-8"),
        (f"postgresql://a:{SECRET}%00@h/n", "cannot be printed"),
        (f"postgresql://a:{SECRET}\n@h/n", "cannot be printed"),
        (f"postgresql://a:{SECRET}\udcff@h/n", "cannot be printed"),
    ],
)
def test_a_bad_url_is_one_line_that_shows_nothing_of_it(url: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read_url(url)

    said = str(caught.value)
    assert reason in said
    assert "%40" in said  # how to fix it
    assert "\n" not in said
    assert SECRET not in said + repr(caught.value.__cause__)


@given(st.text())
def test_any_text_is_read_or_refused_in_one_line(rest: str) -> None:
    shown = what_is_shown(f"postgresql://a:{SECRET}@{rest}")

    assert SECRET not in shown
    assert len(shown.splitlines()) == 1


def what_is_shown(url: str) -> str:
    try:
        found = read_url(url)
    except InputError as error:
        return str(error)
    assert found.password.startswith(SECRET)
    return f"{found} {found!r}"
