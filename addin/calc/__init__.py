"""LibreOffice Calc: the extension generated from the catalogue, and the code that runs inside LibreOffice."""
