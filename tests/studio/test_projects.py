"""A project whose words change while people label in it, and the accounts of these people."""

from dataclasses import replace
from pathlib import Path

import pytest

from annotate.core.records import Status
from annotate.labelstudio import LabelStudio, make_project
from annotate.people import make_accounts
from annotate.push import push
from annotate.server import Studio, accounts, email_of, save_account
from tests.studio.desk import Desk, paragraphs, task_numbers

pytestmark = pytest.mark.studio


def test_new_words_reach_the_project_and_its_annotations_stay(desk: Desk) -> None:
    (row,) = paragraphs("Shame on all of them!")
    store = desk.make()
    push([row], store)
    sent = desk.result(row, Status.LABELLED, labels=("Doubt",))
    desk.open("ana").annotate(task_numbers(store)[row.id], sent, seconds=1.0)
    old = desk.taxonomy.groups[0].name
    reworded = desk.config.replace(old, "Going for the person")

    again = make_project(desk.stream(), reworded, "<p>Read the new guidelines.</p>")

    assert again.number == store.number
    assert again.config().strip() == reworded.strip()
    with desk.http() as http:
        project = http.get(f"/api/projects/{store.number}/").json()
    assert project["expert_instruction"] == "<p>Read the new guidelines.</p>"
    assert [work.result for task in again.tasks() for work in task.work] == [sent]


def test_the_same_words_again_change_nothing(desk: Desk) -> None:
    first = desk.make()

    assert desk.make().number == first.number
    assert first.check_config(desk.config)


def test_of_two_projects_with_one_title_the_older_is_used(desk: Desk) -> None:
    first = desk.make()
    first.studio.make_project(desk.title, "studio", desk.config, "")

    assert desk.make().number == first.number


def test_a_title_within_another_is_not_mistaken_for_it(desk: Desk) -> None:
    longer = desk.make().studio.make_project(f"{desk.title} b", "studio", desk.config, "")

    assert desk.make().number != longer.number


@pytest.fixture
def apart(desk: Desk, tmp_path: Path) -> Studio:
    """The session's server, whose new accounts are kept in a folder of the test's own."""
    admin = desk.account("admin")
    save_account(tmp_path, "admin", admin.token, admin.password)
    return replace(desk.opened.studio, folder=tmp_path)


@pytest.mark.parametrize(("name", "signed_up"), [("eve", False), ("fay", True)])
def test_an_account_whose_making_was_interrupted_is_finished_at_the_next_start(
    apart: Studio, monkeypatch: pytest.MonkeyPatch, name: str, signed_up: bool
) -> None:
    really = LabelStudio.sign_up

    def interrupted(server: LabelStudio, email: str, password: str) -> None:
        if signed_up:
            assert really(server, email, password)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LabelStudio, "sign_up", interrupted)
        with pytest.raises(KeyboardInterrupt):
            make_accounts(apart, [name])
    begun = accounts(apart.folder)[name]

    made = make_accounts(apart, [name])

    assert made == {name: accounts(apart.folder)[name]}
    assert (begun.token, made[name].password) == ("", begun.password)
    server = LabelStudio(apart.url, made[name].token)
    assert server.users()[email_of(name)] == server.user
    assert make_accounts(apart, [name]) == {}
