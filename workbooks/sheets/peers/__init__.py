"""The Peers sheet: the table that people type or paste, and how it is read."""
