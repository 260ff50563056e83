"""Opening files of unknown origin within limits of size, memory and time."""
