"""Web addresses: which may be asked for, and the mark of where a saved page stood.

The rules here judge what is written. Where a name leads is judged when the connection is opened
(`annotate.articles.web.network`), so nothing depends on two parsers reading an address alike.
"""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from annotate.core.errors import InputError
from annotate.core.io.jsonl import read_lines

_LONGEST = 2_000  # characters, as browsers and servers have it
_WITH_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_IMPOSSIBLE = "its host, its port or a character cannot be"
_NEVER = re.compile(r"[\s\\\x00-\x1f\x7f]")
_PRIVATE_NAMES = ("localhost", "local", "internal", "home.arpa")
# Translated to IPv4 by the network (RFC 6052); the last four bytes are the address.
_NAT64 = IPv6Network("64:ff9b::/96")
# As browsers have written it for twenty years, at the start; what we fetch has it at the end,
# where a page cannot have put one of its own behind it.
_MARK = r"<!-- saved from url=\(\d{4,}\)(\S+) -->"
_MARK_AT_END = re.compile(_MARK + r"\s*\Z")
_MARK_AT_START = re.compile(_MARK)
_HEAD = 2_000


def looks_like_address(text: str) -> bool:
    """Whether it begins as an address of any scheme, and is no file's name."""
    return bool(_WITH_SCHEME.match(text.strip()))


def is_web_address(text: str) -> bool:
    """Whether `check_address` takes it."""
    try:
        check_address(text)
    except InputError:
        return False
    return True


def check_address(text: str) -> str:
    """The address without its fragment, which names a place in the page.

    Raises:
        InputError: It is not one that a page can stand at. A password in it is not repeated.
    """
    address = text.strip()
    shown = repr(_without_login(address)[:200])
    try:
        parts = urlsplit(address)
        host, user, port = parts.hostname, parts.username, parts.port
    except ValueError:  # which repeats all of it, so it goes no further
        raise InputError(f"{shown} is no web address: {_IMPOSSIBLE}") from None
    if parts.scheme not in ("http", "https"):
        raise InputError(f"{shown} is no web address: it must begin with http:// or https://")
    if user is not None:
        raise InputError(
            f"{shown}: an address with a user name or password is not asked; remove it"
        )
    if not host or port == 0 or _NEVER.search(address):
        raise InputError(f"{shown} is no web address: {_IMPOSSIBLE}")
    if len(address) > _LONGEST:
        raise InputError(f"{shown}... is longer than {_LONGEST} characters")
    return parts._replace(fragment="").geturl()


def _without_login(address: str) -> str:
    """The address with whatever stands before an @ in its host hidden."""
    return re.sub(r"(//|^)[^/?#]*@", r"\1...@", address)


def read_addresses(path: Path) -> tuple[str, ...]:
    """The addresses of a list, one a line; blank lines and lines that begin with # say nothing.

    Raises:
        InputError: A line is no address: file and line are named; or there is none at all.
    """
    found: list[str] = []
    for number, line in read_lines(path):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                found.append(check_address(line))
            except InputError as error:
                raise InputError(f"{path}:{number}: {error}") from error
    if not found:
        raise InputError(f"{path}: no addresses in this list; write one a line")
    return tuple(found)


def names_private_host(address: str) -> bool:
    """Whether the host, as written, is this machine or a private network's."""
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    if any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES):
        return True
    literal = _literal(host)
    return literal is not None and not is_public(literal)


def _literal(host: str) -> str | None:
    """The IP address that the host is: 127.1, 2130706433 and 0x7f000001 are IPv4 as well."""
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) if host else None
    except (OSError, UnicodeError):
        return None


def is_public(ip: str) -> bool:
    """Whether an IP address is one of the public network, as is any that it stands for."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return all(one.is_global and not _is_special(one) for one in (address, *_stands_for(address)))


def _is_special(address: IPv4Address | IPv6Address) -> bool:
    local = isinstance(address, IPv6Address) and address.is_site_local
    return local or address.is_multicast or _is_reserved(address)


def _is_reserved(address: IPv4Address | IPv6Address) -> bool:
    """Python counts the prefix of NAT64 among the reserved; what it leads to is judged instead."""
    return address.is_reserved and address not in _NAT64


def _stands_for(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses within an IPv6 one: mapped, 6to4, Teredo or NAT64."""
    if isinstance(address, IPv4Address):
        return ()
    translated = IPv4Address(address.packed[-4:]) if address in _NAT64 else None
    inner = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()), translated)
    return tuple(one for one in inner if one is not None)


def mark(address: str) -> str:
    """A comment for the end of a saved page that says where it stood."""
    safe = address.replace(">", "%3E").replace("--", "%2D%2D")  # as no comment of XML may hold
    return f"\n<!-- saved from url=({len(safe):04d}){safe} -->\n"


def saved_from(page: str) -> str:
    """Where a saved page stood, by the mark of a browser or of ours; empty when there is none."""
    end = max(0, len(page) - _HEAD - _LONGEST)
    found = _MARK_AT_END.search(page, end) or _MARK_AT_START.search(page, 0, _HEAD)
    address = found[1].replace("%2D%2D", "--") if found else ""
    return address if is_web_address(address) else ""
