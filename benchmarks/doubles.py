"""Two first pushes at once, and the removal of duplicates: in batches, and one by one.

Exit code 1 when a race leaves two projects, or a paragraph that is missing or there twice.
"""

import argparse
import secrets
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from annotate.label_config.labeling_page import label_config
from annotate.label_studio.annotator_projects import PageSettings
from annotate.label_studio.client import LabelStudio
from annotate.label_studio.project import Project
from annotate.label_studio.task_data import task_data
from annotate.sync.push import PushRequest, plan_push, read_snapshot, send
from annotate.sync.reconcile import doubles, remove_untouched
from benchmarks.faults import place
from tests.studio.desk import paragraphs
from tests.studio.faults import Place


def race(where: Place, size: int, apart: float) -> Counter[str]:
    """Push twice to a new project, as the command does it, and count what is wrong afterwards."""
    title = f"race {secrets.token_hex(6)}"
    rows = paragraphs(*(f"{title}: paragraph {n}." for n in range(size)))
    request = PushRequest(title, PageSettings(where.taxonomy), rows)
    succeeded: list[bool] = []

    def push() -> None:
        send(plan_push(request, read_snapshot(where.seen_at(""), request)))
        succeeded.append(True)

    pushes = [threading.Thread(target=push) for _ in range(2)]
    for thread in pushes:
        thread.start()
        time.sleep(apart)
    for thread in pushes:
        thread.join()
    client = LabelStudio(where.url, where.token)
    first, *others = client.projects(title)[title]
    ids = [data["id"] for _, data in Project(client, first, "server").task_data()]
    return +Counter(
        failed=len(pushes) - len(succeeded),
        projects=len(others),
        duplicates=len(ids) - len(set(ids)),
        missing=len({row.id for row in rows} - set(ids)),
    )


def seconds_to_remove(where: Place, size: int, *, one_by_one: bool) -> float:
    """Return how long it takes to remove the duplicates of a project whose tasks are all double."""
    client = LabelStudio(where.url, where.token)
    config = label_config(where.taxonomy)
    number = client.make_project(f"twice {secrets.token_hex(6)}", config, "")
    project = Project(client, number, "server")
    rows = paragraphs(*(f"Paragraph {n}." for n in range(size)))
    for _ in range(2):
        project.add([task_data(row) for row in rows])
    later = doubles(project.summaries())
    start = time.monotonic()
    if one_by_one:
        for task in later:
            client.send("DELETE", f"api/tasks/{task}/", {})
    else:
        remove_untouched(later, project)
    seconds = time.monotonic() - start
    assert project.count() == size
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--races", type=int, default=50)
    parser.add_argument("--paragraphs", type=int, default=40)
    parser.add_argument("--doubles", type=int, default=500)
    parser.add_argument("--data", type=Path, help="the server's; a folder of its own without it")
    options = parser.parse_args()
    harm = Counter[str]()
    with place(options.data) as where:
        for number in range(options.races):
            harm += race(where, options.paragraphs, apart=number % 5 / 4)
            print(f"race {number + 1}: {dict(harm) or 'no harm'}", file=sys.stderr, flush=True)
        print(f"{options.races} races of two first pushes; harm: {dict(harm) or 'none'}")
        batches = seconds_to_remove(where, options.doubles, one_by_one=False)
        single = seconds_to_remove(where, options.doubles, one_by_one=True)
    print(
        f"{options.doubles} duplicates: {batches:.1f} s in batches, {single:.1f} s one by one, "
        f"{single / batches:.0f} times as long"
    )
    return int(bool(harm))


if __name__ == "__main__":
    sys.exit(main())
