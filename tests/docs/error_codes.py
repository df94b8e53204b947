"""Finds every error code in the source, with what is said and what to do: the page docs/errors.md.

The source is read, not run: a code that no test produces is found as well.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

__all__ = ["Told", "told_codes"]

ROOT = Path(__file__).parents[2]
PACKAGES = ("ampiq_gql", "plugins", "dsl")
CODE = re.compile(r"[A-Z]+(_[A-Z0-9]+)+|[EW]\d{3}|FAULT|CANCELLED")
GAP = "…"
KINDS = ("NotFound", "Conflict", "Invalid", "OperatorError")


@dataclass(slots=True)
class Told:
    """What is told under one code: where it comes from, all that is said, all ways out.

    `about` is what the code around says of it, for messages that are made elsewhere.
    """

    code: str
    area: str
    about: str
    kinds: set[str] = field(default_factory=set)
    messages: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


@cache
def told_codes() -> dict[str, Told]:
    """Return everything that is told, by code."""
    found: dict[str, Told] = {}
    givers: dict[str, _Giver] = {}
    modules = {
        file: ast.parse(file.read_text("utf-8"))
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in file.parts
    }
    for _ in range(2):  # the second time all givers are known
        for file, module in modules.items():
            _Reader(file, found, givers).visit(module)
    return found


@dataclass(slots=True)
class _Giver:
    """A class that is given the message of its code, or a function the code of its message."""

    code: str | None
    calls: list[ast.Call] = field(default_factory=list)
    functions: list[ast.FunctionDef] = field(default_factory=list)


class _Reader(ast.NodeVisitor):
    """Reads one module."""

    def __init__(self, file: Path, found: dict[str, Told], givers: dict[str, _Giver]) -> None:
        package, *rest = file.relative_to(ROOT).parts
        self._area = rest[0].removesuffix(".py") if package == "ampiq_gql" else package
        self._found = found
        self._givers = givers
        self._classes: list[ast.ClassDef] = []
        self._functions: list[ast.FunctionDef] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node)
        self.generic_visit(node)
        self._classes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._functions.append(node)
        self.generic_visit(node)
        self._functions.pop()

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        named = {one.arg: one.value for one in node.keywords}
        first = node.args[0] if node.args else None
        giver = self._givers.get(node.func.id) if isinstance(node.func, ast.Name) else None
        code = named.get("code") or first
        if isinstance(code, ast.Name) and code.id == "code" and self._functions:
            function = self._functions[-1]
            known = self._givers.setdefault(function.name, _Giver(None))
            known.calls.append(node)
            known.functions = [function]
        elif giver is not None and giver.code is not None:
            self._note(giver.code, node, first or named.get("message"), named.get("hint"))
        elif isinstance(code, ast.Constant) and CODE.fullmatch(str(code.value)):
            message = named.get("message") or (node.args[1] if len(node.args) > 1 else None)
            if message is not None or "code" in named:
                self._note(str(code.value), node, message, named.get("hint"))
                self._note_given(str(code.value), giver)

    def _note_given(self, code: str, giver: _Giver | None) -> None:
        """Note what a function says under the code that it is called with."""
        for call in giver.calls if giver else ():
            around, self._functions = self._functions, giver.functions if giver else []
            hints = [one.value for one in call.keywords if one.arg == "hint"]
            message = call.args[1] if len(call.args) > 1 else None
            self._note(code, call, message, hints[0] if hints else None)
            self._functions = around

    def _note(
        self, code: str, call: ast.Call, message: ast.expr | None, hint: ast.expr | None
    ) -> None:
        told = self._found.setdefault(code, Told(code, self._area, self._about()))
        told.kinds.add(self._kind(call))
        if self._classes and isinstance(message, ast.Name):
            self._givers[self._classes[-1].name] = _Giver(code)
        for words, texts in ((told.messages, message), (told.hints, hint)):
            for text in self._texts(texts):
                if text.strip(f"{GAP} .") and text not in words:
                    words.append(text)

    def _about(self) -> str:
        """Return the first sentence of the class or function around."""
        around = self._classes or self._functions
        return (ast.get_docstring(around[-1]) or "").split("\n")[0] if around else ""

    def _kind(self, call: ast.Call) -> str:
        callee = call.func.id if isinstance(call.func, ast.Name) else ""
        bases = [
            base.id for one in self._classes for base in one.bases if isinstance(base, ast.Name)
        ]
        return next((kind for kind in KINDS if kind in (callee, *bases)), "")

    def _texts(self, node: ast.expr | None) -> Iterator[str]:
        """Yield the texts that an expression can be, with gaps for what is only known at work."""
        match node:
            case None:
                return
            case ast.Constant(value=str(text)):
                yield text
            case ast.Constant(value=None):
                return
            case ast.JoinedStr(values=parts):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else GAP for part in parts
                )
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                for start in self._texts(left):
                    yield from (start + end for end in self._texts(right))
            case ast.IfExp(body=body, orelse=other):
                yield from self._texts(body)
                yield from self._texts(other)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self._texts(value)
            case ast.Name(id=name):
                yield from self._assigned(name, node.lineno)
            case _:
                yield GAP

    def _assigned(self, name: str, before: int) -> Iterator[str]:
        """Yield what a name was given last in the function around."""
        inside = ast.walk(self._functions[-1]) if self._functions else iter(())
        given = [
            one.value
            for one in inside
            if isinstance(one, ast.Assign)
            and one.lineno <= before
            and any(isinstance(target, ast.Name) and target.id == name for target in one.targets)
        ]
        if given and not any(
            isinstance(part, ast.Name) and part.id == name for part in ast.walk(given[-1])
        ):
            yield from self._texts(given[-1])
        else:
            yield GAP
