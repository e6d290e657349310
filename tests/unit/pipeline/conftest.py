"""The whole hub in memory, for every test of intake, delivery and outcome."""

import pytest
from intakehub import Whole


@pytest.fixture
async def whole() -> Whole:
    return await Whole().started()
