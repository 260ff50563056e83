from dataclasses import replace
from math import inf
from typing import Annotated, Any, get_args

import pytest

from valuation.kernel import units
from valuation.kernel.units import Kind, Limits, Money, Moneys, Quartile, Statistic, Timing, Years, kind_of

# Mutants of units.py that survive: records without slots, which take more room.

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
    "Investment": ("number", "fraction"),
    "Discount": ("number", "fraction"),
    "Retention": ("number", "fraction"),
    "Margin": ("number", "fraction"),
    "Rate": ("number", "fraction"),
    "Growth": ("number", "fraction"),
    "Return": ("number", "fraction"),
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
    assert (ordinary.limits, ordinary.unit_argument, ordinary.counted_in_unit) == (None, "", False)
    assert Limits() == Limits(-inf, inf, "", slack=0.0)


# The range of each type with one, what an error advises, and what rounding in cells may exceed it by.
RANGES = {
    "Payment": (0, inf, "it cannot be negative", 0),
    "Multiple": (0, inf, "it cannot be negative", 0),
    "Ratio": (-inf, 10, "write 25 % as 0.25", 0),
    "Share": (0, 1, "write 25 % as 0.25", 1e-9),
    "Investment": (0, 10, "what is spent is positive: write 4 % of revenue as 0.04", 0),
    "Discount": (-1, 1, "write 20 % as 0.2", 1e-9),
    "Retention": (0, 2, "write 80 % as 0.8", 0),
    "Margin": (-inf, 1, "write 25 % as 0.25", 1e-9),
    "Rate": (-1, 1, "write 8 % a year as 0.08", 0),
    "Growth": (-1, 10, "write 15 % a year as 0.15", 0),
    "Return": (-1, inf, "nothing can fall by more than 100 %", 0),
    "Premium": (-1, 10, "write a premium of 20 % as 0.2, a discount as -0.2", 0),
    "Count": (0, inf, "it cannot be negative", 0),
    "Months": (0, 12, "a year has 12 months", 0),
    "Shares": (0, inf, "it cannot be negative", 0),
    "MoneyPerShare": (0, inf, "it cannot be negative", 0),
    "ExchangeRate": (0, inf, "it cannot be negative", 0),
    "Score": (-1, 1, "QUALITY_SCORE gives such a score", 0),
    "Fence": (0, inf, "it cannot be negative", 0),
    "Payments": (0, inf, "it cannot be negative", 0),
    "Multiples": (0, inf, "it cannot be negative", 0),
    "PeerWeights": (0, inf, "it cannot be negative", 0),
    "Stakes": (0, 1, "write 25 % as 0.25", 1e-9),
    "Margins": (-inf, 1, "write 25 % as 0.25", 1e-9),
    "Options": (0, inf, "it cannot be negative", 0),
    "Strikes": (0, inf, "it cannot be negative", 0),
    "Scores": (1, 5, "answers are from 1 to 5", 0),
    "Weights": (0, inf, "it cannot be negative", 0),
}


def test_every_range() -> None:
    limits = {name: kind_of(alias).limits for name, alias in ALIASES.items()}
    found = {name: (each.least, each.most, each.advice, each.slack) for name, each in limits.items() if each}
    assert found == RANGES


def test_a_range_in_words() -> None:
    assert Limits(0, 1).text == "from 0 to 1"
    assert Limits(0).text == "at least 0"
    assert Limits(most=10).text == "at most 10"


def test_what_is_counted_and_what_is_elementwise() -> None:
    shapes = get_args(units.Shape)
    assert {shape for shape in shapes if Kind(shape).elementwise} == {"number", "text"}
    assert {shape for shape in shapes if Kind(shape).numeric} == {"number", "vector"}
    in_units = {name: kind_of(alias) for name, alias in ALIASES.items() if kind_of(alias).unit_argument}
    assert {name: (kind.unit_argument, kind.counted_in_unit) for name, kind in in_units.items()} == {
        "AmountInUnit": ("from_unit", True),
        "AmountForUnit": ("unit", False),
    }


def test_what_each_choice_may_be() -> None:
    assert {name: kind_of(ALIASES[name]).choices for name in CHOICES - {"Statistic", "Quartile", "Timing"}} == {
        "WeightedStatistic": ("harmonic", "mean"),
        "Distribution": ("pert", "triangular", "uniform", "normal", "lognormal"),
        "Protection": ("broad", "narrow", "ratchet"),
        "CapBasis": ("post", "pre"),
    }


@pytest.mark.parametrize("annotation", [float, "Money", None, Annotated[float, "money"], Any])
def test_whatever_is_no_such_type_is_refused(annotation: object) -> None:
    with pytest.raises(TypeError) as raised:
        kind_of(annotation)
    assert str(raised.value) == f"{annotation!r} is not one of the types of valuation.kernel.units"
