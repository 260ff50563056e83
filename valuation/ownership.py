"""Ownership: stakes through chains, several paths and cross-shareholdings; value of holdings."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from valuation.kernel.broadcast import Floats, broadcasts, discounted, total
from valuation.kernel.errors import ChoiceError, RangeError
from valuation.kernel.units import Discount, Money, Moneys, Ratio, Stakes, Table, Text, Texts

Indices = NDArray[np.intp]

ROUNDING: Final = 1e-9  # rounding tolerance of stakes, at 100 % and at 0
LARGEST_DENSE: Final = 300  # up to this number of entities a dense matrix is fast and scipy is not imported
LARGEST_CIRCLE: Final = 300  # most entities of a circle that are solved as one block


@broadcasts
def chain_stake(stakes: Stakes) -> Ratio:
    """Effective stake through a chain of companies, each with a stake in the next.

    Parameters
    ----------
    stakes : (..., n) fraction
        Stake of each company in the next.

    Returns
    -------
    (...) fraction
        Product of the stakes.

    Notes
    -----
    A stake below 0 or above 100 % is #NUM!.

    References
    ----------
    .. [1] SAP, calculation of the group share. http://mysaplib.com/00000046/3455c63098482bc0e10000009b38f91f/content.htm

    Examples
    --------
    >>> round(chain_stake([0.8, 0.75]), 12)
    0.6
    """
    return np.asarray(stakes.prod(axis=-1))


@broadcasts
def holdings_value(values: Moneys, stakes: Stakes, discount: Discount = 0.0, net_debt: Money = 0.0) -> Money:
    """Value of a portfolio of stakes: the sum of company value × stake, less a holding discount and net debt.

    Parameters
    ----------
    values : (..., n) money
        Equity value of each company.
    stakes : (..., n) fraction
        Stake held in each company.
    discount : (...) fraction
        Holding discount, on the gross assets.
    net_debt : (...) money
        Net debt of the holding company itself.

    Returns
    -------
    (...) money
        Σ value × stake × (1 − discount) − net debt.

    Raises
    ------
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    A stake below 0 or above 100 % is #NUM!.

    References
    ----------
    .. [1] Bundled case xiaomi_finance_2016: Xiaomi's finance arm, stakes in a bank and a payment company (2016).

    Examples
    --------
    >>> holdings_value([3000, 1000], [0.25, 0.5], 0.2)
    1000.0
    """
    return discounted(total(values * stakes), discount) - net_debt


@broadcasts
def lookthrough(holder: Text, owners: Texts, owned: Texts, stakes: Stakes) -> Table:
    """Effective economic interest of a holder in every company, through all paths and cross-shareholdings.

    Parameters
    ----------
    holder : text
        The holder whose interests are calculated: one of the owners.
    owners : (n) text
        Owner of each stake.
    owned : (n) text
        Company that the stake is in.
    stakes : (n) fraction
        Direct stake of the owner in the company. Stakes of one owner in one company add up.

    Returns
    -------
    rows
        A heading, then one row per company in which the holder has an interest, nearest first: name, direct stake,
        stake through others, effective stake. The effective stakes x solve x = a + Aᵀx, where a are the holder's direct
        stakes and A the stakes of the companies in each other.

    Raises
    ------
    ChoiceError
        If the holder is neither an owner nor owned.
    RangeError
        If a stake is negative, the stakes in one company exceed 100 %, a company holds 100 % of itself, or a group of
        companies is owned entirely by its own members.
    ShapeError
        If the vectors differ in length.

    Notes
    -----
    Names match as in a spreadsheet, without regard to case and surrounding spaces. A stake of 0 is ignored. What the
    stakes in a company lack to 100 % belongs to owners who are not listed.

    Stakes in the holder itself are ignored, since counting them could give effective stakes above 100 %. A company's
    stake in itself is attributed to its other owners in proportion.

    An error among the stakes makes only the companies an error that are reached through that stake.

    References
    ----------
    .. [1] Baldone, S., Brioschi, F. and Paleari, S. (1998). Ownership Measures Among Firms Connected by
       Cross-Shareholdings and a Further Analogy with Input-Output Theory. 4th JAFEE International Conference on
       Investment and Derivatives.
    .. [2] Vitali, S., Glattfelder, J. B. and Battiston, S. (2011). The Network of Global Corporate Control.
       PLoS ONE 6(10): e25995.
    .. [3] Bundled case xiaomi_2018: Xiaomi before its IPO, holders and chains (2018).

    Examples
    --------
    A owns part of C directly and part of it through B:

    >>> for row in lookthrough("A", ["A", "A", "B"], ["B", "C", "C"], [0.5, 0.25, 0.5]):
    ...     print(row)
    ['Company', 'Direct stake', 'Through others', 'Effective stake']
    ['B', 0.5, 0.0, 0.5]
    ['C', 0.25, 0.25, 0.5]
    """
    names, root, owner, company = _index_entities(holder, owners, owned, stakes.size)
    stakes = np.broadcast_to(stakes, owner.shape)
    held = _check_stakes(names, owner, company, stakes)
    stakes = stakes / np.maximum(held, 1.0)[company]  # a sum above 100 % through rounding would grow in a circle
    counts = ~(stakes <= ROUNDING) & (company != root)
    holdings = _holdings(owner[counts], company[counts], len(names))
    reached = _reach([root], holdings)
    place = np.full(len(names), -1)
    place[reached] = np.arange(len(reached))  # the holder is entity 0
    counts &= place[owner] >= 0
    owner, company, stakes = place[owner[counts]], place[company[counts]], stakes[counts]

    unknown = np.isnan(stakes)
    doubtful = np.bincount(company[unknown], minlength=len(reached)) > 0
    effective = _solve(owner, company, np.where(doubtful[company], 0.0, stakes), len(reached))
    effective = np.minimum(effective, 1.0)  # above 100 % through rounding
    for start, error in zip(company[unknown].tolist(), stakes[unknown].tolist(), strict=True):
        touched = place[_reach([reached[start]], holdings)]
        effective[touched] = np.where(np.isnan(effective[touched]), effective[touched], error)
    direct = np.bincount(company[owner == 0], stakes[owner == 0], len(reached))
    columns = (direct, np.maximum(effective - direct, 0.0), effective)
    rows: list[list[Any]] = [["Company", "Direct stake", "Through others", "Effective stake"]]
    rows += [
        [names[entity], *row]
        for entity, *row in list(zip(reached, *(column.tolist() for column in columns), strict=True))[1:]
    ]
    return rows


def _index_entities(
    holder: str, owners: list[str], owned: list[str], count: int
) -> tuple[list[str], int, Indices, Indices]:
    """Names in their first spelling, the index of the holder, and the indices of owner and company of each stake."""
    key = {name: name.strip().casefold() for name in {*owners, *owned}}
    spelling: dict[str, str] = {}
    for name in chain(owners, owned):
        spelling.setdefault(key[name], name.strip())
    number = {name: position for position, name in enumerate(spelling)}
    root = number.get(str(holder).strip().casefold())
    if root is None:
        message = f"{str(holder).strip()!r} is neither an owner nor owned"
        raise ChoiceError(message, "holder")
    size = max(len(owners), len(owned), count)
    owner, company = (
        np.broadcast_to(np.fromiter((number[key[name]] for name in side), np.intp, len(side)), size)
        for side in (owners, owned)
    )
    return list(spelling.values()), root, owner, company


def _check_stakes(names: list[str], owner: Indices, company: Indices, stakes: Floats) -> Floats:
    """Sum of the stakes in each company; raises for stakes that are impossible."""
    negative = np.flatnonzero(stakes < 0)
    if negative.size:
        message = f"{stakes[negative[0]]:g} is below 0"
        raise RangeError(message, "stakes", int(negative[0]) + 1)
    known = np.where(np.isnan(stakes), 0.0, stakes)
    held = np.asarray(np.bincount(company, known, len(names)), np.float64)
    above = np.flatnonzero(held > 1 + ROUNDING)
    if above.size:
        message = f"those in {names[above[0]]!r} add up to {100 * held[above[0]]:.10g} %"
        raise RangeError(message, "stakes")
    of_itself = np.bincount(company, np.where(owner == company, known, 0.0), len(names))
    alone = np.flatnonzero(of_itself >= 1 - ROUNDING)
    if alone.size:
        message = f"{names[alone[0]]!r} holds 100 % of itself"
        raise RangeError(message, "stakes")
    # A company has owners outside every circle if its stakes sum to less than 100 %, or if one of its owners has.
    counts = ~(stakes <= ROUNDING)
    lacking = np.flatnonzero(held < 1 - ROUNDING).tolist()
    owned_outside = set(_reach(lacking, _holdings(owner[counts], company[counts], len(names))))
    for entity, name in enumerate(names):
        if entity not in owned_outside:
            message = f"{name!r} is owned entirely within a circle of companies that own each other"
            raise RangeError(message, "stakes")
    return held


def _holdings(owner: Indices, company: Indices, size: int) -> list[list[int]]:
    """Indices of the companies in which each entity has a stake."""
    holdings: list[list[int]] = [[] for _ in range(size)]
    for one, other in zip(owner.tolist(), company.tolist(), strict=True):
        holdings[one].append(other)
    return holdings


def _reach(start: Iterable[int], holdings: list[list[int]]) -> list[int]:
    """The entities of `start` and all that they have a direct or indirect stake in, nearest first."""
    found = list(start)
    seen = set(found)
    for entity in found:  # the list grows during the loop
        for other in holdings[entity]:
            if other not in seen:
                seen.add(other)
                found.append(other)
    return found


def _solve(owner: Indices, company: Indices, stakes: Floats, size: int) -> Floats:
    """Solve x = e + Aᵀx, where A are the stakes and e is 1 for the holder (index 0) and 0 for all others."""
    start = np.zeros(size)
    start[0] = 1.0
    if size <= LARGEST_DENSE:
        passed_on = np.zeros((size, size))
        np.add.at(passed_on, (company, owner), stakes)
        return np.asarray(np.linalg.solve(np.eye(size) - passed_on, start))
    # Imported here because only large tables of stakes need it.
    from scipy.sparse import csc_array, csgraph, eye_array  # noqa: PLC0415
    from scipy.sparse.linalg import splu  # noqa: PLC0415

    passed_on = csc_array((stakes, (company, owner)), shape=(size, size))
    # Ordered by circle the matrix is block triangular, so with small circles its factors remain sparse.
    _, circle = csgraph.connected_components(passed_on, connection="strong")
    small = np.bincount(circle).max() <= LARGEST_CIRCLE
    order = np.argsort(circle, kind="stable") if small else np.arange(size)
    matrix = (eye_array(size, format="csc") - passed_on)[order][:, order].tocsc()
    effective = np.empty(size)
    effective[order] = splu(matrix, permc_spec="NATURAL" if small else "MMD_AT_PLUS_A").solve(start[order])
    return effective
