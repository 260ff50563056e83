"""Reads the spec file of a screen, and finds what is wrong in it."""

import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from valuation.kernel.errors import ChoiceError
from workbooks.case.annotations import fields, inner
from workbooks.screening.money import unsaid
from workbooks.screening.spec import CLAIMS, ELEMENT, STATISTICS, MethodSpec, Spec, SpecError


def load(path: Path) -> Spec:
    """Load a spec file.

    Raises
    ------
    SpecError
        If it cannot be read or has errors; the message has one line per problem.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise SpecError(path, [f"cannot be read: {problem.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SpecError(path, [f"is not TOML: {problem}"]) from None
    try:
        spec = Spec.model_validate(_tuples(raw))
    except ValidationError as problem:
        told = (_line(each) for each in problem.errors(include_url=False) if not _is_of_its_items(each))
        raise SpecError(path, [*told]) from None
    problems = [*_money_problems(spec), *_group_problems(spec)]
    problems += [line for method in spec.methods for line in _method_problems(method, spec)]
    names = [method.name for method in spec.methods]
    problems += [f"methods: {name!r} is given twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if not problems:
        problems = [_is_it_money(place, column) for place, column in unsaid(spec)]
    if problems:
        raise SpecError(path, problems)
    return spec


def _tuples(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _line(error: Any) -> str:  # noqa: ANN401 - pydantic's record of an error
    place = ""
    for part in error["loc"]:
        if isinstance(part, int):
            place += f"[{part + 1}]"
        elif part not in ("str", "float"):  # branches of a union
            place += f".{part}" if place else str(part)
    if error["type"] == "extra_forbidden":
        return f"{place}: is not a key of this table{_near(str(error['loc'][-1]), _keys(error['loc'][:-1]))}"
    if error["type"] == "missing":
        return f"{place}: is missing"
    return f"{place}: {str(error['input'])[:60]!r}: {error['msg'].removeprefix('Value error, ')}"


def _is_of_its_items(error: Any) -> bool:  # noqa: ANN401
    """Whether a list is too short only since its items are wrong, each of which is named."""
    return bool(error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"])


def _keys(table: Sequence[str | int]) -> tuple[str, ...]:
    """The keys of a table of a spec."""
    here: object = Spec
    for part in table:
        here = inner(here, part)
    return tuple(fields(here))


def _money_problems(spec: Spec) -> Iterator[str]:
    if spec.table.price_currency and (spec.fx is None or not spec.table.currency):
        yield "table.price_currency: needs [fx] and the currency of the accounts, [table] currency, to compare the two"
    if spec.capital.leases is not None and not _has_net_debt(spec):
        yield "capital.leases: are added to net_debt, or to debt and cash: give them as well"


def _is_it_money(place: str, column: str) -> str:
    how = f'money = ["{column}"], or []' if place.endswith("nearest") else "money = true or false"
    return f"groups.{place}: say whether {column!r} is money, which is converted to one currency: {how}"


def _has_net_debt(spec: Spec) -> bool:
    return spec.capital.net_debt is not None or spec.capital.debt is not None


def _group_problems(spec: Spec) -> list[str]:
    problems = []
    for name, group in spec.groups.items():
        near = group.nearest
        more = [column for column in (near.money or ()) if column not in near.columns] if near else []
        problems += [f"groups.{name}.nearest: money {column!r} is not one of its columns" for column in more]
    for method in spec.methods:
        if method.group and method.group not in spec.groups:
            known = ", ".join(spec.groups) or "-"
            problems.append(f"methods {method.name}: group {method.group!r} is not one of {known}")
        if method.is_multiple and not method.group:
            problems.append(f"methods {method.name}: a multiple needs a group, or give a function")
        if method.of == "enterprise" and not _has_net_debt(spec):
            problems.append(f"methods {method.name}: an enterprise value needs capital.net_debt, or debt and cash")
        if method.of == "share" and spec.capital.shares is None:
            problems.append(f"methods {method.name}: a value per share needs capital.shares")
        problems += _of_problems(method, spec)
    return problems


def _of_problems(method: MethodSpec, spec: Spec) -> Iterator[str]:
    """What is wrong where `of` is left out: an enterprise value would count as equity, debt and all."""
    if "of" in method.model_fields_set:
        return
    claims = [name for name in CLAIMS if getattr(spec.capital, name) is not None]
    if not method.is_multiple:
        yield f'methods {method.name}: say what {method.function} gives: of = "enterprise", "equity" or "share"'
    elif claims:
        between = f"[capital] {', '.join(claims)} {'is' if len(claims) == 1 else 'are'} between the two"
        yield f'methods {method.name}: say of = "enterprise" or "equity": {between}'


def _method_problems(method: MethodSpec, spec: Spec) -> list[str]:
    at = f"methods {method.name}"
    if method.is_multiple:
        problems = [] if method.metric else [f"{at}: metric is missing, or give a function"]
        if spec.capital.market_value is None and spec.capital.price is None:
            problems.append(f"{at}: the peers' multiples need capital.market_value, or price and shares")
        for end in ("low", "base", "high"):
            statistic = getattr(method, end)
            if statistic not in STATISTICS and not (isinstance(statistic, float) and 0 <= statistic <= 1):
                problems.append(f"{at}: {end} {statistic!r} is not one of {', '.join(STATISTICS)}, and no percentile")
        known: tuple[str, ...] = ("metric", "multiple")
    else:
        try:
            parameters = method.entry.parameters
        except ChoiceError as problem:
            return [f"{at}: {problem}"]
        known = tuple(parameter.name for parameter in parameters)
        problems = _argument_problems(method, at, known)
    for text, uncertain in method.uncertain.items():
        match = ELEMENT.fullmatch(text)
        if match is None or match[1] not in known:
            problems.append(f"{at}: uncertain {text!r} is not an argument{_near(text, known)}")
        elif uncertain.peers and (text != "multiple" or not method.is_multiple):
            problems.append(f"{at}: only the multiple of peers takes peers = true")
    size = len(method.uncertain)
    if method.correlation is not None and {size} != {len(method.correlation), *map(len, method.correlation)}:
        problems.append(f"{at}: correlation has a row and a column for each of the {size} uncertain inputs")
    return problems


def _argument_problems(method: MethodSpec, at: str, known: tuple[str, ...]) -> list[str]:
    problems = []
    parameters = method.entry.parameters
    if method.entry.result.shape != "number":
        problems.append(f"{at}: {method.entry.excel_name} gives more than one number, or none")
    if method.metric:
        problems.append(f"{at}: a function takes arguments, not a metric")
    for end in ("low", "high"):
        if "base" in method.model_fields_set or not (end not in method.model_fields_set or method.others(end)):
            problems.append(f"{at}: {end} is a table of the arguments that are others there")
        given = method.others(end)
        problems += [
            f"{at}: {end}.{name} is not an argument{_near(name, known)}" for name in given if name not in known
        ]
    for name in method.arguments:
        if name not in known:
            problems.append(f"{at}: {name} is not an argument of {method.entry.excel_name}{_near(name, known)}")
    missing = [p.name for p in parameters if p.required and p.name not in method.arguments]
    if missing:
        problems.append(f"{at}: {method.entry.excel_name} needs {', '.join(missing)}")
    return problems


def _near(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f": {', '.join(known)}"
