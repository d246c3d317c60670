from collections.abc import Mapping

import pytest

from annotate.core.taxonomy import Taxonomy
from annotate.server.accounts import Account
from annotate.server.studio import OpenStudio
from tests.studio.desk import Desk, new_desk


@pytest.fixture
def desk(opened: OpenStudio, taxonomy: Taxonomy, colleagues: Mapping[str, Account]) -> Desk:
    return new_desk(opened, taxonomy, colleagues)
