import pytest

from annotate.core.taxonomy import Taxonomy
from annotate.studio import OpenStudio
from tests.studio.desk import Desk, new_desk


@pytest.fixture
def desk(opened: OpenStudio, taxonomy: Taxonomy) -> Desk:
    return new_desk(opened, taxonomy)
