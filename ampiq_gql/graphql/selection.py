"""What an operation selects below the present field, fragments written out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from strawberry.types.nodes import SelectedField, Selection

from ampiq_gql.graphql.context import Info

__all__ = ["selected_names"]


def selected_names(info: Info) -> frozenset[str]:
    """Return the names of the fields selected directly below the present one."""
    return frozenset(
        name
        for field in info.selected_fields
        if isinstance(field, SelectedField)
        for name in _names(field.selections)
    )


def _names(selections: Sequence[Selection]) -> Iterator[str]:
    for selection in selections:
        if isinstance(selection, SelectedField):
            yield selection.name
        else:
            yield from _names(selection.selections)
