"""The log of a process: one line per event on standard error, tracebacks without local variables.

Imported only by what logs: a server, and a command that fails by a fault of ours.
"""

from __future__ import annotations

import sys

import structlog

__all__ = ["log_fault", "open_log"]

WARNING = 30


def open_log() -> None:
    """Send what this process logs to standard error."""
    structlog.configure(
        # Plain tracebacks: the coloured ones print local variables, and those may be secrets.
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def log_fault(number: str) -> None:
    """Log the exception that is being handled, under the number that is shown of it."""
    open_log()
    structlog.get_logger().exception("command failed", fault=number)
