"""The language stands alone: no server, no database, no GraphQL is loaded with it."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["dsl", "dsl.parser", "dsl.completion"])
def test_the_language_loads_nothing_of_the_server(module: str) -> None:
    foreign = ("ampiq_gql", "plugins", "strawberry", "starlette", "duckdb", "pyarrow", "pydantic")
    code = f"import sys, {module}; print(*(set({foreign}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
