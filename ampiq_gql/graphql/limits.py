"""How much one document may ask for: size, tokens, depth, aliases, directives.

Measured before the full validation, whose cost grows with the square of a document. Fragments are
followed as execution would, each measured once, so that nested fragments cannot hide or explode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from ampiq_gql.graphql.faults import LimitExceeded

__all__ = [
    "CACHED_DOCUMENTS",
    "MAX_ALIASES",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_DIRECTIVES",
    "MAX_TOKENS",
    "exceeded_limit",
    "refused_text",
]

CACHED_DOCUMENTS = 256  # front-ends send few, again and again
MAX_CHARACTERS = 20_000
MAX_TOKENS = 2_000
MAX_DEPTH = 12
MAX_ALIASES = 20
MAX_DIRECTIVES = 20
MAX_BRACKETS = 60  # deeper nesting would exhaust the stack of the parser

_STRING_OR_COMMENT = re.compile(r'"""(?:\\"""|.)*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Size:
    """What a part of a document amounts to when its fragments are written out."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: _Size) -> _Size:
        return _Size(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


class _Measure:
    """Measures the operations of one document."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._measured: dict[str, _Size] = {}

    def selections(self, found: SelectionSetNode | None) -> _Size:
        """Return the size of everything between two braces."""
        size = _Size()
        for selection in found.selections if found else ():
            size = size.beside(self._selection(selection))
        return size

    def _selection(self, node: SelectionNode) -> _Size:
        own = _Size(directives=len(node.directives or ()))
        match node:
            case FieldNode():
                return own.beside(self._field(node))
            case InlineFragmentNode():
                return own.beside(self.selections(node.selection_set))
            case FragmentSpreadNode():
                return own.beside(self._fragment(node.name.value))
            case _:
                raise TypeError(f"no such selection: {node.kind}")

    def _field(self, node: FieldNode) -> _Size:
        inside = self.selections(node.selection_set)
        # Introspection nests `ofType` deeply by nature and costs nothing that grows with data.
        is_meta = node.name.value.startswith("__")
        return _Size(
            depth=0 if is_meta else inside.depth + bool(node.selection_set),
            aliases=inside.aliases + bool(node.alias),
            directives=inside.directives,
        )

    def _fragment(self, name: str) -> _Size:
        """Return the size of a fragment; one inside itself adds nothing, validation refuses it."""
        if name not in self._measured:
            self._measured[name] = _Size()
            if name in self._fragments:
                self._measured[name] = self.selections(self._fragments[name].selection_set)
        return self._measured[name]


def exceeded_limit(document: DocumentNode) -> LimitExceeded | None:
    """Return the first limit that an operation of the document exceeds."""
    measure = _Measure(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            size = measure.selections(definition.selection_set)
            for what, actual, limit in (
                ("The operation nests too deeply", size.depth, MAX_DEPTH),
                ("The operation has too many aliases", size.aliases, MAX_ALIASES),
                ("The operation has too many directives", size.directives, MAX_DIRECTIVES),
            ):
                if actual > limit:
                    return LimitExceeded(what, limit=limit, actual=actual)
    return None


def refused_text(query: str) -> LimitExceeded | None:
    """Return what forbids even parsing the document."""
    if len(query) > MAX_CHARACTERS:
        return LimitExceeded(
            "The document has too many characters", limit=MAX_CHARACTERS, actual=len(query)
        )
    if (nesting := _nesting(query)) > MAX_BRACKETS:
        return LimitExceeded(
            "The document nests its brackets too deeply", limit=MAX_BRACKETS, actual=nesting
        )
    return None


@lru_cache(CACHED_DOCUMENTS)
def _nesting(query: str) -> int:
    """Return how deeply the brackets nest, those inside strings and comments left out."""
    depth = deepest = 0
    for character in _STRING_OR_COMMENT.sub("", query):
        if character in "{[(":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}])":
            depth -= 1
    return deepest
