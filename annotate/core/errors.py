"""Errors that a user can fix; everything else is a bug and keeps its traceback.

Every message says what is wrong, where, and how to fix it.

RhetoricError
├── InputError         a file or folder that cannot be used
│   └── NoTextError    a file or record without the text of an article
├── TaxonomyError      a taxonomy that cannot be used, or labels that do not fit it
├── ModelError         a model or run folder that cannot be used
├── HubError           the Hugging Face Hub: not logged in, refused, or out of reach
└── ServerError        Label Studio: wrong address, token or project, or out of reach
    ├── NotFoundError  the project, task or annotation does not exist
    └── AwayError      out of reach or failing for now; worth a retry
        └── InDoubtError  a write that may or may not have been carried out
"""


class RhetoricError(Exception):
    """One line that says what is wrong, where, and how to fix it."""


class InputError(RhetoricError):
    """A file or folder that cannot be used."""


class NoTextError(InputError):
    """A file or record without the text of an article."""


class TaxonomyError(RhetoricError):
    """A taxonomy that cannot be used, or labels that do not fit it."""


class ModelError(RhetoricError):
    """A model or run folder that cannot be used."""


class HubError(RhetoricError):
    """The Hugging Face Hub refuses what was asked, or is out of reach."""


class ServerError(RhetoricError):
    """Label Studio cannot do what was asked: wrong address, token or project, or out of reach."""


class NotFoundError(ServerError):
    """The project, task or annotation does not exist, or no longer exists."""


class AwayError(ServerError):
    """The server is out of reach or fails for now; a later attempt may succeed.

    Attributes:
        retry_after: Seconds that the server asked to wait; 0 if it did not ask.
    """

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class InDoubtError(AwayError):
    """The server may or may not have carried out a write; check before trying again."""
