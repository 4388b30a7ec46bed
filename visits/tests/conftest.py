"""What every test of visits needs."""

from __future__ import annotations

import pytest

from visits.collect.dimension_ids import forget_dimension_ids
from visits.collect.doors import trusted_networks
from visits.collect.salts import known_salts


@pytest.fixture(autouse=True)
def forget_what_the_process_knows() -> None:
    """Each test has its own database; ids, salts and networks of the last one are void."""
    forget_dimension_ids()
    known_salts.forget()
    trusted_networks.cache_clear()
