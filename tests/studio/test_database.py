"""The server's own database: what several people write at once is all kept."""

import subprocess
from pathlib import Path

import pytest

from annotate.server.accounts import ADMIN, accounts
from annotate.server.process import StudioConfig, environment
from annotate.server.studio import OpenStudio

pytestmark = pytest.mark.studio

# What one request does: read, then write, in one transaction. Another request writes between.
SCRIPT = """
import threading
from django.db import connection, transaction
from users.models import User

began = threading.Event()

def between():
    began.wait(30)
    User.objects.filter(email=EMAIL).update(first_name="between")
    connection.close()

other = threading.Thread(target=between)
other.start()
with transaction.atomic():
    user = User.objects.get(email=EMAIL)
    began.set()
    other.join(3)
    User.objects.filter(email=EMAIL).update(last_name="within")
other.join()
user = User.objects.get(email=EMAIL)
print("FOUND", user.first_name, user.last_name)
"""


def test_a_transaction_that_reads_and_then_writes_waits_for_another_that_writes(
    opened: OpenStudio, studio_program: Path, tmp_path: Path
) -> None:
    config = StudioConfig(opened.studio.folder, studio_program)
    script = tmp_path / "script.py"
    email = accounts(config.folder)["dan"].email
    script.write_text(f"EMAIL = {email!r}\n{SCRIPT}", "utf-8")

    done = subprocess.run(
        [str(studio_program), "shell"],
        input=f"exec(open({str(script)!r}).read(), globals())\n",
        env=environment(config, accounts(config.folder)[ADMIN]),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "FOUND between within" in done.stdout, done.stderr[-2000:]
