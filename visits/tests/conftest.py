"""What every test of visits needs."""

from __future__ import annotations

import pytest

from visits.collect.dimension_ids import forget_dimension_ids
from visits.collect.salts import known_salts


@pytest.fixture(autouse=True)
def forget_what_the_process_knows() -> None:
    """Each test has its own database; ids and salts of the last one are void."""
    forget_dimension_ids()
    known_salts.forget()
