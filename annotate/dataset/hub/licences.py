"""The licences that the Hub knows, by their ids (huggingface.co/docs/hub/repositories-licenses)."""

from collections.abc import Mapping
from typing import Any

from annotate.core.errors import InputError

# Without `unknown` and `other`, which say that nobody chose one.
_IDS = """
apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0
bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause
bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0
cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0
cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0
cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1
agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc lppl-1.3c ms-pl mpl-2.0 odc-by
odbl openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr
deepfloyd-if-license llama2 gemma
"""
LICENCES = frozenset(_IDS.split())
_LIST = "https://huggingface.co/docs/hub/repositories-licenses"


def check_licence(name: str) -> str:
    """Return the licence's id.

    Raises:
        InputError: The Hub does not know it.
    """
    from difflib import get_close_matches

    id_ = name.strip().lower()
    if id_ in LICENCES:
        return id_
    close = get_close_matches(id_, sorted(LICENCES), n=3)
    meant = f"did you mean {' or '.join(close)}? " if close else ""
    raise InputError(f"--licence {name}: the Hub knows no such licence; {meant}its list: {_LIST}")


def no_licence(repo: str) -> InputError:
    """Return the error of a push without any licence."""
    return InputError(
        f"{repo}: no licence yet, and without one nobody may use the labels; choose one with "
        f"--licence, such as cc-by-4.0 ({_LIST}); later pushes keep it"
    )


def corpus_licences(settings: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return title, address and licence of the public corpora that gave a dataset its labels.

    Args:
        settings: Of its manifest; those of a merged dataset list the corpora of its parts.
    """
    source = settings.get("source", {})
    if source.get("licence"):
        return [{key: source[key] for key in ("title", "url", "licence")}]
    return list(settings.get("licences", []))


def licence_sentences(settings: Mapping[str, Any]) -> list[str]:
    """Say which licence the owners of the public corpora gave the labels."""
    labels = "Some of the labels" if "licences" in settings else "The labels"
    return [
        f"{labels} are those of the public corpus {each['title']} ({each['url']}), whose licence "
        f"is: {each['licence']}."
        for each in corpus_licences(settings)
    ]
