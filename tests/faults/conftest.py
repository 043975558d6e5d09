"""Folders in memory where that is possible: a tick waits for its disk forty times."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.postgres import SHORT


@pytest.fixture(scope="module")
def memory():
    """A folder for all tests of a module."""
    folder = Path(tempfile.mkdtemp(prefix="monitor-", dir=SHORT))
    yield folder
    shutil.rmtree(folder)
