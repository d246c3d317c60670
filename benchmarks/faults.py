"""Random faults at random instants of pushes and pulls, before a real server of its own.

Exit code 1 when a paragraph is there twice, lost or changed, when an annotation is gone, or when
the last good dataset cannot be read.
"""

import argparse
import os
import random
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from annotate.core.taxonomy_file import load_taxonomy
from annotate.server.process import Studio, StudioConfig, running
from tests.studio.faults import BATCH, NETWORK, Kind, Outcome, Place, fields, meet, until_met
from tests.studio.proxy import Fault
from tests.studio.pull_faults import PULL_NETWORK, Shelf, meet_pulling
from tests.studio.server import ROOT, TAXONOMY

PROGRAM = ROOT / ".venv-studio" / "bin" / "label-studio"


class Server:
    """A server that can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.stack, self.port = folder, ExitStack(), 0
        self.studio = self.start()

    def start(self) -> Studio:
        config = StudioConfig(self.folder, PROGRAM, port=self.port)
        self.studio = self.stack.enter_context(running(config))
        self.port = int(self.studio.url.rpartition(":")[2])
        return self.studio

    def restart(self) -> None:
        os.killpg(self.studio.process.pid, signal.SIGKILL)
        self.stack.close()
        self.start()


@contextmanager
def place(data: Path | None = None) -> Iterator[Place]:
    """A server, on its data of an earlier run if they are named: a first start is slow."""
    with TemporaryDirectory() as folder:
        server = Server(data or Path(folder, "studio"))
        with server.stack:
            token, taxonomy = server.studio.admin.token, load_taxonomy(TAXONOMY)
            where = Path(folder, "client")
            where.mkdir()
            yield Place(server.studio.url, token, taxonomy, where, server.restart)


def kinds(count: int, chance: random.Random) -> list[Fault | Kind]:
    """Half of them on the way, the rest kills of either side and two pushes at once."""
    share = {Kind.CLIENT_KILLED: 0.25, Kind.SERVER_KILLED: 0.15, Kind.TWO_AT_ONCE: 0.1}
    found: list[Fault | Kind] = [k for k, part in share.items() for _ in range(int(count * part))]
    found += [NETWORK[n % len(NETWORK)] for n in range(count - len(found))]
    chance.shuffle(found)
    return found


def pull_kinds(count: int, chance: random.Random) -> list[Fault | Kind]:
    """Half of them kills of the client."""
    found: list[Fault | Kind] = [Kind.CLIENT_KILLED] * (count // 2)
    found += [Kind.SERVER_KILLED] * (count // 8)
    found += [PULL_NETWORK[n % len(PULL_NETWORK)] for n in range(count - len(found))]
    chance.shuffle(found)
    return found


def push_all(where: Place, count: int, seed: int) -> Iterator[Outcome]:
    chance = random.Random(seed)
    there = fields(where, f"faults {seed}", chance)
    for kind in kinds(count, chance):
        yield from until_met(lambda k=kind: meet(k, next(there)))  # type: ignore[misc]


def pull_all(where: Place, count: int, seed: int) -> Iterator[Outcome]:
    chance = random.Random(seed)
    shelf = Shelf(where, f"pulled {seed} {secrets.token_hex(4)}", chance)
    shelf.begin()
    for kind in pull_kinds(count, chance):
        yield from until_met(lambda k=kind: meet_pulling(k, shelf))  # type: ignore[misc]
    yield Outcome("load_dataset in the end", True, True, Counter(unreadable=not shelf.loads()), 0.0)


def report(outcomes: Sequence[Outcome]) -> None:
    print("| fault | times | went through by itself | harm | seconds each |\n|---|---|---|---|---|")
    for kind in dict.fromkeys(outcome.kind for outcome in outcomes):
        some = [outcome for outcome in outcomes if outcome.kind == kind and outcome.met]
        harm = sum((Counter(o.harm) for o in outcomes if o.kind == kind), Counter[str]())
        seconds = sum(o.seconds for o in some) / max(1, len(some))
        well = sum(o.survived for o in some)
        print(f"| {kind} | {len(some)} | {well} | {dict(+harm) or 0} | {seconds:.1f} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=200)
    parser.add_argument("--pulls", type=int, default=48)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--data", type=Path, help="the server's; a folder of its own without it")
    options = parser.parse_args()
    start, outcomes = time.monotonic(), list[Outcome]()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    small = patch("annotate.sync.upload.BATCH", BATCH)
    with suppress(KeyboardInterrupt), small, place(options.data) as where:
        for run, count in ((push_all, options.pushes), (pull_all, options.pulls)):
            for outcome in run(where, count, options.seed) if count else ():
                outcomes.append(outcome)
                line = f"{len(outcomes)} {outcome.kind} {dict(outcome.harm) or ''}"
                print(f"{line} {outcome.seconds:.1f} s", file=sys.stderr, flush=True)
    report(outcomes)
    met = sum(outcome.met for outcome in outcomes)
    harm = sum((Counter(outcome.harm) for outcome in outcomes), Counter[str]())
    took = time.monotonic() - start
    print(f"\n{met} faults, seed {options.seed}, {took:.0f} s; harm: {dict(+harm) or 'none'}")
    return int(bool(+harm))


if __name__ == "__main__":
    sys.exit(main())
