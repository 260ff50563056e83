"""Replaces charts without any numbers by a sentence with the reason."""

from collections.abc import Sequence
from dataclasses import replace

from workbooks.declarations.sheet import Block, Chart, Field, Fields, Sheet
from workbooks.declarations.texts import Text
from workbooks.layout.core_values import Evaluation


def without_empty_charts(sheets: Sequence[Sheet], values: Evaluation) -> list[Sheet]:
    """The sheets with a sentence for every chart whose column has no number; none where all charts have some."""
    said = [replace(sheet, blocks=[_said(block, values) for block in sheet.blocks]) for sheet in sheets]
    return [] if all(a.blocks == [*b.blocks] for a, b in zip(said, sheets, strict=True)) else said


def _said(block: Block, values: Evaluation) -> Block:
    if not isinstance(block, Chart) or not block.known or _has_numbers(values.of(block.known)):
        return block
    said = Field(f"no_chart_{block.table}", block.without, None, remark=True)
    # As many rows as the chart has: where everything stands does not depend on what is chosen in the workbook.
    blank = (Field(f"no_chart_{block.table}_{row}", "", None, remark=True) for row in range(2, block.rows))
    return Fields(Text("No chart: {}", block.title), (said, *blank))


def _has_numbers(found: object) -> bool:
    return any(isinstance(value, float) for value in (found if isinstance(found, list) else [found]))
