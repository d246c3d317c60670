"""Remove what exports leave behind in the embedded server's folder."""

from pathlib import Path

from annotate.core.io.files import plain_os_errors


def remove_exports(folder: Path) -> None:
    """Remove the copies that the server keeps of each export, with answers and e-mails.

    Whoever exported has the file; the server never reads its copy again.
    """
    with plain_os_errors(folder):
        for path in (folder / "export").glob("project-*-at-*.json"):
            path.unlink(missing_ok=True)
