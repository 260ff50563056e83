"""Two cases compared: what changed, and what each change contributes to the change of the value."""
