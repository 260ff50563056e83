"""Orders the stakes of a case so that every company comes after its owners."""

from collections.abc import Iterator
from dataclasses import dataclass

from workbooks.case.holdings import Ownership, Stake


@dataclass(frozen=True, slots=True)
class Register:
    """Stakes grouped by company, owners first; companies of a circle are adjacent."""

    stakes: tuple[Stake, ...]
    owners: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]  # groups of companies in order; a group of several is a circle

    @property
    def companies(self) -> tuple[str, ...]:
        """All companies that are owned."""
        return tuple(company for circle in self.circles for company in circle)

    def rows(self, company: str) -> range:
        """Row numbers, from 0, of the stakes in a company."""
        first = next(row for row, stake in enumerate(self.stakes) if stake.owned == company)
        return range(first, first + sum(stake.owned == company for stake in self.stakes))

    def circle(self, company: str) -> tuple[str, ...]:
        """The companies of the circle that this one belongs to, including itself; empty where there is none."""
        found = next(circle for circle in self.circles if company in circle)
        own = any(stake.owner == stake.owned == company for stake in self.stakes)
        return found if len(found) > 1 or own else ()


def register(section: Ownership) -> Register:
    """Order the stakes of a case; each name in its first spelling."""
    spelt: dict[str, str] = {}
    for stake in section.stakes:
        for name in (stake.owner, stake.owned):
            spelt.setdefault(name.strip().casefold(), name.strip())
    stakes = [
        stake.model_copy(
            update={"owner": spelt[stake.owner.strip().casefold()], "owned": spelt[stake.owned.strip().casefold()]}
        )
        for stake in section.stakes
    ]
    circles = tuple(_circles(stakes))
    ordered = [
        stake
        for circle in circles
        for company in circle
        # Owners from outside the circle come first, so that their stakes are a contiguous range of cells.
        for stake in sorted((s for s in stakes if s.owned == company), key=lambda s: s.owner in circle)
    ]
    return Register(tuple(ordered), tuple(dict.fromkeys(stake.owner for stake in stakes)), circles)


def _circles(stakes: list[Stake]) -> Iterator[tuple[str, ...]]:
    holdings: dict[str, list[str]] = {}
    for stake in stakes:
        holdings.setdefault(stake.owner, []).append(stake.owned)
    left = list(dict.fromkeys(stake.owned for stake in stakes))
    reached = {company: _reached(company, holdings) for company in left}
    while left:
        for company in left:
            circle = tuple(
                other for other in left if other == company or (other in reached[company] and company in reached[other])
            )
            if all(s.owner not in left or s.owner in circle for s in stakes if s.owned in circle):
                break
        left = [other for other in left if other not in circle]
        yield circle


def _reached(company: str, holdings: dict[str, list[str]]) -> set[str]:
    found = [*holdings.get(company, ())]
    for entity in found:  # the list grows during the loop
        found += [other for other in holdings.get(entity, ()) if other not in found]
    return set(found)
