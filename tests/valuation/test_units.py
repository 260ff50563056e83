import dataclasses
from typing import Annotated, Any, get_args

import pytest

from valuation import units
from valuation.units import Kind, Money, Moneys, PeerMultiples, Quartile, Statistic, Timing, Years, kind_of

ALIASES = {name: alias for name, alias in vars(units).items() if hasattr(alias, "__metadata__")}


@pytest.mark.parametrize("alias", ALIASES.values(), ids=ALIASES.keys())
def test_every_type_says_its_shape_and_its_unit(alias: object) -> None:
    kind = kind_of(alias)
    assert kind.shape in get_args(units.Shape)
    assert kind.unit
    assert bool(kind.choices) == (kind.shape == "choice")


def test_every_shape_has_a_type() -> None:
    assert {kind_of(alias).shape for alias in ALIASES.values()} == set(get_args(units.Shape))


def test_an_optional_type_is_of_its_own_kind() -> None:
    assert kind_of(Years | None) == kind_of(Years) == Kind("number", "years")


def test_a_money_and_moneys_differ_in_shape_only() -> None:
    assert dataclasses.replace(kind_of(Moneys), shape="number") == kind_of(Money)


def test_choices_are_what_the_words_mean() -> None:
    assert kind_of(Timing).choices == ("end", "start")
    assert kind_of(Quartile).choices == ("inc", "exc")
    assert kind_of(Statistic).or_number
    assert not kind_of(Quartile).or_number


def test_a_blank_is_absent_only_where_the_type_says_so() -> None:
    assert kind_of(PeerMultiples).blank_is_absent
    assert not kind_of(Moneys).blank_is_absent


@pytest.mark.parametrize("annotation", [float, "Money", None, Annotated[float, "money"], Any])
def test_whatever_is_no_such_type_is_refused(annotation: object) -> None:
    with pytest.raises(TypeError, match=r"is not one of the types of valuation\.units"):
        kind_of(annotation)
