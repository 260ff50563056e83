"""Excel on Windows through xlwings: setting it up, finding out why it does not answer, and what goes into workbooks."""
