"""Check web addresses, and mark saved pages with the address that they came from.

The checks here are of what is written. Where a name leads is checked when the connection is opened
(`annotate.articles.web.network`), so nothing depends on two parsers reading an address alike.
"""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from annotate.core.errors import InputError
from annotate.core.io.jsonl import read_lines

_LONGEST = 2_000  # characters, the limit of browsers and servers
_WITH_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_IMPOSSIBLE = "its host, its port or a character is not allowed"
_NEVER = re.compile(r"[\s\\\x00-\x1f\x7f]")
_PRIVATE_NAMES = ("localhost", "local", "internal", "home.arpa")
# Translated to IPv4 by the network (RFC 6052); the last four bytes are the address.
_NAT64 = IPv6Network("64:ff9b::/96")
# Browsers have written it at the start for twenty years; what we fetch has it at the end, where no
# mark of the page itself can follow it.
_MARK = r"<!-- saved from url=\(\d{4,}\)(\S+) -->"
_MARK_AT_END = re.compile(_MARK + r"\s*\Z")
_MARK_AT_START = re.compile(_MARK)
_SINGLE_FILE = re.compile(r"<!--\s{0,20}Page saved with SingleFile\s{1,20}url:\s{0,20}(\S+)")
_ARCHIVED = re.compile(r"https?://[^/\s?]+/[^\s?]*?(https?://[^/\s]+\.\S+)")
_HEAD = 2_000


def looks_like_address(text: str) -> bool:
    """Tell whether it begins like an address of any scheme, not like a file's name."""
    return bool(_WITH_SCHEME.match(text.strip()))


def is_web_address(text: str) -> bool:
    """Tell whether `check_address` accepts it."""
    try:
        check_address(text)
    except InputError:
        return False
    return True


def check_address(text: str) -> str:
    """Return the address without its fragment, which names a place in the page.

    Raises:
        InputError: It cannot be a page's address. The message hides a password in it.
    """
    address = text.strip()
    shown = repr(_without_login(address)[:200])
    try:
        parts = urlsplit(address)
        host, user, port = parts.hostname, parts.username, parts.port
    except ValueError:  # its message repeats the password
        raise InputError(f"{shown} is not a web address: {_IMPOSSIBLE}") from None
    if parts.scheme not in ("http", "https"):
        raise InputError(f"{shown} is not a web address: it must begin with http:// or https://")
    if user is not None:
        raise InputError(
            f"{shown}: an address with a user name or password is not fetched; remove them"
        )
    if not host or port == 0 or _NEVER.search(address):
        raise InputError(f"{shown} is not a web address: {_IMPOSSIBLE}")
    if len(address) > _LONGEST:
        raise InputError(f"{shown}... is longer than {_LONGEST} characters")
    return parts._replace(fragment="").geturl()


def _without_login(address: str) -> str:
    """Hide whatever precedes an @ in the address's host."""
    return re.sub(r"(//|^)[^/?#]*@", r"\1...@", address)


def read_addresses(path: Path) -> tuple[str, ...]:
    """Read a list of addresses, one a line; blank lines and lines that begin with # are skipped.

    Raises:
        InputError: A line is not an address (file and line are named), or there is none at all.
    """
    addresses: list[str] = []
    for number, line in read_lines(path):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                addresses.append(check_address(line))
            except InputError as error:
                raise InputError(f"{path}:{number}: {error}") from error
    if not addresses:
        raise InputError(f"{path}: no addresses in this list; write one a line")
    return tuple(addresses)


def names_private_host(address: str) -> bool:
    """Tell whether the host, as written, is this machine or in a private network."""
    host = (urlsplit(address).hostname or "").rstrip(".").lower()
    if any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES):
        return True
    literal = _literal(host)
    return literal is not None and not is_public(literal)


def _literal(host: str) -> str | None:
    """Return the host if it is an IP address; 127.1, 2130706433 and 0x7f000001 are IPv4 too."""
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) if host else None
    except (OSError, UnicodeError):
        return None


def is_public(text: str) -> bool:
    """Tell whether an IP address, and any address within it, is public."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return all(ip.is_global and not _is_special(ip) for ip in (address, *_inner(address)))


def _is_special(address: IPv4Address | IPv6Address) -> bool:
    local = isinstance(address, IPv6Address) and address.is_site_local
    return local or address.is_multicast or _is_reserved(address)


def _is_reserved(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether it is reserved, except for NAT64, of which the inner address is checked."""
    return address.is_reserved and address not in _NAT64


def _inner(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    """Return the IPv4 addresses within an IPv6 address: mapped, 6to4, Teredo or NAT64."""
    if isinstance(address, IPv4Address):
        return ()
    translated = IPv4Address(address.packed[-4:]) if address in _NAT64 else None
    inner = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()), translated)
    return tuple(ip for ip in inner if ip is not None)


def original_address(address: str) -> str:
    """Return the address of a page that an archive of the web has kept under its own address."""
    kept = _ARCHIVED.fullmatch(address)
    return kept[1] if kept and is_web_address(kept[1]) else address


def mark(address: str) -> str:
    """Return a comment for the end of a saved page that says where it came from."""
    safe = address.replace(">", "%3E").replace("--", "%2D%2D")  # neither may be in a comment
    return f"\n<!-- saved from url=({len(safe):04d}){safe} -->\n"


def saved_from(page: str) -> str:
    """Return the address in the mark of a saved page; empty if unmarked.

    Browsers write the mark, we do, and so does SingleFile, an extension that other programs use.
    """
    end = max(0, len(page) - _HEAD - _LONGEST)
    match = _MARK_AT_END.search(page, end) or _MARK_AT_START.search(page, 0, _HEAD)
    by_extension = _SINGLE_FILE.search(page, 0, _HEAD)
    addresses = (
        match[1].replace("%2D%2D", "--") if match else "",
        by_extension[1] if by_extension else "",
    )
    return next(filter(is_web_address, addresses), "")
