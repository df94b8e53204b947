"""Uploaded files from the shell: lists of customers, and tables beside the data."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ampiq_gql.cli.exports import ACTOR, Verbatim, note_export
from ampiq_gql.cli.options import Json
from ampiq_gql.cli.services import open_services
from ampiq_gql.cli.terminal import print_json, print_table, say
from ampiq_gql.plugin import CustomerKey
from ampiq_gql.segments.lists import MAX_KEPT_DAYS, FileToUpload
from ampiq_gql.store.lists import ListRecord
from dsl.catalog import FILE_PREFIX

__all__ = ["register"]

Name = Annotated[str, typer.Argument(help="The file's name.")]

group = typer.Typer(no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(group, name="files")


@group.callback()
def files() -> None:
    """Uploaded files: lists of customers, tables beside the data."""


@group.command("list")
def list_files(context: typer.Context, json: Json = False) -> None:
    """List the uploaded files."""
    with open_services(context) as services:
        found = services.lists.all()
    if json:
        print_json([asdict(one) for one in found])
        return
    rows = [
        (one.name, f"{FILE_PREFIX}{one.slug}", one.key, _until(one), f"{one.rows:,}",
         f"{one.customers:,}")
        for one in found
    ]  # fmt: skip
    print_table(None, ("file", "table", "key", "kept", "rows", "customers"), rows, right=4)


@group.command()
def upload(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .csv, .tsv, .xlsx or .parquet file.")],
    key: Annotated[CustomerKey, typer.Option(help="What its rows name customers by.")],
    name: Annotated[str | None, typer.Option(help="Its name (default: the file's).")] = None,
    column: Annotated[
        str | None, typer.Option(help="The column with the key (default: named like the key).")
    ] = None,
    keep_days: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MAX_KEPT_DAYS,
            help="Delete it after so many days (default: 90 with personal data, else never).",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Match the rows of a file to customers and keep them as a list and as a table."""
    wanted = FileToUpload(
        name=name or file.name, file=file, key=key, column=column, keep_days=keep_days
    )
    with open_services(context) as services:
        record = services.lists.upload(wanted, ACTOR).list
    _show(record, json=json)


@group.command()
def show(
    context: typer.Context,
    name: Name,
    unmatched: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the rows that named nobody to a file."),
    ] = None,
    verbatim: Verbatim = False,
    json: Json = False,
) -> None:
    """Show what came of an upload, and its columns."""
    with open_services(context) as services:
        record = services.lists.named(name)
        if unmatched is not None:
            note_export(services.store, "list.download", "list", record.id, {"to": unmatched.name})
            written = services.lists.write_unmatched(
                record, unmatched, is_for_spreadsheets=not verbatim
            )
            say(f"{written:,} rows written to {unmatched}")
    _show(record, json=json)


@group.command()
def delete(context: typer.Context, name: Name) -> None:
    """Delete a file that neither segments nor queries use."""
    with open_services(context) as services:
        record = services.lists.delete(services.lists.named(name).id, ACTOR)
    say(f'The file "{record.name}" is deleted.')


def _show(record: ListRecord, *, json: bool) -> None:
    if json:
        print_json(asdict(record))
        return
    say(
        f"{record.name}: {record.rows:,} rows; {record.matched:,} keys matched "
        f"{record.customers:,} customers, {record.unmatched:,} matched none; "
        f"{record.duplicates:,} rows repeat a key, {record.blank:,} have none"
    )
    if record.conflicts:
        say(f"{record.conflicts:,} keys have rows that differ: all of them are kept")
    say(f"kept {_until(record)}")
    rows = [
        (one.name, one.label, one.type, "yes" if one.is_pii else "", f"{one.distinct:,}")
        for one in record.columns
    ]
    title = f'member of file "{record.name}", {FILE_PREFIX}{record.slug}.<column>'
    print_table(title, ("column", "in the file", "type", "personal", "different"), rows, right=4)


def _until(record: ListRecord) -> str:
    end = record.expires_at
    return "until it is deleted" if end is None else f"until {end.date()}"
