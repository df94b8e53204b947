"""The language stands alone: no server, no database, no GraphQL is loaded with it."""

from __future__ import annotations

import subprocess
import sys

_FOREIGN = ("ampiq_gql", "plugins", "strawberry", "starlette", "duckdb", "pyarrow", "pydantic")


def test_the_language_loads_nothing_of_the_server() -> None:
    code = f"import sys, dsl, dsl.completion; print(*(set({_FOREIGN}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
