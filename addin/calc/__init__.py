"""LibreOffice Calc: the extension that is generated from the catalogue, and what of it runs inside LibreOffice."""
