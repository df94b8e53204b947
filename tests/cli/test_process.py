"""The installed `ampiq` as a process: its exit codes, and how little a small command imports."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from ampiq_gql.cli.interruption import watching

AMPIQ = Path(sys.executable).with_name("ampiq")
HEAVY = {
    "strawberry", "starlette", "uvicorn", "xgboost", "scipy", "dbos", "cryptography", "structlog",
    "alembic", "pandas",
}  # fmt: skip
DATABASES = {"duckdb", "pyarrow", "sqlalchemy", "sqlglot"}

# Runs a command as the console script does, then tells which modules it has loaded.
RUN_AND_LIST = """
import sys
from ampiq_gql.cli import main
try:
    main()
except SystemExit:
    pass
print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["fmt", "everyone"], 0, ""),
        (["fmt", "nobody knows"], 1, "^"),
        (["fmt"], 2, "EXPR"),
        (["cuont", "everyone"], 2, "Did you mean 'count'?"),
    ],
)
def test_exit_codes(arguments: list[str], code: int, said: str) -> None:
    ran = _run(AMPIQ, *arguments)
    assert ran.returncode == code
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_fault_of_ours_exits_3_with_its_number_in_log_and_message(tmp_path: Path) -> None:
    """A home whose pointer file is a folder is nothing that we foresee."""
    (tmp_path / "warehouse.json").mkdir()
    ran = _run(AMPIQ, "--home", tmp_path, "count", "everyone")
    assert ran.returncode == 3
    number = ran.stderr.rstrip().rpartition(" ")[2].rstrip(".")
    assert ran.stderr.count(number) == 2
    assert "Traceback" in ran.stderr
    as_json = _run(AMPIQ, "--home", tmp_path, "count", "everyone", "--json")
    assert as_json.returncode == 3
    assert json.loads(as_json.stdout)["error"]["number"] in as_json.stderr


def test_ctrl_c_is_noticed_in_the_middle_of_a_statement() -> None:
    """DuckDB ends the statement by an error of its own, which would look like a fault of ours."""
    ask = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"
    with watching() as interruption:
        threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
        with pytest.raises((RuntimeError, KeyboardInterrupt)):
            duckdb.sql(ask).fetchall()
    assert interruption.has_come
    assert signal.getsignal(signal.SIGINT) is not interruption.note


def _loaded(*arguments: str | Path) -> set[str]:
    ran = _run(sys.executable, "-c", RUN_AND_LIST, *arguments)
    return set(ran.stderr.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["fmt", "everyone"]], ids=str)
def test_what_needs_no_home_imports_no_database(arguments: list[str]) -> None:
    assert _loaded(*arguments) & (HEAVY | DATABASES) == set()


@pytest.mark.parametrize("command", ["check", "count"])
def test_questions_import_neither_the_web_stack_nor_models(command: str, shop_home: Path) -> None:
    loaded = _loaded("--home", shop_home, command, "everyone")
    assert "duckdb" in loaded
    assert loaded & (HEAVY | {"sqlglot"}) == set()
