"""What a user can mend, as one small tree; everything else is a bug and keeps its traceback.

RhetoricError
├── InputError       a file or folder that is not what it should be
├── TaxonomyError    a taxonomy that cannot be used, or that does not fit what it is used with
├── ServerError      Label Studio: wrong address, wrong token, wrong project, out of reach
└── ModelError       a model or run folder that cannot be used
"""


class RhetoricError(Exception):
    """One line that says what is wrong, where, and how to mend it."""


class InputError(RhetoricError):
    """A file or folder that is not what it should be."""


class TaxonomyError(RhetoricError):
    """A taxonomy that cannot be used, or that does not fit what it is used with."""


class ServerError(RhetoricError):
    """Label Studio cannot do what was asked: address, token, project or reach."""


class ModelError(RhetoricError):
    """A model or run folder that cannot be used."""
