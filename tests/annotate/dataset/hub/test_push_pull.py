import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotate.cli import app
from annotate.core.dataset_folder import open_dataset
from annotate.core.errors import HubError, InputError
from annotate.dataset.hub.push_pull import PushOptions, pull_from_hub, push_to_hub
from annotate.dataset.writer import write_dataset
from annotate.privacy.withdraw import Target, withdraw
from annotate.workspace import PSEUDONYM_KEY
from tests.annotate.dataset.hub.hub_stand_in import OWNER, TOKEN, Hub, Repo, serving_hub
from tests.annotate.dataset.test_writer import PLAN, STRANGER, Plan, all_bytes, make_content

# huggingface_hub puts large files in a way that its HTTP client calls old.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

REPO = f"{OWNER}/pilot"
CC = PushOptions("cc-by-4.0")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """The stand-in, with its owner's token; large files go without the Xet protocol."""
    from huggingface_hub import constants

    with serving_hub() as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        template = constants.HUGGINGFACE_CO_URL_TEMPLATE.replace("https://huggingface.co", hub.url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)  # other tests set it
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
        monkeypatch.setenv("HF_TOKEN", TOKEN)
        yield hub


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    write_dataset(make_content(tmp_path, PLAN), tmp_path / "pilot")
    return tmp_path / "pilot"


def test_a_push_is_private_and_has_the_files_of_the_dataset(hub: Hub, dataset: Path) -> None:
    report = push_to_hub(dataset, REPO, CC)

    repo = hub.repos[REPO]
    assert repo.private
    assert (report.private, report.changed, report.licence) == (True, True, "cc-by-4.0")
    assert report.commit == repo.commits[-1][0]
    assert repo.files.keys() == all_bytes(dataset).keys()
    same = {name: raw for name, raw in repo.files.items() if name != "README.md"}
    assert same.items() <= all_bytes(dataset).items()
    assert len(repo.commits) == 2  # the empty one, and all files in one


def test_the_card_on_the_hub_has_the_licence(hub: Hub, dataset: Path) -> None:
    push_to_hub(dataset, REPO, CC)

    here, there = (dataset / "README.md").read_text(), hub.repos[REPO].files["README.md"].decode()
    assert there == here.replace("license: other\n", "license: cc-by-4.0\n")
    assert there != here


def test_pushing_the_same_content_again_makes_no_commit(hub: Hub, dataset: Path) -> None:
    first = push_to_hub(dataset, REPO, CC)

    second = push_to_hub(dataset, REPO, CC)

    assert (second.changed, second.commit) == (False, first.commit)
    assert len(hub.repos[REPO].commits) == 2


def test_a_later_push_keeps_the_licence_and_removes_what_is_gone(
    hub: Hub, dataset: Path, tmp_path: Path
) -> None:
    push_to_hub(dataset, REPO, CC)
    own = {"notes.txt", "results.json", "plot.svg", "gold/notes.md"}
    hub.repos[REPO].files.update(dict.fromkeys(own, b"Somebody's own file."))
    fewer: Plan = [row for row in PLAN if row[1] != "validation"]
    write_dataset(make_content(tmp_path, fewer), dataset)

    report = push_to_hub(dataset, REPO, PushOptions())

    files = hub.repos[REPO].files
    assert report.licence == "cc-by-4.0"
    assert b"license: cc-by-4.0\n" in files["README.md"]
    assert not [name for name in files if "validation" in name]
    assert own <= files.keys()


def test_without_a_licence_nothing_is_pushed(hub: Hub, dataset: Path) -> None:
    with pytest.raises(InputError, match=r"no licence yet.*--licence, such as cc-by-4\.0"):
        push_to_hub(dataset, REPO, PushOptions())

    assert not hub.repos


@pytest.mark.parametrize(
    ("licence", "hint"),
    [("cc-by", "did you mean odc-by or cc-by-4"), ("other", "knows no such licence")],
)
def test_a_licence_that_the_hub_does_not_know_is_refused(
    hub: Hub, dataset: Path, licence: str, hint: str
) -> None:
    with pytest.raises(InputError, match=hint):
        push_to_hub(dataset, REPO, PushOptions(licence))

    assert not hub.hits


def test_what_was_pulled_is_what_was_pushed(hub: Hub, dataset: Path, tmp_path: Path) -> None:
    pushed = push_to_hub(dataset, REPO, CC)

    report = pull_from_hub(REPO, tmp_path / "other" / "theirs")

    folder = (tmp_path / "other" / "theirs").resolve()
    assert folder == tmp_path / "other" / ".versions" / "theirs" / pushed.digest
    assert all_bytes(folder) == hub.repos[REPO].files
    assert (report.digest, report.changed, report.licence) == (pushed.digest, True, "cc-by-4.0")
    open_dataset(folder).check_unchanged()
    assert open_dataset(folder).gold() == open_dataset(dataset).gold()
    assert not pull_from_hub(REPO, tmp_path / "other" / "theirs").changed


def test_a_pulled_dataset_can_be_pushed_on_with_its_licence(
    hub: Hub, dataset: Path, tmp_path: Path
) -> None:
    push_to_hub(dataset, REPO, CC)
    pull_from_hub(REPO, tmp_path / "other" / "theirs")

    report = push_to_hub(tmp_path / "other" / "theirs", f"{OWNER}/copy", PushOptions())

    assert report.licence == "cc-by-4.0"
    assert hub.repos[f"{OWNER}/copy"].files == hub.repos[REPO].files


def test_an_earlier_revision_can_be_pulled(hub: Hub, dataset: Path, tmp_path: Path) -> None:
    first = push_to_hub(dataset, REPO, CC)
    write_dataset(make_content(tmp_path, PLAN[:3]), dataset)
    push_to_hub(dataset, REPO, CC)

    report = pull_from_hub(REPO, tmp_path / "old", first.commit)

    assert report.digest == first.digest
    with pytest.raises(HubError, match="no such --revision"):
        pull_from_hub(REPO, tmp_path / "old", "v9")


def test_a_file_changed_on_the_hub_is_noticed_and_nothing_is_written(
    hub: Hub, dataset: Path, tmp_path: Path
) -> None:
    push_to_hub(dataset, REPO, CC)
    files = hub.repos[REPO].files
    files["agreement.json"] = files["agreement.json"].replace(b"null", b"0.99")

    with pytest.raises(HubError, match=r"agreement\.json was changed on the Hub"):
        pull_from_hub(REPO, tmp_path / "other" / "theirs")

    assert not (tmp_path / "other" / "theirs").exists()
    assert not list((tmp_path / "other").rglob("gold"))


def test_rows_added_on_the_hub_are_not_pulled(hub: Hub, dataset: Path, tmp_path: Path) -> None:
    push_to_hub(dataset, REPO, CC)
    files = hub.repos[REPO].files
    files["gold/train-00001-of-00002.parquet"] = files["gold/train-00000-of-00001.parquet"]
    files["run_me.py"] = b"print('no')"

    pull_from_hub(REPO, tmp_path / "theirs")

    assert all_bytes(tmp_path / "theirs").keys() == all_bytes(dataset).keys()


@pytest.mark.parametrize(
    "files",
    [
        {"../outside.json": "0" * 64},
        {"/tmp/outside.json": "0" * 64},
        {"gold/../../a.json": "0" * 64},
        {"setup.json": "0" * 64},
        ["taxonomy.yaml"],
        {},
    ],
)
def test_a_manifest_that_names_other_files_is_refused(
    hub: Hub, dataset: Path, tmp_path: Path, files: object
) -> None:
    push_to_hub(dataset, REPO, CC)
    manifest = json.loads(hub.repos[REPO].files["manifest.json"])
    hub.repos[REPO].files["manifest.json"] = json.dumps(manifest | {"files": files}).encode()

    with pytest.raises(InputError, match="does not list the dataset's files"):
        pull_from_hub(REPO, tmp_path / "theirs")


def test_a_dataset_with_other_splits_is_not_replaced(
    hub: Hub, dataset: Path, tmp_path: Path
) -> None:
    push_to_hub(dataset, REPO, CC)
    (tmp_path / "other").mkdir()
    mine = tmp_path / "other" / "mine"
    write_dataset(make_content(tmp_path / "other", PLAN[:3]), mine)
    before = mine.resolve()

    with pytest.raises(InputError, match=r"mine: is a dataset with other splits .* another -o"):
        pull_from_hub(REPO, mine)

    assert mine.resolve() == before
    assert list((tmp_path / "other").rglob("manifest.json")) == [before / "manifest.json"]


def test_withdrawn_articles_come_back_by_no_pull(
    hub: Hub, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push_to_hub(dataset, REPO, CC)
    monkeypatch.chdir(tmp_path)
    withdraw(Target("north"), PSEUDONYM_KEY, undo=False)

    done = CliRunner().invoke(app, ["hub", "pull", REPO, "-o", "theirs"])

    assert done.exit_code == 1
    assert "has 1 article that was withdrawn here, so nothing was written" in done.stderr
    assert not Path("theirs").exists()
    assert not list(Path(".versions").glob("theirs/*/gold"))
    withdraw(Target("north"), PSEUDONYM_KEY, undo=True)
    assert CliRunner().invoke(app, ["hub", "pull", REPO, "-o", "theirs"]).exit_code == 0


def test_a_version_that_was_edited_here_is_not_taken_for_the_one_on_the_hub(
    hub: Hub, dataset: Path, tmp_path: Path
) -> None:
    push_to_hub(dataset, REPO, CC)
    (dataset / "agreement.json").write_text("{}")

    with pytest.raises(InputError, match=r"agreement\.json: was changed"):
        pull_from_hub(REPO, dataset)


def test_a_download_that_is_refused_is_one_line(hub: Hub, dataset: Path, tmp_path: Path) -> None:
    push_to_hub(dataset, REPO, CC)
    hub.failing["agreement.json"] = 403

    with pytest.raises(HubError, match="may not do this"):
        pull_from_hub(REPO, tmp_path / "other" / "theirs")

    assert not (tmp_path / "other" / "theirs").exists()


def test_a_dataset_that_we_did_not_push_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.repos["you/theirs"] = Repo(private=False)

    with pytest.raises(HubError, match=r"holds no dataset that 'hub push' wrote"):
        pull_from_hub("you/theirs", tmp_path / "theirs")


def test_texts_and_comments_stay_here_without_text(hub: Hub, dataset: Path, tmp_path: Path) -> None:
    report = push_to_hub(dataset, REPO, replace(CC, without_text=True))
    pull_from_hub(REPO, tmp_path / "theirs")

    assert report.digest != open_dataset(dataset).digest
    assert b"## Without its texts" in hub.repos[REPO].files["README.md"]
    assert "traitor" not in json.dumps(list(open_dataset(tmp_path / "theirs").published()))
    with pytest.raises(InputError, match="published without its texts"):
        open_dataset(tmp_path / "theirs").gold()


def test_a_public_dataset_gets_nothing_that_was_not_meant_to_be_public(
    hub: Hub, dataset: Path
) -> None:
    hub.repos[REPO] = Repo(private=False)

    with pytest.raises(InputError, match=r"is public on the Hub.*nothing was pushed"):
        push_to_hub(dataset, REPO, CC)
    assert not hub.repos[REPO].files

    assert not push_to_hub(dataset, REPO, replace(CC, public=True)).private
    assert hub.repos[REPO].files


def test_a_private_dataset_is_not_made_public_by_a_push(hub: Hub, dataset: Path) -> None:
    push_to_hub(dataset, REPO, CC)

    with pytest.raises(InputError, match="is private on the Hub"):
        push_to_hub(dataset, REPO, replace(CC, public=True))


def test_a_changed_folder_is_not_pushed(hub: Hub, dataset: Path) -> None:
    with (dataset / "agreement.json").open("a") as file:
        file.write("\n")

    with pytest.raises(InputError, match="was changed after the dataset was written"):
        push_to_hub(dataset, REPO, CC)

    assert not hub.hits


def test_files_that_are_no_part_of_the_dataset_stay_here(hub: Hub, dataset: Path) -> None:
    (dataset / "people.csv").write_text("a1,ana@paper.example\n")

    push_to_hub(dataset, REPO, CC)

    assert "people.csv" not in hub.repos[REPO].files


@pytest.mark.parametrize(
    ("token", "words"),
    [("", "asks who you are; log in with 'hf auth login'"), ("hf_old", "does not accept the tok")],
)
def test_who_is_not_logged_in_is_told_how(
    hub: Hub, dataset: Path, monkeypatch: pytest.MonkeyPatch, token: str, words: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)

    with pytest.raises(HubError, match=words) as error:
        push_to_hub(dataset, REPO, CC)

    assert len(str(error.value).splitlines()) == 1
    assert token == "" or token not in str(error.value)


@pytest.mark.parametrize("token", ["hf_s\N{LATIN SMALL LETTER E WITH ACUTE}cret", "hf_s\tecret"])
def test_a_damaged_token_is_told_and_not_shown(
    hub: Hub, dataset: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)

    with pytest.raises(HubError, match="copy it into HF_TOKEN again") as error:
        push_to_hub(dataset, REPO, CC)

    assert "cret" not in str(error.value)
    assert hub.hits == []


def test_an_endpoint_that_is_no_address_is_told(
    hub: Hub, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "huggingface.co")

    with pytest.raises(HubError, match="HF_ENDPOINT: is no web address"):
        push_to_hub(dataset, REPO, CC)


def test_another_owners_name_is_refused(hub: Hub, dataset: Path) -> None:
    with pytest.raises(HubError, match="the token may not do this"):
        push_to_hub(dataset, "you/pilot", CC)


@pytest.mark.parametrize(
    ("name", "words"),
    [("pilot", "as OWNER/NAME"), ("a/b/c", "as OWNER/NAME"), ("me/..", "no possible name")],
)
def test_an_impossible_name_is_refused(hub: Hub, dataset: Path, name: str, words: str) -> None:
    with pytest.raises(HubError, match=words):
        push_to_hub(dataset, name, CC)


def test_a_missing_dataset_is_not_pulled(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(HubError, match="no such dataset on the Hub"):
        pull_from_hub(f"{OWNER}/none", tmp_path / "theirs")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "may not do this"),
        (429, "asked too often"),
        (503, "fails for now"),
        (413, "too large"),
    ],
)
def test_a_push_that_breaks_off_leaves_nothing_and_can_be_run_again(
    hub: Hub, dataset: Path, status: int, words: str
) -> None:
    hub.failing["/commit/main"] = status
    with pytest.raises(HubError, match=words):
        push_to_hub(dataset, REPO, CC)
    assert not hub.repos[REPO].files

    hub.failing.clear()
    push_to_hub(dataset, REPO, CC)
    assert hub.repos[REPO].files.keys() == all_bytes(dataset).keys()


def test_a_file_that_does_not_arrive_is_one_line(hub: Hub, dataset: Path) -> None:
    digest = json.loads((dataset / "manifest.json").read_text())["files"]
    hub.failing[digest["gold/test-00000-of-00001.parquet"]] = 403

    with pytest.raises(HubError, match="may not do this"):
        push_to_hub(dataset, REPO, CC)

    assert not hub.repos[REPO].files


def test_a_push_into_somebody_elses_push_is_told(hub: Hub, dataset: Path) -> None:
    hub.repos[REPO] = Repo(private=True)
    hub.failing["/commit/main"] = 412

    with pytest.raises(HubError, match="at the same time; push again"):
        push_to_hub(dataset, REPO, CC)


def test_an_offline_library_is_one_line(
    hub: Hub, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(HubError, match="HF_HUB_OFFLINE is set"):
        push_to_hub(dataset, REPO, CC)


def test_a_hub_out_of_reach_is_one_line(
    hub: Hub, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://ana:secret@127.0.0.1:1")

    with pytest.raises(HubError, match=r"^me/pilot: 127\.0\.0\.1:1 is out of reach") as error:
        push_to_hub(dataset, REPO, CC)

    assert "secret" not in str(error.value)


def test_the_command_pulls_and_says_which_version(hub: Hub, dataset: Path, tmp_path: Path) -> None:
    pushed = push_to_hub(dataset, REPO, CC)
    target = tmp_path / "theirs"

    done = CliRunner().invoke(app, ["hub", "pull", REPO, "-o", str(target)])
    again = CliRunner().invoke(app, ["hub", "pull", REPO, "-o", str(target), "--json"])

    assert done.stdout == f"{REPO} -> {target} ({pushed.digest}), licence cc-by-4.0\n", done.output
    assert json.loads(again.stdout)["commit"] == pushed.commit


def test_a_public_corpus_is_pushed_with_a_warning_of_its_licence(hub: Hub, tmp_path: Path) -> None:
    content = make_content(tmp_path, PLAN)
    source = {"kind": "corpus", "name": "c", "title": "C", "url": "u", "licence": "research only"}
    write_dataset(
        replace(content, settings={**content.settings, "source": source}), tmp_path / "pilot"
    )
    command = ["hub", "push", str(tmp_path / "pilot"), REPO, "--licence", "cc-by-4.0"]

    done = CliRunner().invoke(app, command)

    assert done.exit_code == 0, done.output
    warning, pushing = done.stderr.splitlines()[:2]
    assert warning.endswith(
        "C (u), whose licence is: research only. Make sure that you may pass it on."
    )
    assert pushing.startswith("pushing to")


def test_a_command_that_fails_exits_with_one_line(hub: Hub, dataset: Path) -> None:
    done = CliRunner().invoke(app, ["hub", "push", str(dataset), REPO])

    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith(f"error: {REPO}: no licence yet")
    assert done.stdout == ""


def environment(home: Path, hub: Hub, token: str) -> dict[str, str]:
    left_out = ("HF_", "PYTHONPATH")
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(left_out)},
        "HF_HOME": str(home),
        "HF_ENDPOINT": hub.url,
        "HF_HUB_DISABLE_XET": "1",
        "OMP_NUM_THREADS": "1",
        **({"HF_TOKEN": token} if token else {}),
    }


COMMAND = "from annotate.cli import main; main()"


def test_a_stranger_loads_from_the_hub_what_the_command_pushed(hub: Hub, dataset: Path) -> None:
    home, root = dataset.parent, Path(__file__).parents[4]
    command = [sys.executable, "-c", COMMAND, "hub", "push"]
    pushed = subprocess.run(
        [*command, dataset, REPO, "--public", "--licence", "cc-by-4.0"],
        env=environment(home, hub, TOKEN) | {"PYTHONPATH": str(root)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert pushed.returncode == 0, pushed.stderr
    assert pushed.stdout == (
        f"{dataset} ({dataset.resolve().name}) -> {REPO}: public, licence cc-by-4.0\n"
    )
    assert TOKEN not in pushed.stderr

    loaded = subprocess.run(
        [sys.executable, "-I", "-c", STRANGER, REPO],
        env=environment(home, hub, ""),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr
    names, _, gold, answers = json.loads(loaded.stdout)
    rows = open_dataset(dataset).gold()
    assert names["train"] == ["Insult", "Doubt", "Fear"]
    assert {row["id"] for split in gold.values() for row in split} == {r.paragraph.id for r in rows}
    assert len(answers["train"]) == len(open_dataset(dataset).annotations())
