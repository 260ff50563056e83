"""Compares two cases: what changed, and how much each change contributes to the change of the value."""
