"""A PostgreSQL database by its URL; its password is in no text that is shown."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from annotate.core.errors import InputError

SHAPE = "postgresql://USER:PASSWORD@HOST:PORT/NAME"
_PORT = 5432
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST_AND_PORT = re.compile(r"(\[[^\]]+\]|[^:\[\]]+)(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A database and the role that opens it."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int
    name: str

    def __str__(self) -> str:
        return f"postgresql://{quote(self.user)}@{self._at}"

    @property
    def url(self) -> str:
        """With the password: for a file that its owner alone can read."""
        return f"postgresql://{_quoted(self.user)}:{_quoted(self.password)}@{self._at}"

    @property
    def _at(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else _quoted(self.host)
        return f"{host}:{self.port}/{_quoted(self.name)}"

    def same(self, other: "Postgres") -> bool:
        """Whether it is the same database under the same role, whatever the password is now."""
        return str(self) == str(other)

    def environment(self) -> dict[str, str]:
        """What Label Studio's programs are run with; without DJANGO_DB they would use SQLite."""
        return {
            "DJANGO_DB": "default",
            "POSTGRE_USER": self.user,
            "POSTGRE_PASSWORD": self.password,
            "POSTGRE_HOST": self.host,
            "POSTGRE_PORT": str(self.port),
            "POSTGRE_NAME": self.name,
        }

    def client_environment(self) -> dict[str, str]:
        """What PostgreSQL's own programs are run with."""
        found = {
            "PGUSER": self.user,
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGDATABASE": self.name,
        }
        return found | ({"PGPASSWORD": self.password} if self.password else {})


def read_url(url: str) -> Postgres:
    """The database that a URL names.

    Raises:
        InputError: What is wrong with it, without showing it.
    """
    scheme, rest = re.match(r"(?:([a-z]+)://)?(.*)", url, re.DOTALL).groups()  # type: ignore[union-attr]
    if scheme not in ("postgresql", "postgres"):
        raise _refusal("it does not begin with postgresql://")
    _check_text(rest)
    login, _, rest = rest.rpartition("@")
    place, _, name = rest.partition("/")
    user, _, password = login.partition(":")
    fits = _HOST_AND_PORT.fullmatch(place)
    for part, what in ((user, "USER"), (fits, "HOST:PORT"), (name, "NAME")):
        if not part:
            raise _refusal(f"{what} is missing or none")
    host, port = fits.groups() if fits else ("", "")
    if "/" in name:
        raise _refusal("NAME holds a /")
    if not 0 < int(port or _PORT) < 2**16:
        raise _refusal("PORT is not from 1 to 65535")
    parts = [_decoded(part) for part in (user, password, host.strip("[]"), name)]
    return Postgres(parts[0], parts[1], parts[2], int(port or _PORT), parts[3])


def _check_text(rest: str) -> None:
    if "?" in rest or "#" in rest:
        raise _refusal("it holds a ? or #; PGSSLMODE and the like are set in the environment")
    if _BAD_ESCAPE.search(rest):
        raise _refusal("it holds a % that is not followed by two hexadecimal digits")


def _decoded(part: str) -> str:
    try:
        text = unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise _refusal("what it escapes is not UTF-8") from None
    if not text.isprintable():
        raise _refusal("it holds a character that cannot be printed")
    return text


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _refusal(reason: str) -> InputError:
    return InputError(
        f"the database's URL is not {SHAPE}: {reason}; write : / @ % ? # in a name or password as "
        "%3A %2F %40 %25 %3F %23"
    )
