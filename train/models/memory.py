"""Tell in one line that memory ran out, and what needs less."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from annotate.core.errors import ModelError

# torch has a class for an accelerator's memory only
_WORDS = ("can't allocate memory", "Cannot allocate memory", "not enough memory", "out of memory")


@contextmanager
def plain_memory_errors(remedy: str) -> Iterator[None]:
    """Turn too little memory, as Python and torch report it, into a one-line error.

    Args:
        remedy: What to do; ends the line.
    """
    try:
        yield
    except (MemoryError, RuntimeError, OSError) as error:
        if not _is_of_memory(error):
            raise
        raise ModelError(f"too little memory; {remedy}") from error


def _is_of_memory(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or any(words in str(error) for words in _WORDS)
