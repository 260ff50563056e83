"""Start here: how a template is filled in, in five steps, at the top of the Inputs sheet."""

from workbooks.case.model import Case
from workbooks.declarations.sheet import Field, Fields
from workbooks.declarations.texts import Text
from workbooks.sheets.peers.block import block

NUMBERS = "1. Fill the cream cells below: each number in the unit beside it; 500 on a line of {} are 500 {}."
SOURCES = "2. Give each figure its date and its source; type the titles of the sources once, under Sources."
NAMES = "3. Type the names of what is compared and valued over those that stand on the other sheets."
PASTED = "3. Paste the peers with their headings on the sheet Peers; type other names over those that stand there."
CHOICES = "4. Choose what the cream cells with a list offer, and the weights of the methods on the Summary."
CHECKS = "5. Read the Summary: its master check counts what is to fill, and Checks says what does not hold."


def start_here(case: Case) -> Fields:
    """The five steps, a line each."""
    unit = case.company.display_unit
    steps = (Text(NUMBERS, unit, unit), SOURCES, PASTED if block(case) else NAMES, CHOICES, CHECKS)
    return Fields("Start here", [Field(f"step_{n}", step, None, remark=True) for n, step in enumerate(steps, start=1)])
