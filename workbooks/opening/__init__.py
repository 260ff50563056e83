"""The guarded door: files that anybody may have written are opened within limits of size, memory and time."""
