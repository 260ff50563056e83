"""Rules on constants in formulas, and on errors that formulas turn into numbers."""

from collections.abc import Iterator, Sequence
from typing import Final

from workbooks.audit.finding import Finding, cell
from workbooks.audit.graph import At, Graph
from workbooks.audit.shapes import OfShape, Shape
from workbooks.audit.words import Word, function_name

# Constants that convert or count: units, days, months, halves, signs.
_CONVERTING: Final = frozenset({0.5, 2, 4, 7, 12, 24, 30, 52, 60, 100, 360, 365, 365.25, 366, 3600})
_PLAIN: Final = frozenset({0.0, 1.0})
# Functions whose numeric arguments are options, not values.
_TELLING: Final = frozenset(
    (  # noqa: SIM905 - a list would take a line a name
        "ROUND ROUNDUP ROUNDDOWN MROUND INDEX MATCH VLOOKUP HLOOKUP XLOOKUP XMATCH LOOKUP CHOOSE LARGE SMALL "
        "QUARTILE QUARTILE.INC QUARTILE.EXC PERCENTILE PERCENTILE.INC PERCENTILE.EXC DATE EDATE EOMONTH LEFT "
        "RIGHT MID TEXT OFFSET ADDRESS INDIRECT SUBTOTAL AGGREGATE WEEKDAY TRUNC CEILING FLOOR MOD REPT CELL "
        "SEQUENCE RANDBETWEEN ROW COLUMN COUNTIF COUNTIFS SUMIF SUMIFS AVERAGEIF AVERAGEIFS NETWORKDAYS "
        "WORKDAY YEARFRAC DATEDIF FIXED DOLLAR SUBSTITUTE FIND SEARCH RANK RANK.EQ INT LOG"
    ).split()
)
_MULTIPLYING: Final = frozenset("*/^")
_COMPARING: Final = frozenset(("=", "<", ">", "<=", ">=", "<>"))
_ERROR_TESTS: Final = frozenset({"ISERROR", "ISERR"})
_HIDING: Final = frozenset({"IFERROR", "IFNA"})
_CATCHING: Final = _ERROR_TESTS | _HIDING | {"AGGREGATE"}
_IGNORING: Final = frozenset({"2", "3", "6", "7"})  # options of AGGREGATE that ignore errors


def findings(graph: Graph) -> Iterator[Finding]:
    """Numbers in formulas, and errors that formulas hide."""
    typed = OfShape(lambda shape: _typed(shape.words))
    hidden = OfShape(_hidden)
    for at, shape in graph.shapes.items():
        if typed[shape]:
            yield _constant(at, typed[shape], graph)
        if hidden[shape]:
            yield _swallowed(at, hidden[shape], graph)


def _typed(parts: Sequence[Word]) -> list[str]:
    """The numbers of a formula that look like assumptions."""
    found, open_calls = [], [""]
    rests = any(word.kind in {"reference", "name"} for word in parts)
    for number, word in enumerate(parts):
        if word.kind == "function":
            open_calls.append(function_name(word))
        elif word.text in "({":
            open_calls.append(open_calls[-1] if word.text == "(" else "{")
        elif word.text in ")}" and len(open_calls) > 1:
            open_calls.pop()
        elif word.kind == "number" and (rests or not open_calls[-1]) and not _is_plain(parts, number, open_calls[-1]):
            found.append(word.text)
    return found


def _is_plain(parts: Sequence[Word], number: int, call: str) -> bool:
    """Whether a number in a formula needs no cell of its own."""
    value = float(parts[number].text)
    if value in _PLAIN or call in _TELLING or call == "{":
        return True
    before = parts[number - 1].text if number else ""
    after = parts[number + 1].text if number + 1 < len(parts) else ""
    if before in _COMPARING or after in _COMPARING or before == "&" or after == "&":
        return True
    return bool({before, after} & _MULTIPLYING) and (value in _CONVERTING or _is_power_of_ten(value))


def _is_power_of_ten(value: float) -> bool:
    text = f"{value:.15g}"
    return text.strip("0") == "1" or f"{value:e}".startswith("1.000000e")


def _hidden(shape: Shape) -> str:
    """Description of how a formula turns an error into a number; empty where it does not."""
    if shape.functions.isdisjoint(_CATCHING):
        return ""
    parts = shape.words
    looked_at = _CATCHING if shape.functions.isdisjoint(_ERROR_TESTS) else _CATCHING | {"IF"}
    for number, word in enumerate(parts):
        name = function_name(word) if word.kind == "function" else ""
        if name not in looked_at:
            continue
        arguments = _arguments(parts, number)
        if name in _HIDING and len(arguments) > 1 and _is_number(arguments[1]) and not _is_test(arguments[0]):
            return f"{name} turns any error into {''.join(each.text for each in arguments[1])}"
        if name == "AGGREGATE" and len(arguments) > 1 and "".join(each.text for each in arguments[1]) in _IGNORING:
            return "AGGREGATE leaves errors out of its result"
        if name == "IF" and len(arguments) > 1 and _tests_errors(arguments[0]) and any(map(_is_number, arguments[1:])):
            return "IF turns any error into a number"
    return ""


def _is_number(argument: Sequence[Word]) -> bool:
    """Whether an argument is a number, or omitted, which counts as 0."""
    return not argument or all(each.kind == "number" or each.text in "+-" for each in argument)


def _is_test(argument: Sequence[Word]) -> bool:
    return (
        bool(argument) and argument[0].kind == "function" and function_name(argument[0]) in {"MATCH", "SEARCH", "FIND"}
    )


def _tests_errors(argument: Sequence[Word]) -> bool:
    return any(each.kind == "function" and function_name(each) in _ERROR_TESTS for each in argument)


def _arguments(parts: Sequence[Word], number: int) -> list[list[Word]]:
    """Arguments of the function that begins at a token."""
    found: list[list[Word]] = [[]]
    depth = 1
    for word in parts[number + 1 :]:
        depth += (word.kind == "function" or word.text in "({") - (word.text in ")}")
        if not depth:
            break
        if word.text == "," and depth == 1:
            found.append([])
        else:
            found[-1].append(word)
    return found


def _constant(at: At, typed: list[str], graph: Graph) -> Finding:
    return Finding(
        "constant-in-formula",
        "warning",
        at.sheet,
        cell(at.place),
        f"={graph.formulas[at]} holds the typed {'numbers' if len(typed) > 1 else 'number'} {', '.join(typed[:3])}: "
        "its source is not visible, and other formulas may hold another value",
        "Put the number into a cell of its own, with a label and a source, and refer to it",
        alike=graph.alike(at),
    )


def _swallowed(at: At, how: str, graph: Graph) -> Finding:
    return Finding(
        "error-hidden",
        "warning",
        at.sheet,
        cell(at.place),
        f"={graph.formulas[at]}: {how}, so a broken input looks like a result",
        "Let the error show, or test for the one case that is expected, such as a divisor of 0",
        alike=graph.alike(at),
    )
