"""Writes the results of a screen to a database by SQLAlchemy; a complete new table replaces the old one."""

from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from workbooks.screening.report import read_results
from workbooks.screening.table import reading

ROWS: Final = 50_000  # rows per batch


class DatabaseError(OSError):
    """The results cannot be written to the database."""


def write_database(results: Path, url: str, table: str) -> int:
    """Write the results to a table of a database, replacing an existing one; returns the number of rows.

    Parameters
    ----------
    results : file
        Output file of a screen.
    url : text
        The database, as SQLAlchemy names it: sqlite:///values.db, postgresql://user@host/base.
    table : text
        The table.

    Raises
    ------
    DatabaseError
        If the database cannot be reached or refuses the table; an existing table is then unchanged.
    """
    frame = reading(results, lambda: read_results(results))
    try:
        engine = create_engine(url)
    except (SQLAlchemyError, ModuleNotFoundError) as problem:
        raise DatabaseError(_said(url, problem)) from None
    new = f"{table}__new"
    try:
        _drop(engine, new)
        for start in range(0, max(frame.height, 1), ROWS):
            piece = frame.slice(start, ROWS)
            piece.write_database(new, engine, if_table_exists="append" if start else "fail")
        _put_in_place(engine, new, table)
    except (SQLAlchemyError, pl.exceptions.PolarsError, ValueError) as problem:
        raise DatabaseError(_said(url, problem)) from None
    finally:
        engine.dispose()
    return frame.height


def _drop(engine: Engine, table: str) -> None:
    if inspect(engine).has_table(table):
        with engine.begin() as connection:
            connection.execute(text(f"DROP TABLE {_quoted(engine, table)}"))


def _put_in_place(engine: Engine, new: str, table: str) -> None:
    there = inspect(engine).has_table(table)
    with engine.begin() as connection:
        if there:
            connection.execute(text(f"DROP TABLE {_quoted(engine, table)}"))
        connection.execute(text(f"ALTER TABLE {_quoted(engine, new)} RENAME TO {_quoted(engine, table)}"))


def _quoted(engine: Engine, name: str) -> str:
    return engine.dialect.identifier_preparer.quote(name)


def _said(url: str, problem: Exception) -> str:
    # The address is not shown completely because it may contain a password.
    kind = url.partition(":")[0]
    return f"the {kind} database does not take the results: {str(problem).splitlines()[0]}"
