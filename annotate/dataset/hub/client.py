"""The Hub, through `huggingface_hub`: its address, its token, and its errors in one line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from annotate.core.errors import HubError

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.hf_api import DatasetInfo

_CONNECT, _ANSWER = 4.0, 60.0  # seconds; the library itself waits for ever
_LOG_IN = "log in with 'hf auth login', or set HF_TOKEN"


def open_hub() -> "HfApi":
    """Return the Hub that HF_ENDPOINT names, used with the token of HF_TOKEN or of its login.

    Raises:
        HubError: The address is none, or the token none that could be sent.
    """
    from huggingface_hub import HfApi, constants, get_session, get_token, logging
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty():
        disable_progress_bars()
    logging.set_verbosity(40)  # errors alone: what it would say, the commands say
    if not urlsplit(constants.ENDPOINT).hostname:
        raise HubError("HF_ENDPOINT: is no web address; unset it for https://huggingface.co")
    token = get_token() or ""
    if not (token.isascii() and token.isprintable()):
        raise HubError(
            "the Hub's token has characters that no token has; copy it into HF_TOKEN again"
        )
    get_session().timeout = (_CONNECT, _ANSWER, _ANSWER, _CONNECT)
    return HfApi()


def find_repo(api: "HfApi", repo: str, revision: str | None = None) -> "DatasetInfo | None":
    """Return what the Hub says of a dataset; None if it has none of this name.

    Raises:
        HubError: Out of reach, not logged in, no such revision, or no possible name.
    """
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if repo.count("/") != 1:
        raise HubError(f"{repo}: name the dataset on the Hub as OWNER/NAME")
    with plain_hub_errors(repo):
        try:
            return api.dataset_info(repo, revision=revision, timeout=_CONNECT)
        except GatedRepoError:
            raise
        except RepositoryNotFoundError as error:
            if error.response.status_code != 404:
                raise
            return None


@contextmanager
def plain_hub_errors(repo: str) -> Iterator[None]:
    """Turn what the Hub refuses, or a Hub out of reach, into one line; it never shows the token."""
    import httpx2
    from huggingface_hub.errors import (
        EntryNotFoundError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
    )

    try:
        yield
    except HFValidationError as error:
        raise HubError(f"{repo}: no possible name on the Hub; name it OWNER/NAME") from error
    except OfflineModeIsEnabled as error:
        raise HubError(f"{repo}: HF_HUB_OFFLINE is set; unset it to reach the Hub") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, RuntimeError, httpx2.TransportError) as error:
        # A download that fails calls itself a missing entry, an upload a RuntimeError.
        cause = (
            error.__cause__ if isinstance(error, LocalEntryNotFoundError | RuntimeError) else error
        )
        if isinstance(cause, HfHubHTTPError):
            raise HubError(f"{repo}: {_refusal(cause)}") from error
        if isinstance(cause, httpx2.TransportError):
            raise _away(repo) from error
        raise HubError(f"{repo}: the transfer broke off; run the command again") from error
    except EntryNotFoundError as error:
        raise HubError(f"{repo}: a file of the dataset is missing on the Hub") from error


def host() -> str:
    """Return the Hub's name; an address may hold a password."""
    from huggingface_hub import constants

    address = urlsplit(constants.ENDPOINT)
    return f"{address.hostname}{f':{address.port}' if address.port else ''}"


def _away(repo: str) -> HubError:
    return HubError(
        f"{repo}: {host()} is out of reach; check the network, and HF_ENDPOINT if it is set"
    )


def _refusal(error: "HfHubHTTPError") -> str:
    """Say what a status means for the user; the Hub's own words where it means nothing."""
    from huggingface_hub import get_token
    from huggingface_hub.errors import GatedRepoError, RevisionNotFoundError

    status, hub = error.response.status_code, host()
    if isinstance(error, RevisionNotFoundError):
        return "no such --revision; it is a branch, a tag or a commit of the dataset"
    if isinstance(error, GatedRepoError):
        return f"access has to be asked for on {hub} first"
    if status == 401:
        why = "does not accept the token" if get_token() else "asks who you are"
        return f"{hub} {why}; {_LOG_IN}"
    meanings = {
        403: f"the token may not do this on {hub}; use one that may write there",
        404: f"no such dataset on {hub}, or a private one that the token may not read",
        412: "somebody else pushed at the same time; push again",
        413: "too large for the Hub",
        429: f"{hub} was asked too often; try again in some minutes",
    }
    if status >= 500:
        return f"{hub} fails for now ({status}); try again later"
    return meanings.get(status) or f"{hub} refuses it ({status}): {_words(error)}"


def _words(error: Any) -> str:
    return " ".join((error.server_message or "no reason given").split())[:200]
