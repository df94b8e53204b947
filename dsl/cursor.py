"""The grammar, read token by token: Lark's interactive parser behind a typed border.

The contextual lexer looks at the state of the parser for each token, so tokens can be put in
between, and reading can go back to a copy and on from any place.
"""

# mypy: disable-error-code="no-untyped-call"
# Lark's interactive parser is the one part of it without types; they are stated here.

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Never

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

__all__ = ["Cursor", "ends", "make_token"]

_HERE = Path(__file__).parent


@cache
def _lark() -> Lark:
    """Return the parser, made when the first text is read: commands that read none start at once.

    Its tables lie where Python keeps its own bytecode, and are made anew when the grammar, Lark or
    Python changes: reading them takes 10 ms, making them 400. Lark goes on without them where
    nothing can be written.
    """
    return Lark.open(
        str(_HERE / "grammar.lark"),
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=False,
        cache=str(_HERE / "__pycache__" / "grammar.tables"),
    )


class Cursor:
    """A place in a text, with what the grammar made of everything before it."""

    __slots__ = ("_parser", "_text")

    def __init__(self, text: str, parser: InteractiveParser | None = None) -> None:
        self._text = text
        self._parser = _lark().parse_interactive(text) if parser is None else parser

    def tokens(self) -> Iterator[Token]:
        """Lex from here on; take each token before asking for the next. Raises UnexpectedInput."""
        yield from self._parser.lexer_thread.lex(self._parser.parser_state)

    def take(self, token: Token) -> None:
        """Go behind the token. Raises UnexpectedToken."""
        self._parser.feed_token(token)

    def refuse(self, token: Token) -> Never:
        """Raise UnexpectedToken before the parser reduces what this token cannot end."""
        raise UnexpectedToken(token, set())

    def finish(self) -> Tree[Token]:
        """Return the tree of the whole text. Raises UnexpectedToken when it ends too early."""
        end = len(self._text)
        tree: Tree[Token] = self._parser.feed_token(make_token("$END", "", end, end))
        return tree

    def accepted(self) -> frozenset[str]:
        """Return the terminals that may stand here."""
        return frozenset(self._parser.accepts())

    def copy(self) -> Cursor:
        """Return a cursor at the same place that moves on its own."""
        return Cursor(self._text, self._parser.copy(deepcopy_values=False))

    def seek(self, offset: int) -> None:
        """Go on lexing at `offset`."""
        state = self._parser.lexer_thread.state
        if state is not None:
            state.line_ctr.char_pos = offset


def make_token(terminal: str, value: str, start: int, end: int) -> Token:
    """Return a token that the lexer did not find."""
    return Token(terminal, value, start_pos=start, end_pos=end)


def ends(token: Token) -> tuple[int, int]:
    """Return where the token starts and ends."""
    return token.start_pos or 0, token.end_pos or 0
