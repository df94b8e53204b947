"""What to say where the grammar stops, and how to read on: a list of rules, the first that fits.

A rule sees the place where reading stopped (`Misfit`) and returns the diagnostic, in the words of
whoever writes segments, together with the way to go on looking for further mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from lark import Token

from dsl.diagnostics import Diagnostic, Fix, Span
from dsl.literals import quoted
from dsl.spelling import nearest_keyword
from dsl.vocabulary import expectations

__all__ = [
    "CloseGroup", "Explanation", "GiveUp", "LeaveOut", "Misfit", "Recovery", "Replace", "SkipTo",
    "explain", "next_joint",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SkipTo:
    """Go on at `offset`, as if what lies before it were not there."""

    offset: int


@dataclass(frozen=True, slots=True)
class Replace:
    """Go on at `end`, as if `terminal` stood before it."""

    terminal: str
    value: str
    end: int


@dataclass(frozen=True, slots=True)
class CloseGroup:
    """Go on as if the missing parenthesis were there."""


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Leave out this condition and go on after it."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Nothing sensible can follow."""


Recovery: TypeAlias = SkipTo | Replace | CloseGroup | LeaveOut | GiveUp


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is wrong, and how to read on."""

    diagnostic: Diagnostic
    recovery: Recovery = LeaveOut()


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """The place where the grammar has no rule for what follows."""

    text: str
    start: int
    expected: frozenset[str]
    previous: Token | None
    before_previous: Token | None
    condition_start: int
    opener: Token | None  # the innermost parenthesis that is still open
    is_in_list: bool

    @property
    def rest(self) -> str:
        """The text from here on."""
        return self.text[self.start :]

    @property
    def word(self) -> str:
        """The word, quoted text or sign that stands here; empty at the end."""
        found = _WORD.match(self.text, self.start)
        return found[0] if found else ""

    @property
    def span(self) -> Span:
        """Where that word stands."""
        return Span(self.start, self.start + len(self.word))

    @property
    def previous_end(self) -> int:
        """Where the readable part ends."""
        return self.previous.end_pos or 0 if self.previous else 0

    def follows(self, *terminals: str) -> bool:
        """Tell whether the last readable word is one of these terminals."""
        return self.previous is not None and self.previous.type in terminals


def explain(misfit: Misfit) -> Explanation:
    """Say what is wrong."""
    return next(found for rule in _RULES if (found := rule(misfit)) is not None)


# --- texts, comments, names that do not end ------------------------------------------------------

_STRING = r'"""[\s\S]*?"""|"(?:\\.|""|[^"\\\n])*"|\'(?:\\.|\'\'|[^\'\\\n])*\''
_WORD = re.compile(rf"{_STRING}|\w+(?:[.:/-]\w+)*|\S")
_TEXT = re.compile(r"[^\n]*?(?=\s+(?:and|or|exclude)\b|\s*[),“”„‟‘’]|\s*$)", re.I | re.M)
_CURLY = re.compile(r"[“”„‟«]([^“”„‟»\n]*)[“”‟»\"]|[‘’‚‛]([^‘’‚‛\n]*)['‘’‛]")
_CURLY_MARKS = "“”„‟«»‘’‚‛"
_NAME = re.compile(r"[^`\n]*?(?=\s*(?:[=<>!,()]|\b(?:is|in|contains|between|and|or)\b|$))", re.M)


def _unclosed_comment(misfit: Misfit) -> Explanation | None:
    if not misfit.rest.startswith("/*"):
        return None
    end = len(misfit.text)
    fix = Fix("close it at the end", Span(end, end), " */")
    return _unclosed(misfit.start, 2, "this comment is never closed", fix, GiveUp())


def _unclosed_text(misfit: Misfit) -> Explanation | None:
    if misfit.text[misfit.start : misfit.start + 1] not in ("'", '"') or len(misfit.word) > 1:
        return None
    mark = misfit.word
    if misfit.rest.startswith('"""'):
        mark, end = '"""', len(misfit.text)
    else:
        end = _text_end(misfit.text, misfit.start + 1)
    fix = Fix("close the quotes", Span(end, end), mark)
    can_go_on = "STRING" in misfit.expected
    recovery = Replace("STRING", '""', end) if can_go_on else LeaveOut()
    return _unclosed(
        misfit.start, len(mark), "the quotes opened here are never closed", fix, recovery
    )


def _text_that_swallows(misfit: Misfit) -> Explanation | None:
    """`city is "Chicago and state is "IL"`: the first text ends where the second begins."""
    text = misfit.previous
    if text is None or text.type != "STRING" or misfit.previous_end != misfit.start:
        return None
    start = text.start_pos or 0
    end = _text_end(misfit.text, start + 1)
    if end >= misfit.previous_end - 1:
        return None
    if misfit.text[end] in _CURLY_MARKS:
        return _curly(Span(end, end + 1), text[0], LeaveOut())
    fix = Fix("close the quotes", Span(end, end), text[0])
    return _unclosed(start, 1, "the quotes opened here are not closed where they should be", fix)


def _unclosed_name(misfit: Misfit) -> Explanation | None:
    if not misfit.rest.startswith("`"):
        return None
    found = _NAME.match(misfit.text, misfit.start + 1)
    end = found.end() if found else len(misfit.text)
    fix = Fix("close the name", Span(end, end), "`")
    return _unclosed(misfit.start, 1, "the name opened here is never closed", fix)


def _unclosed(
    start: int, width: int, message: str, fix: Fix, recovery: Recovery = LeaveOut()
) -> Explanation:
    span = Span(start, start + width)
    return Explanation(Diagnostic("E102", message, span, fixes=(fix,)), recovery)


def _text_end(text: str, start: int) -> int:
    found = _TEXT.match(text, start)
    return found.end() if found else len(text)


# --- signs of other languages ---------------------------------------------------------------------

_OPERATORS = {"&": ("and", "_AND"), "|": ("or", "_OR")}


def _curly_quotes(misfit: Misfit) -> Explanation | None:
    if misfit.word not in _CURLY_MARKS or not misfit.word:
        return None
    found = _CURLY.match(misfit.text, misfit.start)
    if found is None:
        return _curly(misfit.span, '"', SkipTo(misfit.span.end))
    inner = found[1] if found[1] is not None else found[2]
    recovery = Replace("STRING", '""', found.end()) if "STRING" in misfit.expected else LeaveOut()
    return _curly(Span(*found.span()), quoted(inner), recovery)


def _curly(span: Span, replacement: str, recovery: Recovery) -> Explanation:
    message = "typographic quotes do not work here; write straight ones"
    return _foreign(span, message, "use straight quotes", replacement, recovery)


def _doubled_sign(misfit: Misfit) -> Explanation | None:
    """`&&`, `||` and their single forms."""
    sign = misfit.word
    if sign not in _OPERATORS:
        return None
    word, terminal = _OPERATORS[sign]
    end = misfit.start + (2 if misfit.rest.startswith(sign * 2) else 1)
    span = Span(misfit.start, end)
    is_joint = not misfit.expected.isdisjoint({"_AND", "_OR"})
    recovery = Replace(terminal, word, end) if is_joint else LeaveOut()
    spaced = _spaced(misfit.text, span, word)
    message = f"“{misfit.text[span.start : end]}” is written “{word}”"
    return _foreign(span, message, f"write {word}", spaced, recovery)


def _exclamation_mark(misfit: Misfit) -> Explanation | None:
    if misfit.word != "!" or "_NOT" not in misfit.expected:
        return None
    recovery = Replace("_NOT", "not", misfit.span.end)
    spaced = _spaced(misfit.text, misfit.span, "not")
    return _foreign(misfit.span, "“!” is written “not”", "write not", spaced, recovery)


def _doubled_equals(misfit: Misfit) -> Explanation | None:
    """`==`, `=>` and `=<`: the equals sign was read already."""
    written = {"=": "=", ">": ">=", "<": "<="}.get(misfit.word)
    is_sign = misfit.previous == "=" and misfit.previous_end == misfit.start
    if written is None or not is_sign:
        return None
    end = misfit.start + len(misfit.rest) - len(misfit.rest.lstrip("=<>"))
    span = Span(misfit.start - 1, end)
    message = f"“{misfit.text[span.start : end]}” is written “{written}”"
    return _foreign(span, message, f"write {written}", written, SkipTo(end))


def _semicolon(misfit: Misfit) -> Explanation | None:
    if misfit.word != ";":
        return None
    message = "an expression needs no semicolon"
    return _foreign(misfit.span, message, "leave it out", "", SkipTo(misfit.span.end))


def _thousands(misfit: Misfit) -> Explanation | None:
    if misfit.previous is None or misfit.word != ",":
        return None
    found = re.compile(r"-?[$€£¥]?-?\d{1,3}(,\d{3})+(\.\d+)?(?!\d)").match(
        misfit.text, misfit.previous.start_pos or 0
    )
    if found is None or found.end() <= misfit.start:
        return None
    number = found[0].replace(",", "_")
    message = f"thousands are grouped by “_”, since a comma parts the items of a list: {number}"
    fix = Fix(f"write {number}", Span(*found.span()), number)
    problem = Diagnostic("E105", message, Span(*found.span()), fixes=(fix,))
    return Explanation(problem, SkipTo(found.end()))


def _foreign(
    span: Span, message: str, title: str, replacement: str, recovery: Recovery
) -> Explanation:
    fix = Fix(title, span, replacement)
    return Explanation(Diagnostic("E107", message, span, fixes=(fix,)), recovery)


def _spaced(text: str, span: Span, word: str) -> str:
    """The word with the blanks that it needs on either side."""
    before = "" if span.start == 0 or text[span.start - 1].isspace() else " "
    after = "" if text[span.end : span.end + 1].isspace() else " "
    return f"{before if text[span.start - 1 : span.start] != '(' else ''}{word}{after}"


# --- parentheses ----------------------------------------------------------------------------------


def _empty_parentheses(misfit: Misfit) -> Explanation | None:
    if misfit.word != ")" or not misfit.follows("LPAR") or misfit.opener is None:
        return None
    span = Span(misfit.opener.start_pos or 0, misfit.span.end)
    message = "this list is empty" if misfit.is_in_list else "these parentheses are empty"
    return Explanation(Diagnostic("E104", message, span))


def _unclosed_parenthesis(misfit: Misfit) -> Explanation | None:
    opener = misfit.opener
    ends_here = misfit.word.lower() in ("", "exclude") or (
        misfit.is_in_list and misfit.word.lower() in ("and", "or", "where", "among")
    )
    if opener is None or not ends_here or "RPAR" not in misfit.expected:
        return None
    end = misfit.previous_end
    fix = Fix("close it", Span(end, end), ")")
    message = "this parenthesis is never closed"
    return _unclosed(opener.start_pos or 0, 1, message, fix, CloseGroup())


def _stray_parenthesis(misfit: Misfit) -> Explanation | None:
    if misfit.word != ")" or misfit.opener is not None:
        return None
    fix = Fix("leave it out", misfit.span, "")
    message = "this parenthesis closes nothing"
    recovery = SkipTo(misfit.span.end)
    return Explanation(Diagnostic("E102", message, misfit.span, fixes=(fix,)), recovery)


def _missing_parentheses(misfit: Misfit) -> Explanation | None:
    """`where product_category is "socks"`, `state in "CA", "OR"`."""
    if misfit.previous is None or not misfit.word:
        return None
    is_group = misfit.follows("_WHERE", "_AMONG", "_FIRST_PURCHASE_OF")
    is_list = misfit.follows("_IN", "_NOT_IN", "MATCH") and misfit.word[0] in _LIST_SIGNS
    if not is_group and not is_list:
        return None
    end = next_joint(misfit.text, misfit.start, misfit.start)
    inner = misfit.text[misfit.start : end].rstrip()
    span = Span(misfit.start, misfit.start + len(inner))
    fix = Fix("put it in parentheses", span, f"({inner})")
    message = f"what follows “{misfit.previous.lower()}” stands in parentheses"
    return Explanation(Diagnostic("E101", message, span, fixes=(fix,)))


_LIST_SIGNS = f"\"'0123456789$€£¥{_CURLY_MARKS}"


def _exclude_from_nobody(misfit: Misfit) -> Explanation | None:
    """`exclude` at the very beginning."""
    if misfit.word.lower() != "exclude" or "_INCLUDE" not in misfit.expected:
        return None
    fix = Fix("start from everyone", Span(misfit.start, misfit.start), "everyone ")
    message = "“exclude” takes customers away; say first who is included"
    recovery = Replace("_EVERYONE", "everyone", misfit.start)
    return Explanation(Diagnostic("E101", message, misfit.span, fixes=(fix,)), recovery)


# --- words ----------------------------------------------------------------------------------------

_COMPARED = ("EQUAL", "NOT_EQUAL", "LPAR", "COMMA")
_ENDS = frozenset({"", "and", "or", "exclude", ")", ",", "("})


def _missing_quotes(misfit: Misfit) -> Explanation | None:
    """`city is New York`, `email contains gmail.com`, `member of segment West`."""
    if misfit.word.lower() in _ENDS or misfit.word[0] in "\"'`":
        return None
    is_second_word = (
        misfit.follows("NAME")
        and misfit.before_previous is not None
        and misfit.before_previous.type in _COMPARED
        and re.match(r"\w", misfit.word) is not None
    )
    is_text_only = "STRING" in misfit.expected and "WHOLE" not in misfit.expected
    if not is_second_word and not is_text_only:
        return None
    start = misfit.previous.start_pos or 0 if is_second_word and misfit.previous else misfit.start
    span = Span(start, _text_end(misfit.text, misfit.span.end))
    text = quoted(misfit.text[span.start : span.end])
    fix = Fix(f"write {text}", span, text)
    return Explanation(Diagnostic("E101", "a text stands in quotes", span, fixes=(fix,)))


def _missing_number(misfit: Misfit) -> Explanation | None:
    """`in last month` may roll with the day or follow the calendar."""
    unit = misfit.word.lower().removesuffix("s")
    if not misfit.follows("LAST") or unit not in _UNITS or misfit.previous is None:
        return None
    span = Span(misfit.previous.start_pos or 0, misfit.span.end)
    written = misfit.text[span.start : span.end]
    fixes = (
        Fix(f"the {unit} that ends today", span, f"last 1 {unit}"),
        Fix(f"the {unit} of the calendar before this one", span, f"previous {unit}"),
    )
    message = f"“{written}” can be read in two ways; say how many, or “previous”"
    return Explanation(Diagnostic("E101", message, span, fixes=fixes))


_UNITS = frozenset({"hour", "day", "week", "month", "quarter", "year"})
_WINDOW = re.compile(r"(?:last|past|next)\s+\d+\s+\w+|(?:this|current|previous|next)\s+\w+", re.I)


def _negated_window(misfit: Misfit) -> Explanation | None:
    """`x not in last 30 days` leaves open what becomes of customers without a date."""
    found = _WINDOW.match(misfit.text, misfit.start)
    if found is None or not misfit.follows("_NOT_IN") or misfit.previous is None:
        return None
    span = Span(misfit.condition_start, found.end())
    operand = misfit.text[span.start : misfit.previous.start_pos].strip()
    fix = Fix("negate the whole condition", span, f"not ({operand} in {found[0]})")
    message = "“not in” takes a list of values; negate a window as a whole"
    return Explanation(Diagnostic("E101", message, span, fixes=(fix,)))


def _missing_comma(misfit: Misfit) -> Explanation | None:
    if not misfit.is_in_list or "COMMA" not in misfit.expected:
        return None
    if re.match(r"[\w\"'$€£¥-]", misfit.word) is None:
        return None
    end = misfit.previous_end
    fix = Fix("put a comma between them", Span(end, misfit.start), ", ")
    message = "a comma is missing between two items of this list"
    return Explanation(Diagnostic("E101", message, misfit.span, fixes=(fix,)))


def _misspelt_keyword(misfit: Misfit) -> Explanation | None:
    near = nearest_keyword(misfit.text, misfit.start, misfit.expected)
    if misfit.follows("NAME") and misfit.previous is not None:
        begun = misfit.previous.start_pos or 0
        from_name = nearest_keyword(misfit.text, begun, _BEGINNINGS, reach=misfit.previous_end - 1)
        if from_name and begun == misfit.condition_start:
            near = max(filter(None, (near, from_name)), key=lambda found: found.likeness)
    if near is None:
        return None
    written = misfit.text[near.span.start : near.span.end]
    fix = Fix(f"write {near.keyword}", near.span, near.keyword)
    message = f"“{written}” is not known here; did you mean “{near.keyword}”?"
    return Explanation(Diagnostic("E101", message, near.span, fixes=(fix,)))


_BEGINNINGS = frozenset(
    {
        "_EVERYONE", "_HAS_PURCHASED", "_HAS_NOT_PURCHASED", "_ONLY_PURCHASED", "_FIRST_PURCHASE",
        "_FIRST_PURCHASE_OF", "_REPEAT_PURCHASE", "_MOST_FREQUENT_ORDER", "_TOTAL_VALUE",
        "MEMBER_OF", "ROW_QUANTIFIER", "_COUNT_OF", "AGGREGATE_OF", "RFM_BOUND", "DATE_FUNCTION",
    }
)  # fmt: skip


def _unexpected(misfit: Misfit) -> Explanation:
    phrases = expectations(misfit.expected)
    expected = ", ".join(phrases[:-1]) + (" or " if phrases[:-1] else "") + phrases[-1]
    if not misfit.word:
        span = Span(misfit.previous_end, misfit.previous_end)
        message = f"the expression ends too early; expected {expected}"
    else:
        span = misfit.span
        word = misfit.word if len(misfit.word) <= 40 else f"{misfit.word[:39]}…"
        message = f"“{word}” does not fit here; expected {expected}"
    return Explanation(Diagnostic("E101", message, span))


# What is broken inside a word comes before what is wrong between words.
_RULES: tuple[Callable[[Misfit], Explanation | None], ...] = (
    _unclosed_comment,
    _text_that_swallows,
    _unclosed_text,
    _unclosed_name,
    _missing_parentheses,
    _curly_quotes,
    _doubled_sign,
    _exclamation_mark,
    _doubled_equals,
    _semicolon,
    _thousands,
    _empty_parentheses,
    _unclosed_parenthesis,
    _stray_parenthesis,
    _exclude_from_nobody,
    _missing_number,
    _negated_window,
    _missing_quotes,
    _missing_comma,
    _misspelt_keyword,
    _unexpected,
)

# --- reading on -----------------------------------------------------------------------------------

_PIECE = re.compile(
    rf"{_STRING}|“[^“”\n]*”|`[^`\n]*`|--[^\n]*|#[^\n]*|/\*[\s\S]*?\*/"
    r"|(?P<joint>\b(?:and|or|exclude)\b|&&|\|\|)|(?P<between>\b(?:between|outside)\b)|\w+|[\s\S]",
    re.IGNORECASE,
)


def next_joint(text: str, start: int, beyond: int) -> int:
    """Return where the condition that begins at `start` ends: the next joint from `beyond` on.

    Joints are `and`, `or`, `exclude` and the closing parenthesis around the condition; those in
    inner parentheses, texts and comments, and the `and` of `between`, are none.
    """
    depth = betweens = 0
    for piece in _PIECE.finditer(text, start):
        if piece[0] == "(":
            depth += 1
        elif piece[0] == ")":
            if depth == 0 and piece.start() >= beyond:
                return piece.start()
            depth = max(0, depth - 1)
        elif depth == 0 and piece["between"]:
            betweens += 1
        elif depth == 0 and piece["joint"]:
            if betweens and piece[0].lower() == "and":
                betweens -= 1
            elif piece.start() >= beyond:
                return piece.start()
    return len(text)
