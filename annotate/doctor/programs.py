"""What is installed: Python, the libraries at versions that were tried, the server."""

import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from annotate.core.errors import InputError
from annotate.doctor.check import Check, fail, ok, warn

_DISTRIBUTION = "rhetoric-annotation"
LIBRARIES = ("label-studio-sdk", "httpx", "datasets")
_SETUP = "run 'make setup', or pip install '.[annotate]'"


def check_programs() -> list[Check]:
    """Python and the libraries that the labelling half rests on, as they are installed."""
    try:
        asked = metadata.metadata(_DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return [fail("installation", f"{_DISTRIBUTION} is not installed", _SETUP)]
    python = about_version(
        "Python", platform.python_version(), asked["Requires-Python"], "use such a Python"
    )
    wanted = wanted_versions(metadata.requires(_DISTRIBUTION) or [])
    return [python, *(about_library(name, installed(name), wanted[name]) for name in LIBRARIES)]


def installed(name: str) -> str:
    """The version; empty where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def wanted_versions(requirements: Sequence[str]) -> Mapping[str, str]:
    """Distribution -> its versions, of requirements such as `httpx>=0.28; extra == "annotate"`."""
    from packaging.requirements import Requirement

    return {found.name: str(found.specifier) for found in map(Requirement, requirements)}


def about_library(name: str, version: str, wanted: str) -> Check:
    """A library that is there, at a version that was tried, or not."""
    if not version:
        return fail(name, "is not installed", _SETUP)
    return about_version(name, version, wanted, _SETUP)


def about_version(name: str, version: str, wanted: str, mend: str) -> Check:
    """A version among those that were tried, or another."""
    from packaging.specifiers import SpecifierSet

    if SpecifierSet(wanted).contains(version, prereleases=True):
        return ok(name, version)
    return warn(name, f"{version}, tried with {wanted}", mend)


def check_studio_program(program: Path) -> Check:
    """The environment of the embedded server."""
    name = "embedded server"
    if not program.exists():
        return fail(name, f"{program} is missing", "run 'make setup'")
    try:
        first = program.read_text("utf-8", errors="replace").partition("\n")[0]
    except OSError as error:
        raise InputError(f"{program}: cannot be read: {error.strerror}") from error
    python = Path(first.removeprefix("#!").strip())
    if first.startswith("#!/") and not python.exists():
        return fail(
            name, f"its Python {python} is gone", "remove .venv-studio and run 'make setup' again"
        )
    found = sorted(program.parent.parent.glob("lib/*/site-packages/label_studio-*.dist-info"))
    version = (
        found[0].name.removeprefix("label_studio-").removesuffix(".dist-info") if found else ""
    )
    return ok(name, f"Label Studio {version or 'of unknown version'} in {program.parent.parent}")
