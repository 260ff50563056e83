"""The server behind the Office add-in: custom functions and a pane, in Excel on Windows, on a Mac and on the web."""
