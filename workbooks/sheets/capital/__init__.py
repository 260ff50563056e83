"""The Capital sheet: from enterprise value to value per share and upside."""
