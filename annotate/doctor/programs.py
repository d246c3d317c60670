"""Check what is installed: Python, the libraries and their versions, the server."""

import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from annotate.core.errors import InputError
from annotate.doctor.check import Check, State
from annotate.server.process import server_version

_DISTRIBUTION = "rhetoric-annotation"
LIBRARIES = ("label-studio-sdk", "httpx", "datasets")
_SETUP = "run 'make setup', or pip install '.[annotate]'"


def check_programs() -> list[Check]:
    """Check Python and the libraries that labelling needs."""
    try:
        package = metadata.metadata(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return [Check("installation", State.FAIL, f"{_DISTRIBUTION} is not installed", _SETUP)]
    versions = package["Requires-Python"]
    fix = f"use a Python {versions}"
    python = about_version("Python", platform.python_version(), versions, fix)
    wanted = wanted_versions(metadata.requires(_DISTRIBUTION) or [])
    return [python, *(about_library(name, _installed(name), wanted[name]) for name in LIBRARIES)]


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def wanted_versions(requirements: Sequence[str]) -> Mapping[str, str]:
    """Return name -> versions of requirements such as `httpx>=0.28; extra == "annotate"`."""
    from packaging.requirements import Requirement

    return {parsed.name: str(parsed.specifier) for parsed in map(Requirement, requirements)}


def about_library(name: str, version: str, wanted: str) -> Check:
    """Judge whether a library is installed, at a version that was tested."""
    if not version:
        return Check(name, State.FAIL, "is not installed", _SETUP)
    return about_version(name, version, wanted, _SETUP)


def about_version(name: str, version: str, wanted: str, fix: str) -> Check:
    """Judge whether a version is among those that were tested."""
    from packaging.specifiers import SpecifierSet

    if SpecifierSet(wanted).contains(version, prereleases=True):
        return Check(name, State.OK, version)
    return Check(name, State.WARN, f"{version}, tested with {wanted}", fix)


def check_studio_program(program: Path) -> Check:
    """Check the environment of the embedded server."""
    name = "embedded server"
    if not program.exists():
        return Check(name, State.FAIL, f"{program} is missing", "run 'make setup'")
    try:
        shebang = program.read_text("utf-8", errors="replace").partition("\n")[0]
    except OSError as error:
        raise InputError(f"{program}: cannot be read: {error.strerror}") from error
    python = Path(shebang.removeprefix("#!").strip())
    if shebang.startswith("#!/") and not python.exists():
        fix = "remove .venv-studio and run 'make setup' again"
        return Check(name, State.FAIL, f"its Python {python} is gone", fix)
    version = server_version(program) or "of unknown version"
    return Check(name, State.OK, f"Label Studio {version} in {program.parent.parent}")
