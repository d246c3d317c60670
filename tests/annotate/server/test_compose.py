"""The compose file says to the official image what we say to the embedded server."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # noqa: TID251 -- reads the file as Docker Compose does
from typer.testing import CliRunner

from annotate.cli import app
from annotate.server.accounts import Account
from annotate.server.process import StudioConfig, environment

ROOT = Path(__file__).parents[3]
URL = "postgresql://labelstudio:b@database:5432/labelstudio"


@pytest.fixture
def printed() -> str:
    done = CliRunner().invoke(app, ["studio", "compose"])
    assert done.exit_code == 0
    return done.stdout


@pytest.fixture
def services(printed: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(printed)["services"]
    return found


def test_label_studio_is_told_what_the_embedded_server_is_told(
    services: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PATH", "HOME"):
        monkeypatch.setenv(name, "kept")
    admin = Account("admin@studio.local", "p", "t")
    ours = environment(StudioConfig(tmp_path, database=URL), admin)
    theirs = services["studio"]["environment"]

    # The image knows its own Python; every other variable that we set is set there.
    known = (
        "DJANGO_",
        "POSTGRE_",
        "LABEL_STUDIO_",
        "COLLECT_",
        "LATEST_",
        "SENTRY",
        "FRONTEND",
        "fflag_",
    )
    assert theirs.keys() == {name for name in ours if name.startswith(known)}
    fixed = {name: value for name, value in theirs.items() if not value.startswith("${")}
    fixed.pop("LABEL_STUDIO_BASE_DATA_DIR")
    assert fixed == {name: ours[name] for name in fixed}


def test_nothing_listens_elsewhere_and_the_database_nowhere(services: dict[str, Any]) -> None:
    assert services["studio"]["ports"] == ["127.0.0.1:8080:8080"]
    assert "ports" not in services["database"]
    assert all("healthcheck" in service for service in services.values())


def test_both_speak_of_the_same_database(services: dict[str, Any]) -> None:
    made, used = services["database"]["environment"], services["studio"]["environment"]

    for mine, theirs in (("DB", "NAME"), ("USER", "USER"), ("PASSWORD", "PASSWORD")):
        assert made[f"POSTGRES_{mine}"] == used[f"POSTGRE_{theirs}"]
    assert used["POSTGRE_HOST"] in services


def test_every_secret_is_asked_for_and_none_stands_in_the_file(
    printed: str, services: dict[str, Any]
) -> None:
    asked = set(re.findall(r"\$\{(\w+)", printed))
    written = set(re.findall(r"^#   (\w+)=", printed, re.MULTILINE))
    assert (
        asked == written == {"POSTGRES_PASSWORD", "ADMIN_PASSWORD", "ADMIN_TOKEN", "EXTERNAL_URL"}
    )
    for service in services.values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name or name.endswith("USER_TOKEN"):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value)


def test_the_image_is_of_the_version_that_make_setup_installs(services: dict[str, Any]) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (version,) = re.findall(r"^STUDIO_VERSION \?= (\S+)$", makefile, re.MULTILINE)

    assert services["studio"]["image"] == f"heartexlabs/label-studio:{version}"
