"""Give answers that a pull sets aside back to their annotators."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from annotate.core.io.files import writing
from annotate.core.records import Origin
from annotate.core.taxonomy import Taxonomy
from annotate.label_config.labeling_page import TEXT
from annotate.label_studio.project import Project
from annotate.label_studio.results import Rejected, read_work
from annotate.label_studio.tasks import Task, Work


@dataclass(frozen=True, slots=True)
class Reopened:
    """The answers of one project that go back.

    Attributes:
        annotator: The project's annotator; empty for a shared one and the review project.
        origin: Whether they are annotations or adjudications.
        reasons: Why a pull sets an answer aside -> how many answers.
        backup: File with the answers as they were; None in a dry run or if there are none.
    """

    annotator: str
    origin: Origin
    reasons: Mapping[str, int]
    backup: Path | None

    @property
    def answers(self) -> int:
        return sum(self.reasons.values())


def reopen_answers(
    project: Project, taxonomy: Taxonomy, folder: Path, *, dry_run: bool = False
) -> Reopened:
    """Turn the answers that cannot be used into drafts, so that their paragraphs come back.

    In a project that several people share a draft cannot be saved in another's name: the paragraph
    comes back without what was ticked. The old answers are saved to a file first.

    Args:
        project: Where to look.
        taxonomy: What the labels mean.
        folder: Where the old answers are saved, readable by their owner alone.
        dry_run: Only count.

    Raises:
        ServerError: The server cannot be reached or refuses; run it again.
    """
    rejected = list(_rejected(project, taxonomy))
    reasons = Counter(reason for _, _, reason in rejected)
    if dry_run or not rejected:
        return Reopened(project.annotator, project.origin, reasons, None)
    backup = folder / f"project {project.number}.jsonl"
    before = backup.read_text("utf-8") if backup.exists() else ""
    with writing(backup, mode=0o600) as file:
        file.write(before)
        for task, work, reason in rejected:
            row = {"task": task.number, "annotation": work.number, "user": work.user}
            file.write(json.dumps(row | {"reason": reason, "result": work.result}) + "\n")
    for task, work, _ in rejected:
        now = next(project.some_tasks([task.number]), None)
        if now and work in now.work:  # nobody corrected it meanwhile
            project.send_back(task.number, work.number, work.user, work.result, work.seconds)
    return Reopened(project.annotator, project.origin, reasons, backup)


def _rejected(project: Project, taxonomy: Taxonomy) -> Iterator[tuple[Task, Work, str]]:
    for task in project.tasks():
        text = task.data.get(TEXT)
        for work in task.work:
            if work.draft or task.problem or not isinstance(text, str):
                continue
            if work.user == project.administrator:  # it does not count anyway
                continue
            try:
                read_work(work, text, taxonomy)
            except Rejected as reason:
                yield task, work, str(reason)
