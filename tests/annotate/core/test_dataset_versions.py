from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.core.dataset_versions import find_dataset, find_version
from annotate.core.errors import InputError
from annotate.dataset.writer import write_dataset
from annotate.privacy.withdraw import Target, versions_with
from tests.annotate.dataset.test_writer import PLAN, make_content
from train.cli import app as train


@pytest.fixture
def link(tmp_path: Path) -> Path:
    """A dataset of which two versions are kept; the second is the current one."""
    link = tmp_path / "sets" / "pilot"
    write_dataset(make_content(tmp_path, PLAN), link)
    write_dataset(make_content(tmp_path, PLAN[:3]), link)
    return link


def older(link: Path) -> Path:
    (folder,) = (
        folder
        for folder in (link.parent / ".versions" / "pilot").iterdir()
        if folder != link.resolve()
    )
    return folder


def named(link: Path, digest: str) -> Path:
    return link.with_name(f"{link.name}@{digest}")


@pytest.mark.parametrize("characters", [4, 7, 16])
def test_a_digest_or_its_beginning_names_a_version(link: Path, characters: int) -> None:
    folder = older(link)

    assert find_dataset(named(link, folder.name[:characters])) == folder


def test_without_a_digest_the_path_stays_as_it_is(link: Path) -> None:
    assert find_dataset(link) == link
    assert find_dataset(Path("no/such")) == Path("no/such")


def test_a_folder_that_is_called_so_comes_first(link: Path) -> None:
    literal = named(link, older(link).name)
    literal.mkdir()

    assert find_dataset(literal) == literal


def test_a_digest_that_no_version_has_is_refused_with_those_that_are_kept(link: Path) -> None:
    digests = {older(link).name, link.resolve().name}

    with pytest.raises(InputError, match=r"no version of .*pilot has a digest that be") as error:
        find_dataset(named(link, "xyzxyz"))

    assert all(digest in str(error.value) for digest in digests)


def test_too_short_a_beginning_is_refused(link: Path) -> None:
    with pytest.raises(InputError, match="give at least 4 characters"):
        find_dataset(named(link, older(link).name[:3]))


def test_a_beginning_of_two_versions_is_refused(link: Path) -> None:
    folder = older(link)
    twin = folder.name[:5] + "x" * 11
    (folder.parent / twin).mkdir()

    with pytest.raises(InputError, match=r"2 versions of .*pilot begin so") as error:
        find_dataset(named(link, folder.name[:5]))

    assert twin in str(error.value)
    assert folder.name in str(error.value)
    assert find_dataset(named(link, folder.name[:6])) == folder


def test_of_a_dataset_without_versions_there_is_none_to_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no version of .*pilot is kept"):
        find_dataset(tmp_path / "pilot@1234")


def test_many_versions_are_not_all_listed(link: Path) -> None:
    for number in range(20):
        (link.parent / ".versions" / "pilot" / f"{number:016}").mkdir()

    with pytest.raises(InputError, match=r"and 17 more$"):
        find_dataset(named(link, "xyzxyz"))


@pytest.mark.parametrize("command", ["agreement", "adjudicate", "feedback"])
def test_a_version_can_be_given_to_the_commands_that_read_a_dataset(
    link: Path, command: str, tmp_path: Path
) -> None:
    version = str(named(link, older(link).name[:6]))
    options = ["--dry-run"] if command == "adjudicate" else ["-o", str(tmp_path / "out")]

    done = CliRunner().invoke(app, [command, version, *options])

    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("command", ["fit", "evaluate", "report"])
def test_a_version_that_is_not_kept_is_named_in_one_line(link: Path, command: str) -> None:
    model, others = [str(link)], {"report": [str(link), str(link / "manifest.json")]}
    first = model if command == "evaluate" else []
    words = [command, *first, str(named(link, "xyzxyz")), *others.get(command, [])]

    done = CliRunner().invoke(train, [*words, "-o", str(link.parent / "out")])

    assert done.exit_code == 1
    assert "has a digest that begins so; kept: " in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_needs_the_whole_dataset_refuses_a_version(link: Path, tmp_path: Path) -> None:
    version = named(link, older(link).name[:6])

    with pytest.raises(InputError, match="is a version, which never changes; name the dataset"):
        write_dataset(make_content(tmp_path, PLAN[:2]), version)
    with pytest.raises(InputError, match="is a version"):
        versions_with(Target("north"), [version])
    listed = CliRunner().invoke(app, ["versions", str(version)])
    assert listed.exit_code == 1
    assert "is a version, which never changes; name the dataset, " in listed.stderr
    assert [path.name for path in link.parent.glob("pilot@*")] == []


def test_a_version_is_found_by_its_digest_alone(link: Path) -> None:
    newest = link.resolve()

    assert (
        find_version(newest.name, link.parent)
        == link.parent / ".versions" / link.name / newest.name
    )
    assert find_version(newest.name[:8], link.parent) is None
    assert find_version("", link.parent) is None
    assert find_version(newest.name, link.parent / "elsewhere") is None
