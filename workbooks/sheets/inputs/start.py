"""Start here: how a template is filled in, in five steps, at the top of the Inputs sheet."""

from workbooks.case.model import Case
from workbooks.declarations.sheet import Field, Fields
from workbooks.declarations.texts import Text
from workbooks.sheets.peers.block import block

NUMBERS = "1. Fill the cream cells below: each number in the unit beside it; 500 on a line of {} are 500 {}."
SOURCES = "2. Give each figure its date and its source; type the titles of the sources once, under Sources."
NAMES = {  # whether peers are pasted, and whether there are scenarios
    (False, False): "3. On the other sheets, replace the sample names with your own.",
    (True, False): "3. Paste your peers, with their headings, into the sheet Peers; replace the other sample names.",
    (False, True): "3. Fill in Scenarios, figures down and scenarios across; replace the sample names with your own.",
    (True, True): "3. Paste your peers, with headings, into Peers; fill in Scenarios; replace the sample names.",
}
CHOICES = "4. Choose what the cream cells with a list offer, and the weights of the methods on the Summary."
CHECKS = "5. Read the Summary: Master check says how many inputs are still empty; the sheet Checks lists what fails."


def start_here(case: Case) -> Fields:
    """The five steps, a line each."""
    unit = case.company.display_unit
    steps = (
        Text(NUMBERS, unit, unit),
        SOURCES,
        NAMES[block(case) is not None, case.scenarios is not None],
        CHOICES,
        CHECKS,
    )
    return Fields("Start here", [Field(f"step_{n}", step, None, remark=True) for n, step in enumerate(steps, start=1)])
