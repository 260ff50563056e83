"""Examples as cells hold them; what stands in a cell is written by hand."""

import pytest

from valuation.catalogue import CATALOGUE, Entry
from valuation.examples import example, formula
from valuation.kernel.units import Arguments, Flag, Method, Money, Moneys, Ratio, Text

# Mutants of examples.py that change no result, and so survive: `or "XXXX"` for a function without a docstring, whose
# example is missing either way; in `formula` an X among what is cut off at the end, on which no argument ends; and
# `strict` of the last zip, which zip_longest has made even before.


def shown(words: Text, parts: Moneys = 1.0, rate: Ratio = 0.0, exact: Flag = False, total: Money = 0.0) -> Text:  # noqa: FBT002
    """Give nothing; it has the examples below.

    Examples
    --------
    >>> one, other = 1, 2
    >>> kept = {}
    >>> kept["rate"] = 0.75
    >>> len("another function's call")
    23
    >>> amounts = [1_500_000_000, -2.5, 0.1234567890123456]
    >>> round(  # doctest: +SKIP
    ...     shown('a "b"', amounts, exact=True),
    ...     2,
    ... )
    >>> shown("the second call")  # doctest: +SKIP
    """


def analysis(method: Method, arguments: Arguments, ends: Arguments) -> Moneys:
    """Give nothing; it has the example below.

    Examples
    --------
    >>> ends = {"discount": None}
    >>> analysis(sotp_value, {"metrics": [806, 234], "discount": 0.5}, ends).tolist()  # doctest: +SKIP
    """


def silent(words: Text) -> Text:
    """Have no example."""


def test_the_first_call_with_what_it_names() -> None:
    assert example(Entry(shown)) == {
        "words": 'a "b"',
        "parts": [1_500_000_000, -2.5, 0.1234567890123456],
        "exact": True,
    }


def test_a_formula_leaves_out_what_the_call_leaves_out() -> None:
    # Fifteen figures, as many as a cell keeps; a quote within a text is doubled; nothing is left of what comes last.
    assert formula(Entry(shown)) == '=SHOWN("a ""b""",{1500000000,-2.5,0.123456789012346},,TRUE)'


def test_arguments_of_a_method_are_rows_of_one_length() -> None:
    assert example(Entry(analysis)) == {
        "method": "SOTP_VALUE",
        "arguments": [["metrics", 806, 234], ["discount", 0.5, None]],
        "ends": [["discount", None]],
    }
    assert formula(Entry(analysis)) == '=ANALYSIS("SOTP_VALUE",{"metrics",806,234;"discount",0.5,""},{"discount",""})'


def test_a_function_without_an_example() -> None:
    with pytest.raises(LookupError, match="silent has no example that calls it"):
        example(Entry(silent))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("steelyard_version", "=STEELYARD_VERSION()"),
        ("sotp_table", '=SOTP_TABLE({"Phones","IoT"},{806,234},{2,2.3})'),
        ("multiple", "=MULTIPLE(972,54)"),
        ("bracket", "=BRACKET(540,{200,360},{900,1000})"),
    ],
)
def test_formulas_of_the_catalogue(name: str, expected: str) -> None:
    assert formula(CATALOGUE[name]) == expected
