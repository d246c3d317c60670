import io
import sys

import pytest
import typer

from annotate.core.console import Log, duration, plain_errors, printable, progress, say
from annotate.core.errors import InputError, ModelError, RhetoricError, ServerError, TaxonomyError
from annotate.core.plurals import counted


@pytest.mark.parametrize(
    "kind", [RhetoricError, InputError, ModelError, ServerError, TaxonomyError]
)
def test_a_users_mistake_is_one_line_on_stderr_and_exit_code_1(
    kind: type[RhetoricError], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as caught, plain_errors():
        raise kind("a.txt:3: no such thing; remove it")

    assert caught.value.exit_code == 1
    assert capsys.readouterr() == ("", "error: a.txt:3: no such thing; remove it\n")


def test_a_name_with_a_line_break_is_still_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), plain_errors():
        raise InputError("a\nb\u2028c\r\nd: no such file")

    assert capsys.readouterr().err == "error: a b c d: no such file\n"


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), plain_errors():
        raise ZeroDivisionError


def test_without_an_error_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with plain_errors():
        pass

    assert capsys.readouterr() == ("", "")


def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("reading ...")

    assert capsys.readouterr() == ("", "reading ...\n")


def test_a_count_agrees_with_its_noun() -> None:
    assert [counted(n, "article") for n in (0, 1, 2)] == ["0 articles", "1 article", "2 articles"]
    assert [counted(n, "reply", "replies") for n in (1, 2)] == ["1 reply", "2 replies"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ‘quoted’ é 語", "plain – ‘quoted’ é 語"),
        ("\x1b[31mred\x1b[0m", "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}[0m"),
        ("a\rb\x07", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"),
        ("\u202etxt.exe", "\N{REPLACEMENT CHARACTER}txt.exe"),
        ("half \ud800", "half \N{REPLACEMENT CHARACTER}"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_nothing_that_could_steer_a_terminal_gets_through(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert shown.encode()


def test_a_short_step_leaves_no_line_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("pushing", 3) as bar:
        bar.advance()
        bar.advance(2)

    assert capsys.readouterr() == ("", "")


class Clock:
    """A clock that stands still until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_log_has_a_line_a_minute_with_what_is_done_and_left_and_one_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = Log("pushing", 400, clock := Clock())
    for second in range(200):
        clock.now = 1001.0 + second
        log.advance(2)
    log.finish()

    assert capsys.readouterr().err.splitlines() == [
        "pushing: 120 of 400 done after 1 min, about 2 min left",
        "pushing: 240 of 400 done after 2 min, about 1 min left",
        "pushing: 360 of 400 done after 3 min, about 20 s left",
        "pushing: 400 done in 3 min",
    ]


def test_a_log_of_unknown_length_says_what_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log("labelling", None, clock := Clock())
    clock.now += 61
    log.advance(32)

    assert capsys.readouterr().err == "labelling: 32 done after 1 min\n"


def test_what_an_earlier_run_did_does_not_make_this_one_look_fast(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = Log("training steps", 100, clock := Clock())
    log.skip(80)
    clock.now += 120
    log.advance(10)

    line = "training steps: 90 of 100 done after 2 min, about 2 min left\n"
    assert capsys.readouterr().err == line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "1 h 0 min"), (11100, "3 h 5 min")],
)
def test_a_duration_is_rough(seconds: float, text: str) -> None:
    assert duration(seconds) == text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())

    with progress("pushing", 3) as bar:
        bar.advance(2)

    assert "pushing" in terminal.getvalue()
    assert "2/3" in terminal.getvalue()
