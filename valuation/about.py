"""What is installed."""

from importlib.metadata import version

from valuation.broadcast import broadcasts
from valuation.units import Text


@broadcasts
def steelyard_version() -> Text:
    """Version of Steelyard that answers in this cell.

    Returns
    -------
    text
        Version number, as on the package.

    Examples
    --------
    >>> isinstance(steelyard_version(), str)
    True
    """
    return version("steelyard")
