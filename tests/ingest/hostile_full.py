"""The hostile files in full size (lines and bombs of a gigabyte), each loaded in a process of its
own whose greatest memory is printed; exits with 1 when one needs more than a gigabyte.

    python -m tests.ingest.hostile_full
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from ampiq_gql.errors import UserError
from ampiq_gql.ingest import IngestRequest, IngestService, SourceKind
from ampiq_gql.progress import Silent
from ampiq_gql.settings import Settings
from ampiq_gql.warehouse import open_warehouse
from tests.ingest.hostile import HOSTILE, write

SIZE = 1 << 30
MOST_BYTES = 1 << 30


def load(path: Path, home: Path) -> None:
    """Load one file and print how it ended, then the greatest resident memory in bytes."""
    settings = Settings(home=home, memory_limit="256MB")
    warehouse = open_warehouse(settings)
    try:
        request = IngestRequest(files=(path,), kind=SourceKind.ORDERS)
        report = IngestService(warehouse, settings).load(request, Silent())
        print(f"{report.rows_loaded} loaded, {report.rows_quarantined} quarantined")  # noqa: T201
    except UserError as error:
        print(f"{error.code}: {error.message[:160]}")  # noqa: T201
    finally:
        warehouse.close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)  # noqa: T201


def main() -> int:
    """Load all of them."""
    worst = 0
    for hostile in HOSTILE:
        with tempfile.TemporaryDirectory() as folder:
            path = write(hostile, Path(folder), SIZE)
            words = [sys.executable, "-m", __spec__.name, str(path), f"{folder}/home"]
            ran = subprocess.run(words, check=True, capture_output=True, text=True)
            ended, memory = ran.stdout.splitlines()
            worst = max(worst, int(memory))
            print(f"{int(memory) >> 20:>6} MiB  {hostile.name}: {ended}")  # noqa: T201
    return int(worst > MOST_BYTES)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        load(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        sys.exit(main())
