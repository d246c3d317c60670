"""The URL of a PostgreSQL database; no text that is shown has its password."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from annotate.core.errors import InputError

_PORT = 5432
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A database and the role that opens it."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int
    name: str

    def __str__(self) -> str:
        return f"postgresql://{quote(self.user)}@{self._address}"

    @property
    def url(self) -> str:
        """The URL with the password, for a file that only its owner can read."""
        return f"postgresql://{_quoted(self.user)}:{_quoted(self.password)}@{self._address}"

    @property
    def _address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else _quoted(self.host)
        return f"{host}:{self.port}/{_quoted(self.name)}"

    def environment(self) -> dict[str, str]:
        """Return the variables for Label Studio; without DJANGO_DB it would use SQLite."""
        return {
            "DJANGO_DB": "default",
            "POSTGRE_USER": self.user,
            "POSTGRE_PASSWORD": self.password,
            "POSTGRE_HOST": self.host,
            "POSTGRE_PORT": str(self.port),
            "POSTGRE_NAME": self.name,
        }

    def client_environment(self) -> dict[str, str]:
        """Return the variables for PostgreSQL's own programs."""
        variables = {
            "PGUSER": self.user,
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGDATABASE": self.name,
        }
        return variables | ({"PGPASSWORD": self.password} if self.password else {})


def read_url(url: str) -> Postgres:
    """Parse the URL of a database.

    Raises:
        InputError: What is wrong with it; the URL itself is not shown.
    """
    _check_text(url)
    try:
        parts = urlsplit(url)
        port = _PORT if parts.port is None else parts.port
    except ValueError:  # its message may show the password
        port = 0
    if not port:
        raise _refusal("HOST:PORT is not a host and a port from 1 to 65535")
    host = re.sub(r":\d*$", "", parts.netloc.rpartition("@")[2])  # .hostname is in lower case
    name = parts.path[1:]
    for part, text in (("USER", parts.username), ("HOST", host), ("NAME", name)):
        if not text:
            raise _refusal(f"{part} is missing")
    if "/" in name:
        raise _refusal("NAME has a /")
    texts = (parts.username or "", parts.password or "", host.strip("[]"), name)
    user, password, host, name = map(_decoded, texts)
    return Postgres(user, password, host, port, name)


def _check_text(url: str) -> None:
    if not url.startswith(("postgresql://", "postgres://")):
        raise _refusal("it does not begin with postgresql://")
    if "?" in url or "#" in url:
        raise _refusal("it has a ? or #; set PGSSLMODE and the like in the environment")
    if _BAD_ESCAPE.search(url):
        raise _refusal("it has a % that is not followed by two hexadecimal digits")
    _check_printable(url)  # urlsplit would drop line breaks


def _decoded(part: str) -> str:
    try:
        text = unquote(part, errors="strict")
    except UnicodeDecodeError:
        raise _refusal("its escapes are not UTF-8") from None
    _check_printable(text)
    return text


def _check_printable(text: str) -> None:
    if not text.isprintable():
        raise _refusal("it has a character that cannot be printed")


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _refusal(reason: str) -> InputError:
    return InputError(
        f"the database's URL is not postgresql://USER:PASSWORD@HOST:PORT/NAME: {reason}; write "
        ": / @ % ? # in a name or password as %3A %2F %40 %25 %3F %23"
    )
