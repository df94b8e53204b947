"""A process that is killed once its upload is shown, and before it is recorded: `… HOME FILE`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from ampiq_gql.plugin import CustomerKey
from ampiq_gql.segments.lists import FileToUpload
from ampiq_gql.services import Services
from ampiq_gql.settings import Settings


def die(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    """Kill this process as it begins to write the record."""
    if statement.startswith("INSERT INTO lists"):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    home, file = map(Path, sys.argv[1:])
    services = Services.open(Settings(home=home))
    event.listen(Engine, "before_cursor_execute", die)
    services.lists.upload(
        FileToUpload(name="Survey", file=file, key=CustomerKey.CUSTOMER_ID), "ada"
    )
