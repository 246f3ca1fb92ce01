"""Every page asks the database the same number of questions at two data sizes.

In a module of its own: it adds rows to the scene, which the other guards count on.
"""

import pytest

from tests.guards import query_counts
from tests.guards.walk import READERS, Walk


@pytest.mark.long
@pytest.mark.timeout(900)
def test_no_page_asks_more_when_there_is_more(scene):
    assert query_counts.grown(scene, Walk(scene, READERS)) == {}
