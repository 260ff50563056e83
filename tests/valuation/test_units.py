from dataclasses import replace
from typing import Annotated, Any, get_args

import pytest

from valuation.kernel import units
from valuation.kernel.units import Kind, Money, Moneys, Quartile, Statistic, Timing, Years, kind_of

# A mutant of units.py that survives: a `Kind` without slots, which takes more room.

# What the catalogue's help, and the cells that a host accepts, say of each type: shape and unit.
KINDS = {
    "Money": ("number", "money"),
    "Multiple": ("number", "×"),
    "Ratio": ("number", "fraction"),
    "Count": ("number", "count"),
    "Years": ("number", "years"),
    "Months": ("number", "months"),
    "Shares": ("number", "shares"),
    "MoneyPerUser": ("number", "money per user"),
    "MoneyPerShare": ("number", "money per share"),
    "ExchangeRate": ("number", "exchange rate"),
    "Score": ("number", "score"),
    "Fence": ("number", "number"),
    "Number": ("number", "number"),
    "Moneys": ("vector", "money"),
    "MoneysPerUser": ("vector", "money per user"),
    "KnownNumbers": ("vector", "number"),
    "PeerWeights": ("vector", "number"),
    "Distribution": ("choice", "distribution"),
    "WeightedStatistic": ("choice", "statistic"),
    "KnownMoneys": ("vector", "money"),
    "Multiples": ("vector", "×"),
    "PeerMultiples": ("vector", "×"),
    "PeerDrivers": ("vector", "number"),
    "Bounds": ("vector", "money"),
    "Stakes": ("vector", "fraction"),
    "Margins": ("vector", "fraction"),
    "Payments": ("vector", "money"),
    "Weights": ("vector", "number"),
    "Payment": ("number", "money"),
    "AmountInUnit": ("number", "money"),
    "AmountForUnit": ("number", "money"),
    "SignedMultiple": ("number", "×"),
    "Share": ("number", "fraction"),
    "Discount": ("number", "fraction"),
    "Retention": ("number", "fraction"),
    "Margin": ("number", "fraction"),
    "Rate": ("number", "fraction"),
    "Growth": ("number", "fraction"),
    "Premium": ("number", "fraction"),
    "Protection": ("choice", "protection"),
    "CapBasis": ("choice", "cap basis"),
    "Options": ("vector", "shares"),
    "Strikes": ("vector", "money per share"),
    "Scores": ("vector", "score"),
    "Numbers": ("vector", "number"),
    "Steps": ("vector", "number"),
    "Flags": ("vector", "flag"),
    "Texts": ("texts", "text"),
    "Dates": ("dates", "date"),
    "Text": ("text", "text"),
    "Flag": ("flag", "flag"),
    "Statistic": ("choice", "statistic"),
    "Quartile": ("choice", "quartile method"),
    "Timing": ("choice", "timing"),
    "Method": ("method", "function of the catalogue"),
    "Arguments": ("arguments", "name and values a row"),
    "Ends": ("arguments", "name and values a row"),
    "Matrix": ("matrix", "fraction"),
    "Table": ("table", "rows"),
}
BLANK_IS_ABSENT = {"KnownMoneys", "KnownNumbers", "PeerWeights", "PeerMultiples", "PeerDrivers", "Ends"}
CHOICES = {"Statistic", "WeightedStatistic", "Quartile", "Timing", "Protection", "CapBasis", "Distribution"}
OWN_LENGTH = {"Bounds", "Steps"}
ALIASES = {name: alias for name, alias in vars(units).items() if hasattr(alias, "__metadata__")}


def test_every_type_says_its_shape_and_its_unit() -> None:
    kinds = {name: kind_of(alias) for name, alias in ALIASES.items()}
    assert {name: (kind.shape, kind.unit) for name, kind in kinds.items()} == KINDS
    assert {name for name, kind in kinds.items() if kind.blank_is_absent} == BLANK_IS_ABSENT
    assert {name for name, kind in kinds.items() if kind.own_length} == OWN_LENGTH
    assert {name for name, kind in kinds.items() if kind.choices} == CHOICES


def test_every_shape_has_a_type() -> None:
    assert {kind_of(alias).shape for alias in ALIASES.values()} == set(get_args(units.Shape))


def test_an_optional_type_is_of_its_own_kind() -> None:
    assert kind_of(Years | None) == kind_of(Years) == Kind("number", "years")


def test_a_money_and_moneys_differ_in_shape_only() -> None:
    assert replace(kind_of(Moneys), shape="number") == kind_of(Money)


def test_choices_are_what_the_words_mean() -> None:
    assert kind_of(Timing).choices == ("end", "start")
    assert kind_of(Quartile).choices == ("inc", "exc")
    assert kind_of(Statistic).choices == ("mean", "median", "harmonic", "min", "max", "q1", "q3")
    assert kind_of(Statistic).or_number
    assert not kind_of(Quartile).or_number


def test_a_kind_is_frozen() -> None:
    with pytest.raises(AttributeError):
        kind_of(Money).unit = "apples"  # type: ignore[misc]


def test_by_default_a_kind_has_no_limits_and_allows_no_blanks() -> None:
    ordinary = Kind("number", "", choices=(), or_number=False, blank_is_absent=False, own_length=False)
    assert Kind("number") == ordinary


@pytest.mark.parametrize("annotation", [float, "Money", None, Annotated[float, "money"], Any])
def test_whatever_is_no_such_type_is_refused(annotation: object) -> None:
    with pytest.raises(TypeError) as raised:
        kind_of(annotation)
    assert str(raised.value) == f"{annotation!r} is not one of the types of valuation.kernel.units"
