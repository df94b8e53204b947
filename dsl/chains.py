"""Conditions joined at one level, and the two ways to part a chain that mixes `and` with `or`."""

from __future__ import annotations

from dataclasses import dataclass, field

from lark import Token

from dsl.cursor import ends
from dsl.diagnostics import Diagnostic, Fix, Span

__all__ = ["Chain"]

_WORDS = {"_AND": "and", "_OR": "or"}


@dataclass(slots=True)
class Chain:
    """`a and b or c`, as far as it is read."""

    operands: list[Span] = field(default_factory=list)
    joints: list[Token] = field(default_factory=list)

    @property
    def terminal(self) -> str | None:
        """The terminal of the first joint: the others are read as if they were the same."""
        return self.joints[0].type if self.joints else None

    def join(self, operand: Span, joint: Token) -> None:
        """Add an operand and the joint that follows it."""
        self.operands.append(operand)
        self.joints.append(joint)

    def mixed(self, text: str, last: Span) -> Diagnostic | None:
        """Return the problem of a chain that ends with `last`, when its joints differ."""
        odd = next((joint for joint in self.joints if joint.type != self.terminal), None)
        if odd is None:
            return None
        operands = [*self.operands, last]
        if not all(text[operand.start : operand.end].strip() for operand in operands):
            return None  # `a and or b`: one joint is a slip, and nothing stands between the two
        whole = Span(operands[0].start, last.end)
        fixes = tuple(
            Fix(f"put the “{_WORDS[inner]}” parts together", whole, reading)
            for inner in ("_AND", "_OR")
            if (reading := self._read(text, operands, inner))
        )
        message = "“and” and “or” stand side by side; parentheses must say which comes first"
        return Diagnostic("E103", message, Span(*ends(odd)), fixes=fixes)

    def _read(self, text: str, operands: list[Span], inner: str) -> str:
        """The chain with each run of `inner` joints in parentheses."""
        pieces = [text[operand.start : operand.end] for operand in operands]
        for index, joint in enumerate(self.joints):
            if joint.type == inner and not self._joins(index - 1, inner):
                pieces[index] = f"({pieces[index]}"
            if joint.type == inner and not self._joins(index + 1, inner):
                pieces[index + 1] = f"{pieces[index + 1]})"
        gaps = [
            text[operand.end : joint.start_pos]
            + _WORDS[joint.type]
            + text[joint.end_pos : following.start]
            for operand, joint, following in zip(operands, self.joints, operands[1:], strict=False)
        ]
        return "".join(part for pair in zip(pieces, [*gaps, ""], strict=True) for part in pair)

    def _joins(self, index: int, terminal: str) -> bool:
        return 0 <= index < len(self.joints) and self.joints[index].type == terminal
