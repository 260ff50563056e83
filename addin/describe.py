"""Descriptions of functions for users: arguments, and an example for a shell."""

import json
import shlex

from addin.cells import text
from valuation.catalogue import Entry, Parameter
from valuation.examples import example
from valuation.kernel.units import Kind


def takes(kind: Kind) -> str:
    """Kind of values that an argument takes, in a few words.

    Examples
    --------
    >>> from valuation.kernel.units import Moneys, Statistic, kind_of
    >>> takes(kind_of(Moneys)), takes(kind_of(Statistic))
    ('money, a list', 'mean, median, harmonic, min, max, q1, q3, a number')
    """
    if kind.shape == "choice":
        return ", ".join(kind.choices) + (", a number" if kind.or_number else "")
    several = {"vector": ", a list", "texts": ", a list", "dates": ", a list", "matrix": ", a table"}
    return "TRUE or FALSE" if kind.shape == "flag" else kind.unit + several.get(kind.shape, "")


def left_out(parameter: Parameter) -> str:
    """Text of the default of an optional argument; empty where the description of the argument states it."""
    return "" if parameter.required or parameter.default in (None, "") else text(parameter.default)


def argument_help(entry: Entry, parameter: Parameter) -> str:
    """Help for an argument in the function wizard: description, unit and default.

    Examples
    --------
    >>> from valuation.catalogue import CATALOGUE
    >>> entry = CATALOGUE["segment_value"]
    >>> argument_help(entry, entry.parameters[2])
    'Share of the part that the company owns. (fraction; 1 if left out)'
    """
    default = left_out(parameter)
    notes = [takes(parameter.kind)] + ([f"{default} if left out"] if default else [])
    return f"{entry.argument_docs[parameter.name]} ({'; '.join(notes)})"


def command(entry: Entry) -> str:
    """The example as a command in a shell.

    Examples
    --------
    >>> from valuation.catalogue import CATALOGUE
    >>> command(CATALOGUE["sotp_value"])
    "steelyard call SOTP_VALUE '[806, 234, 99]' '[2.0, 2.3, 19.0]'"
    """
    given = example(entry)
    words: list[str] = []
    for place, parameter in enumerate(entry.parameters):
        if parameter.name in given:
            key = "" if place == len(words) else f"{parameter.name}="
            words.append(key + shlex.quote(json.dumps(given[parameter.name], ensure_ascii=False)))
    return " ".join(("steelyard call", entry.excel_name, *words))
