"""Sphinx settings of the documentation: `sphinx-build -W --keep-going -b html docs build/docs`."""

from importlib.metadata import version as installed_version

project = "Steelyard"
author = "The Steelyard founders"
release = version = installed_version("steelyard")

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
nitpicky = True
myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]

html_theme = "furo"
html_title = f"Steelyard {release}"
