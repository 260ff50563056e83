"""Installation: which version of Steelyard is installed."""

from valuation.kernel.units import Text


def steelyard_version() -> Text:
    """Version number of the Steelyard that computes this cell.

    Returns
    -------
    text
        Version number of the installed package.

    Examples
    --------
    >>> isinstance(steelyard_version(), str)
    True
    """
    # Imported here because it takes a fifth of the start-up time.
    from importlib.metadata import version  # noqa: PLC0415

    return version("steelyard")
