"""People in the administrator's own organisation, as on a server of which we have only the API.

They sign up by the form that an invited person fills in, and see each other's work.
"""

import secrets
from typing import TYPE_CHECKING

from annotate.server.accounts import Account
from annotate.server.process import Studio

if TYPE_CHECKING:
    import httpx


def sign_up(studio: Studio, name: str) -> Account:
    import httpx

    email, password = f"{name}@colleagues.example", secrets.token_urlsafe(12)
    with httpx.Client(base_url=studio.url, trust_env=False, timeout=60) as browser:
        headers = {"Authorization": f"Token {studio.admin.token}"}
        invite = browser.get("/api/invite", headers=headers).json()["invite_url"]
        browser.cookies.clear()
        fill_in(browser, invite, email, password)
        return Account(email, password, browser.get("/api/current-user/token").json()["token"])


def log_in(browser: "httpx.Client", account: Account) -> None:
    """From here on the client is this person's browser."""
    fill_in(browser, "/user/login/", account.email, account.password)


def fill_in(browser: "httpx.Client", page: str, email: str, password: str) -> None:
    browser.get(page)
    form = {
        "email": email,
        "password": password,
        "csrfmiddlewaretoken": browser.cookies.get("csrftoken", ""),
    }
    answer = browser.post(page, data=form, headers={"Referer": str(browser.base_url)})
    assert answer.status_code == 302, answer.status_code  # else the form again, with what is wrong
