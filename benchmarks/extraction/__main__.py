"""Score extraction on built pages, or on saved ones: `python -m benchmarks.extraction --help`."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.extraction import built, saved
from benchmarks.extraction.convert import convert


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("--pages", type=Path, help="folder of saved pages, see saved.py")
    parser.add_argument(
        "--convert", type=Path, help="folder of cloned repositories to make the saved pages of"
    )
    arguments = parser.parse_args()
    if arguments.convert:
        if not arguments.pages:
            parser.error("--convert needs --pages, the folder to write to")
        print(f"{convert(arguments.convert, arguments.pages)} pages", file=sys.stderr)
    elif arguments.pages:
        if find_spec("readability") is None:
            parser.error("readability-lxml is missing: pip install readability-lxml")
        saved.table(arguments.pages)
    else:
        built.main()


if __name__ == "__main__":
    main()
