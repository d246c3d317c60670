"""Send paragraphs that annotators disagree on to the review project, whose labels are final."""

from collections.abc import Sequence

from annotate.core.taxonomy import Taxonomy
from annotate.label_config.guidelines import instruction
from annotate.label_config.labeling_page import VOTES, Page, label_config
from annotate.label_studio.annotator_projects import ensure_review_project
from annotate.label_studio.connection import Connection
from annotate.label_studio.project import Project
from annotate.label_studio.task_data import task_data
from annotate.review.disagreements import Disagreement, vote_line
from annotate.sync.reconcile import unite
from annotate.sync.upload import PushReport, upload


def send_to_review(
    connection: Connection,
    name: str,
    disagreements: Sequence[Disagreement],
    taxonomy: Taxonomy,
    *,
    blind: bool,
) -> tuple[PushReport, Project]:
    """Add the paragraphs that the review project does not have yet, in their order.

    Args:
        connection: The server.
        name: Name of the labelling project.
        disagreements: What to decide.
        taxonomy: The project's.
        blind: Hide the votes, so that they cannot sway the decision.

    Raises:
        ServerError: The server refuses them.
    """
    config = label_config(taxonomy, Page(votes=True))
    project = ensure_review_project(connection, name, config, instruction(taxonomy))
    votes = {d.paragraph.id: "" if blind else vote_line(d, taxonomy) for d in disagreements}
    report = upload(
        [d.paragraph for d in disagreements],
        project,
        to_data=lambda p: {**task_data(p), VOTES: votes[p.id]},
    )
    return report + unite(project), project
