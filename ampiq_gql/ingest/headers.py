"""Headers of a file -> columns of its source table: the user's word first, then exact names, then
synonyms; nothing is guessed from values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ampiq_gql.ingest.columns import KindSpec
from ampiq_gql.ingest.errors import ColumnMissing, MappingInvalid
from ampiq_gql.ingest.mapping import IGNORE, FileMapping
from ampiq_gql.ingest.models import ColumnMatch
from ampiq_gql.ingest.sources import MARKS
from dsl.suggestions import Candidate, nearest

__all__ = ["match_headers", "normalise_name"]

_RESERVED = frozenset({"amperity_id", "datasource", "customer_id", *MARKS, "removed_in"})
"""Columns of our own in the tables where attributes end up."""


def normalise_name(header: str) -> str:
    """Return the lower snake case name: `Customer ID` and `customerId` are both `customer_id`."""
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode()
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def match_headers(
    headers: Sequence[str],
    spec: KindSpec,
    mapping: FileMapping,
    *,
    source: str,
    place: str,
    taken_names: frozenset[str],
) -> tuple[ColumnMatch, ...]:
    """Decide for each header where it goes, in the order of the headers.

    Columns that match nothing become attributes under their normalised names; one that clashes
    with `taken_names`, the columns that customer_360 has anyway, gets the source's name before
    it. Raises `ColumnMissing` and `MappingInvalid`.
    """
    _refuse_repeated(headers, place)
    chosen = _stated(headers, spec, mapping, place)
    for header in headers:
        name = normalise_name(header)
        if header not in chosen and spec.column(name) and name not in chosen.values():
            chosen[header] = name
    _match_synonyms(headers, spec, chosen)
    _require(spec, chosen, headers, place)
    return tuple(
        _settle(header, chosen, spec, source=source, taken_names=taken_names)
        if header.strip()
        else ColumnMatch(header=header, column=_name_of_place(number), is_attribute=True)
        for number, header in enumerate(headers, start=1)
    )


def _refuse_repeated(headers: Sequence[str], place: str) -> None:
    seen: set[str] = set()
    for number, header in enumerate(headers, start=1):
        name = normalise_name(header)
        if not name and header.strip():
            raise _nameless(number, header, place)
        if not name:
            name = _name_of_place(number)
        if name in seen:
            raise MappingInvalid(
                f'Two columns are called "{header}".', place=place, hint="Rename one of them."
            )
        seen.add(name)


def _name_of_place(number: int) -> str:
    """Name a column that has no header: spreadsheets write such ones behind the last."""
    return f"column_{number}"


def _nameless(number: int, header: str, place: str) -> MappingInvalid:
    return MappingInvalid(
        f'The header "{header}" of column {number} has no letter from a to z and no digit.',
        place=place,
        hint="Give it such a name in the file.",
    )


def _stated(
    headers: Sequence[str], spec: KindSpec, mapping: FileMapping, place: str
) -> dict[str, str]:
    """Take the user's word, compared by normalised header."""
    by_name = {normalise_name(header): header for header in headers}
    chosen: dict[str, str] = {}
    for stated, target in mapping.columns.items():
        header = by_name.get(normalise_name(stated))
        if header is None:
            raise MappingInvalid(
                f'The mapping names "{stated}", which the file does not have.',
                place=place,
                hint=_nearest(stated, headers) or _list("The file has", headers),
            )
        if target in chosen.values() and target != IGNORE:
            raise MappingInvalid(f'The mapping gives "{target}" two columns.', place=place)
        if target != IGNORE and spec.column(target) is None and not spec.takes_attributes:
            names = [column.name for column in spec.columns]
            raise MappingInvalid(
                f'"{target}" is not a column of {spec.kind}.',
                place=place,
                hint=_nearest(target, names) or _list("Choose among", names),
            )
        chosen[header] = target
    return chosen


def _match_synonyms(headers: Sequence[str], spec: KindSpec, chosen: dict[str, str]) -> None:
    by_name = {normalise_name(header): header for header in headers}
    for column in spec.columns:
        for synonym in column.synonyms:
            header = by_name.get(synonym)
            if column.name not in chosen.values() and header and header not in chosen:
                chosen[header] = column.name


def _require(spec: KindSpec, chosen: dict[str, str], headers: Sequence[str], place: str) -> None:
    found = set(chosen.values())
    for name in spec.required:
        if name not in found:
            raise _missing(spec, (name,), headers, place)
    if spec.required_any and not found.intersection(spec.required_any):
        raise _missing(spec, spec.required_any, headers, place)


def _missing(
    spec: KindSpec, names: tuple[str, ...], headers: Sequence[str], place: str
) -> ColumnMissing:
    column = spec.column(names[0])
    spellings = (names[0], *(column.synonyms if column else ()))
    likely = next(
        (close[0] for spelling in spellings if (close := _close(spelling, headers))), "HEADER"
    )
    wanted = " or ".join(f'"{name}"' for name in names)
    return ColumnMissing(
        f"A file of {spec.kind} needs a column {wanted}; found "
        + ", ".join(f'"{header}"' for header in headers)
        + ".",
        place=place,
        hint=f"If one of them is it, say so in a mapping file: `columns: {{{likely}: {names[0]}}}`"
        " and `--map FILE.yaml`.",
    )


def _close(word: str, headers: Iterable[str]) -> list[str]:
    candidates = (Candidate(header, (normalise_name(header),)) for header in headers)
    return list(nearest(normalise_name(word), candidates, limit=1))


def _nearest(word: str, headers: Iterable[str]) -> str | None:
    close = _close(word, headers)
    return f'Did you mean "{close[0]}"?' if close else None


def _list(words: str, names: Iterable[str]) -> str:
    return f"{words} " + ", ".join(f'"{name}"' for name in names) + "."


def _settle(
    header: str,
    chosen: dict[str, str],
    spec: KindSpec,
    *,
    source: str,
    taken_names: frozenset[str],
) -> ColumnMatch:
    target = chosen.get(header)
    if target == IGNORE:
        return ColumnMatch(header=header, column=None)
    if target is not None and spec.column(target):
        return ColumnMatch(header=header, column=target)
    name = normalise_name(target or header)
    if name in taken_names or name in _RESERVED or spec.column(name):
        name = f"{normalise_name(source)}_{name}"
    return ColumnMatch(header=header, column=name, is_attribute=True)
