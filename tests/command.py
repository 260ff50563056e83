"""Runs `steelyard` in this process."""

from typer.testing import CliRunner, Result

from addin.commands.app import app


def run(*words: str) -> Result:
    """The result of a command: its status, and what it printed."""
    return CliRunner().invoke(app, words)
