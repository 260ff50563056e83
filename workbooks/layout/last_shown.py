"""The last row of a sheet that is printed."""

from collections.abc import Collection, Sequence

from workbooks.declarations.sheet import Block, Chart


def last_shown(board: str, blocks: Sequence[tuple[Block, int]], filled: Collection[int]) -> int:
    """The last row that is filled of the last section that the board is shown; of a sheet that says none, its last."""
    ends = [row for block, row in blocks if not isinstance(block, Chart) and block.title == board]
    below_it = ((block, row) for block, row in blocks if ends and row > ends[0])
    later = [row for block, row in below_it if not (isinstance(block, Chart) and block.beside)]
    ends_of = {row: row + block.rows - 1 for block, row in blocks if isinstance(block, Chart)}
    below = min(later) - 2 if later else max([*filled, *ends_of.values()])
    charts = [end for row, end in ends_of.items() if row <= below]
    # Below what the add-in spills beside, rows are kept free.
    return max([row for row in filled if row <= below] + charts)
