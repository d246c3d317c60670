"""How even plans are and how many pairs of annotators meet; see benchmarks/README.md."""

import random
import time

from annotate.assignment.plan import plan
from annotate.core.records import BlockType, Paragraph


def articles(count: int, seed: int) -> list[Paragraph]:
    """As many articles, of 3 to 30 paragraphs."""
    chance = random.Random(seed)
    return [
        Paragraph(f"a{a}", n, BlockType.BODY, "", "", "", "", "", f"Text {n}.", "")
        for a in range(count)
        for n in range(chance.randint(3, 30))
    ]


def main() -> None:
    print("| annotators | articles | overlap | pairs met | possible | all | spread | largest | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for people in range(2, 13):
        for count in (20, 66, 100, 400):
            for overlap in (2, 3):
                if overlap > people:
                    continue
                names = [f"p{n}" for n in range(people)]
                rows = articles(count, seed=count)
                start = time.perf_counter()
                found = plan(rows, names, overlap, 13, {})
                took = time.perf_counter() - start
                cells = (people, count, overlap, len(found.common), found.reachable, found.pairs)
                more = (found.spread, found.largest, f"{took:.2f}")
                print("|", " | ".join(map(str, (*cells, *more))), "|")


if __name__ == "__main__":
    main()
