"""Send disputed paragraphs to the review project, where a label decides over the annotators'."""

from collections.abc import Sequence

from annotate.core.taxonomy import Taxonomy
from annotate.label_config.guidelines import instruction
from annotate.label_config.labeling_page import VOTES, Page, label_config
from annotate.label_studio.annotator_projects import ensure_review_project
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.task_data import task_data
from annotate.review.disputes import Dispute, vote_lines
from annotate.sync.upload import PushReport, upload


def send_to_review(
    connection: Connection, name: str, found: Sequence[Dispute], taxonomy: Taxonomy, *, blind: bool
) -> tuple[PushReport, Project]:
    """Add the disputes that are not there yet.

    Args:
        connection: The server.
        name: The project's.
        found: What to decide.
        taxonomy: Of the project.
        blind: Leave the votes out, so that they cannot sway the decision.

    Raises:
        ServerError: The server refuses it.
    """
    config = label_config(taxonomy, Page(votes=True))
    project = ensure_review_project(connection, name, config, instruction(taxonomy))
    lines = {d.paragraph.id: "" for d in found} if blind else vote_lines(found, taxonomy)
    report = upload(
        [d.paragraph for d in found],
        project,
        to_data=lambda p: {**task_data(p), VOTES: lines[p.id]},
    )
    return report, project
