"""What an operation selects below the present field, fragments written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from ampiq_gql.graphql.context import Info

__all__ = ["selected_names"]


def selected_names(info: Info) -> frozenset[str]:
    """Return the names of the fields selected directly below the present one.

    Read off the document: strawberry's `selected_fields` would first copy all that lies below.
    """
    found = info._raw_info
    return frozenset(
        name for node in found.field_nodes for name in _names(node.selection_set, found.fragments)
    )


def _names(
    selected: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[str]:
    for selection in selected.selections if selected else ():
        match selection:
            case FieldNode(name=name):
                yield name.value
            case InlineFragmentNode(selection_set=inside):
                yield from _names(inside, fragments)
            case FragmentSpreadNode(name=name):
                yield from _names(fragments[name.value].selection_set, fragments)
            case _:
                raise TypeError(f"no such selection: {selection.kind}")
