"""Ask the Hugging Face Hub for a sign of life: its own client would try for minutes."""

from pathlib import Path
from threading import Thread

from annotate.core.errors import ModelError

_PATIENCE = 4.0  # seconds


def from_cache_only(name: str) -> bool:
    """Return whether a Hub id must be read from the cache, because the Hub does not answer.

    Raises:
        ModelError: It must, and the cache does not have it.
    """
    from huggingface_hub import constants

    if not constants.HF_HUB_OFFLINE and _answers():
        return False
    if not _is_cached(name):
        reason = "HF_HUB_OFFLINE is set" if constants.HF_HUB_OFFLINE else "it does not answer"
        raise ModelError(
            f"encoder {name!r}: not a folder, and not available from the Hub ({reason}); check "
            "the network (a slow one: HF_HUB_ETAG_TIMEOUT=60), or use --encoder minilm or the "
            "folder of an encoder"
        )
    return True


def _answers() -> bool:
    """Return whether the Hub answers anything at all in time, be it a refusal."""
    from huggingface_hub import constants, get_session

    patience = _PATIENCE
    if constants.HF_HUB_ETAG_TIMEOUT != constants.DEFAULT_ETAG_TIMEOUT:
        patience = constants.HF_HUB_ETAG_TIMEOUT
    answers: list[int] = []

    def ask() -> None:
        try:
            answers.append(get_session().head(constants.ENDPOINT, timeout=patience).status_code)
        except Exception:  # whatever it is, there is no answer
            return

    thread = Thread(target=ask, daemon=True)  # looking up a host's name knows no time limit
    thread.start()
    thread.join(patience)
    return bool(answers)


def _is_cached(name: str) -> bool:
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    folder = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=name, repo_type="model")
    return any(folder.glob("snapshots/*/config.json"))
