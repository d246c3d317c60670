"""What a dataset leaves out: the ledger of its people, and the answers that were set aside."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotate.core.io.jsonl import read_rows
from annotate.core.plurals import counted

_SHOWN = 20  # reasons; the file has them all


@dataclass(frozen=True, slots=True)
class SetAside:
    """What did not become gold, and why.

    Attributes:
        notes: Sentences on tasks, withdrawals and disputed paragraphs.
        people: Heading -> pseudonym -> state -> tasks.
        file: Name of the file of answers that were set aside; empty where there is none.
        reasons: Reason -> its number of lines, the most frequent first.
        others: Lines with other reasons.
    """

    notes: Sequence[str]
    people: Mapping[str, Mapping[str, Mapping[str, int]]]
    file: str
    reasons: Mapping[str, int]
    others: int

    @property
    def lines(self) -> int:
        """Lines of the file."""
        return sum(self.reasons.values()) + self.others


def read_set_aside(dataset: Path, manifest: Mapping[str, Any]) -> SetAside:
    """Read the manifest's ledger, and NAME.rejected.jsonl beside the dataset if it exists.

    Raises:
        InputError: The file cannot be read.
    """
    ledger = manifest.get("ledger", {})
    file = dataset.with_name(f"{dataset.name}.rejected.jsonl")
    reasons = Counter(map(_reason, read_rows(file))) if file.is_file() else Counter[str]()
    shown = dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN])
    people = {"annotator": ledger.get("annotators"), "adjudicator": ledger.get("adjudicators")}
    return SetAside(
        notes=list(_notes(manifest, ledger)),
        people={heading: counts for heading, counts in people.items() if counts},
        file=file.name if file.is_file() else "",
        reasons=shown,
        others=reasons.total() - sum(shown.values()),
    )


def _reason(line: tuple[int, Mapping[str, Any]]) -> str:
    """Return a reason without numbers, which tell lines of one kind apart, and without e-mails."""
    reason = re.sub(r"\S+@\S+", "(an e-mail)", str(line[1].get("reason", "no reason given")))
    return re.sub(r"\d+", "N", reason)


def _notes(manifest: Mapping[str, Any], ledger: Mapping[str, Any]) -> Iterator[str]:
    if tasks := ledger.get("tasks"):
        unreadable, doubled = ledger.get("unreadable_tasks", 0), ledger.get("doubled_tasks", 0)
        kind = manifest.get("settings", {}).get("source", {}).get("kind")
        rows = kind in ("file", "corpus")
        aside = counted(unreadable, "was set aside", "were set aside")
        yield (
            f"{counted(tasks, 'row' if rows else 'task')} read: "
            f"{aside if rows else f'{unreadable:,} could not be read'}, and {doubled:,} hold a "
            "paragraph again."
        )
    if left_out := sum(manifest.get("left_out", {}).values()):
        yield f"{counted(left_out, 'disputed paragraph')} left gold until somebody decides."
    if repeats := sum(manifest.get("repeats", {}).values()):
        yield f"{counted(repeats, 'paragraph')} left gold: another split has a near-duplicate."
    if answers := ledger.get("administrators_answers"):
        yield f"{counted(answers, 'answer')} of the administrator left out."
    if "withdrawn" in ledger:
        counts = (counted(n, what.removesuffix("s")) for what, n in ledger["withdrawn"].items())
        yield f"Withdrawn, and so left out: {', '.join(counts)}."
