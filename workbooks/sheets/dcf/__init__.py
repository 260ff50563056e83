"""The DCF sheet: a forecast by drivers, the cost of capital, and the terminal value."""
