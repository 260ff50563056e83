"""The register of stakes of a case in an order in which every company comes after its owners."""

from collections.abc import Iterator
from dataclasses import dataclass

from workbooks.case.holdings import Ownership, Stake


@dataclass(frozen=True, slots=True)
class Register:
    """Stakes a company at a time, owners before what they own; companies in a circle stand together."""

    stakes: tuple[Stake, ...]
    owners: tuple[str, ...]
    circles: tuple[tuple[str, ...], ...]  # the companies in their order; most are a circle of one

    @property
    def companies(self) -> tuple[str, ...]:
        """Everything that is owned."""
        return tuple(company for circle in self.circles for company in circle)

    def rows(self, company: str) -> range:
        """The rows of the stakes in a company, counted from 0."""
        first = next(row for row, stake in enumerate(self.stakes) if stake.owned == company)
        return range(first, first + sum(stake.owned == company for stake in self.stakes))

    def circle(self, company: str) -> tuple[str, ...]:
        """The companies that own each other with this one, itself among them; empty where it is in no circle."""
        found = next(circle for circle in self.circles if company in circle)
        own = any(stake.owner == stake.owned == company for stake in self.stakes)
        return found if len(found) > 1 or own else ()


def register(section: Ownership) -> Register:
    """The stakes of a case in order, each name as it is first spelt."""
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
        # Owners from outside of a circle come first: what comes in through them is one stretch of cells.
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
    for entity in found:  # grows while it is read
        found += [other for other in holdings.get(entity, ()) if other not in found]
    return set(found)
