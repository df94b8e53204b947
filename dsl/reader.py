"""Reads a text with the grammar, past mistakes: what cannot be read is told and left out.

Lark's interactive parser takes the tokens one by one. Beside it runs a record of the open
parentheses and of the chain of conditions in each, which is what people need to be told about:
how a mixed chain can be parted, which parenthesis is open, where a broken condition began.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

from lark import Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from dsl.chains import Chain
from dsl.cursor import Cursor, ends, make_token
from dsl.diagnostics import Diagnostic, Span
from dsl.syntax_errors import (
    CloseGroup,
    GiveUp,
    LeaveOut,
    Misfit,
    Recovery,
    Replace,
    SkipTo,
    explain,
    next_joint,
)
from dsl.token_checks import check_token

__all__ = ["MAX_CONDITIONS", "MAX_DEPTH", "MAX_FINDINGS", "MAX_ITEMS", "Reading", "read"]

MAX_CONDITIONS = 500
MAX_DEPTH = 20
MAX_FINDINGS = 20
MAX_ITEMS = 10_000

_LIST_OPENERS = frozenset({"_IN", "_NOT_IN", "MATCH", "_SQL"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The parse tree, with holes for what could not be read; None when reading had to stop.

    `unread` are the places where something sound stands in for what was written.
    """

    tree: Tree[Token] | None
    tokens: tuple[Token, ...]
    findings: tuple[Diagnostic, ...]
    unread: tuple[Span, ...]


def read(text: str) -> Reading:
    """Read the text to its end, or to the twentieth mistake. Never raises."""
    reader = _Reader(text)
    while not reader.is_done and len(reader.findings) < MAX_FINDINGS:
        reader.go_on()
    findings = sorted(reader.findings, key=lambda finding: finding.span)
    told = tuple(findings[:MAX_FINDINGS])
    return Reading(reader.tree, tuple(reader.tokens), told, tuple(reader.unread))


@dataclass(slots=True)
class _Level:
    """What stands between one pair of parentheses, or the whole text."""

    before: Cursor  # where the present condition begins
    depth: int = 0
    opener: Token | None = None
    is_list: bool = False
    chain: Chain = field(default_factory=Chain)
    condition_start: int = 0
    is_at_condition: bool = True
    nots: int = 0
    open_betweens: int = 0
    items: int = 0


class _Stop(Exception):
    """The text is beyond the limits; the reason is among the findings."""


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.cursor = Cursor(text)
        self.levels = [_Level(self.cursor)]
        self.tokens: list[Token] = []
        self.findings: list[Diagnostic] = []
        self.unread: list[Span] = []
        self.tree: Tree[Token] | None = None
        self.is_done = False
        self._inserted: Token | None = None  # what a recovery puts before the rest of the text
        self._conditions = 0
        self._recovered_at: tuple[int, type[Recovery], int] | None = None

    def go_on(self) -> None:
        """Read until the next mistake, and get past it."""
        try:
            self._advance()
        except UnexpectedInput as error:
            self._recover(error)
        except _Stop:
            self.is_done = True

    def _advance(self) -> None:
        if self._inserted is not None:
            token, self._inserted = self._inserted, None
            self._take(token)
        for token in self.cursor.tokens():
            self._take(token)
        self.tree = self.cursor.finish()
        self._end_chain(self.levels[0])
        self.is_done = True

    # --- taking tokens ---

    def _take(self, token: Token) -> None:
        token, findings = check_token(token, self.text)
        self.findings += findings
        self.unread += [finding.span for finding in findings]
        level = self.levels[-1]
        if token.type == ("RPAR" if level.opener is None else "_EXCLUDE"):
            self.cursor.refuse(token)
        if self._is_joint(token, level):
            joint = make_token(level.chain.terminal or token.type, token, *ends(token))
            if joint.type != token.type:
                self.unread.append(Span(*ends(token)))
            self.cursor.take(joint)
            level.chain.join(self._condition(level), token)
            level.is_at_condition = True
        else:
            self._keep_limits(token, level)
            if level.is_at_condition and token.type not in ("_INCLUDE", "RPAR"):
                self._begin_condition(level, token)
            self.cursor.take(token)
            self._follow(token, level)
        self.tokens.append(token)

    def _is_joint(self, token: Token, level: _Level) -> bool:
        """Tell whether an `and` or `or` joins conditions; the `and` of `between` does not."""
        if level.is_at_condition or level.is_list or token.type not in ("_AND", "_OR"):
            return False
        return not (token.type == "_AND" and level.open_betweens)

    def _begin_condition(self, level: _Level, token: Token) -> None:
        level.before = self.cursor.copy()
        level.condition_start = ends(token)[0]
        level.is_at_condition = False
        level.nots = level.open_betweens = 0

    def _keep_limits(self, token: Token, level: _Level) -> None:
        if level.is_at_condition and token.type not in ("_INCLUDE", "LPAR"):
            self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            self._stop(token, f"an expression has at most {MAX_CONDITIONS} conditions")
        if level.depth + level.nots + (token.type in ("_NOT", "LPAR")) > MAX_DEPTH:
            self._stop(token, f"conditions are nested at most {MAX_DEPTH} deep")
        level.items += token.type == "COMMA"
        if level.items >= MAX_ITEMS:
            self._stop(token, f"a list has at most {MAX_ITEMS:,} items; longer ones are files")

    def _stop(self, token: Token, message: str) -> None:
        self.findings.append(Diagnostic("E108", message, Span(*ends(token))))
        raise _Stop

    def _follow(self, token: Token, level: _Level) -> None:
        """Keep the record of what is open, after the parser took the token."""
        match token.type:
            case "_NOT":
                level.nots += 1
            case "_BETWEEN" | "_NOT_BETWEEN":
                level.open_betweens += 1
            case "_AND":
                level.open_betweens -= 1
            case "LPAR":
                is_list = bool(self.tokens) and self.tokens[-1].type in _LIST_OPENERS
                depth = level.depth + level.nots + (not is_list)
                self.levels.append(_Level(self.cursor, depth, token, is_list))
            case "RPAR":
                self._end_chain(self.levels.pop())
            case "_EXCLUDE":
                self._end_chain(level)
                self.levels[-1] = _Level(self.cursor)
            case _:
                pass

    def _end_chain(self, level: _Level) -> None:
        if not level.is_list and (mixed := level.chain.mixed(self.text, self._condition(level))):
            self.findings.append(mixed)

    def _condition(self, level: _Level) -> Span:
        return Span(level.condition_start, max(level.condition_start, self._read_end()))

    def _read_end(self) -> int:
        return ends(self.tokens[-1])[1] if self.tokens else 0

    # --- getting past mistakes ---

    def _recover(self, error: UnexpectedInput) -> None:
        token = error.token if isinstance(error, UnexpectedToken) else None
        start = self._start_of(error)
        expected = self.cursor.accepted()
        level = self.levels[-1]
        if token and self._is_joint(token, level) and level.chain.terminal in expected:
            self._insert(token)  # the other joint in a chain, told at the end of the chain
            return
        if self.findings and not self.tokens and start == len(self.text):
            self.is_done = True  # nothing is left of the text but what was told already
            return
        explanation = explain(self._misfit(start, expected))
        self.findings.append(explanation.diagnostic)
        self.unread.append(explanation.diagnostic.span)
        attempt = (start, type(explanation.recovery), len(self.levels))
        if attempt == self._recovered_at:
            self.is_done = True
        self._recovered_at = attempt
        self._apply(explanation.recovery, start)

    def _start_of(self, error: UnexpectedInput) -> int:
        if isinstance(error, UnexpectedToken):
            return ends(error.token)[0]
        return len(self.text) if error.pos_in_stream is None else error.pos_in_stream

    def _misfit(self, start: int, expected: frozenset[str]) -> Misfit:
        groups = [level for level in self.levels if not level.is_list]
        return Misfit(
            text=self.text,
            start=start,
            expected=expected,
            previous=self.tokens[-1] if self.tokens else None,
            before_previous=self.tokens[-2] if len(self.tokens) > 1 else None,
            condition_start=start if groups[-1].is_at_condition else groups[-1].condition_start,
            opener=self.levels[-1].opener,
            is_in_list=self.levels[-1].is_list,
        )

    def _apply(self, recovery: Recovery, start: int) -> None:
        match recovery:
            case SkipTo(offset=offset):
                self.cursor.seek(offset)
            case Replace(terminal=terminal, value=value, end=end):
                self._insert(make_token(terminal, value, start, end))
            case CloseGroup():
                self._insert(make_token("RPAR", ")", self._read_end(), self._read_end()))
                self.cursor.seek(start)
            case LeaveOut():
                self._leave_out(start)
            case GiveUp():
                self.is_done = True
            case _:
                assert_never(recovery)

    def _leave_out(self, start: int) -> None:
        """Put a hole in the place of the condition that could not be read."""
        while self.levels[-1].is_list:
            self.levels.pop()
        level = self.levels[-1]
        if level.is_at_condition:
            level.condition_start = start
        else:
            self.cursor = level.before.copy()
            level.is_at_condition = True
        end = next_joint(self.text, level.condition_start, start)
        self._insert(make_token("HOLE", "", level.condition_start, end))

    def _insert(self, token: Token) -> None:
        self._inserted = token
        self.unread.append(Span(*ends(token)))
        self.cursor.seek(ends(token)[1])
