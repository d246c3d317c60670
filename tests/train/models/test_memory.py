import errno
from collections.abc import Callable
from typing import NoReturn

import pytest

from annotate.core.errors import ModelError
from train.models.memory import plain_memory_errors


def more_than_there_is() -> None:
    import torch

    torch.empty(2**60, dtype=torch.uint8)


def more_than_python_can() -> None:
    bytearray(2**62)


def an_accelerator_without_room() -> NoReturn:
    import torch

    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def no_room_to_map_a_file() -> NoReturn:
    raise OSError(errno.ENOMEM, "Cannot allocate memory")


@pytest.mark.parametrize(
    "act",
    [
        more_than_there_is,
        more_than_python_can,
        an_accelerator_without_room,
        no_room_to_map_a_file,
    ],
)
def test_too_little_memory_is_one_line_with_what_to_do(act: Callable[[], None]) -> None:
    with (
        pytest.raises(ModelError, match=r"^too little memory; read less$"),
        plain_memory_errors("read less"),
    ):
        act()


@pytest.mark.parametrize("error", [RuntimeError("shapes differ"), OSError(errno.ENOSPC, "full")])
def test_other_errors_stay_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, plain_memory_errors("read less"):
        raise error
    assert caught.value is error
