"""Commands that ask hide pandas; whatever asks for it meanwhile is told that there is none."""

from __future__ import annotations

import subprocess
import sys

HIDDEN = """
from ampiq_gql.cli.questions import _without_pandas
with _without_pandas():
    import pyarrow
    assert pyarrow.array(["Rome"], pyarrow.string()).to_pylist() == ["Rome"]
    import sys
    assert "pandas" not in sys.modules
assert __import__("importlib.util").util.find_spec("pandas") is not None
"""


def test_pyarrow_makes_arrays_while_pandas_is_hidden() -> None:
    command = [sys.executable, "-c", HIDDEN]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
