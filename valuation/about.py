"""Installation: the version."""

from valuation.kernel.units import Text


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
    # Imported here: it is a fifth of the time that starting takes.
    from importlib.metadata import version  # noqa: PLC0415

    return version("steelyard")
