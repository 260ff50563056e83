"""Entry point of the command `steelyard`."""

import gc
import os


def main() -> None:
    """Run the command line."""
    # Switch off plugins of pydantic, since the search for them reads the metadata of all installed packages.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    # One thread for numpy's linear algebra: our matrices are too small for more, and a screen uses its own threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(200_000)  # garbage collection would take a tenth of the half second that a command runs
    from addin.commands.app import main as run  # noqa: PLC0415 - after that

    try:
        run()
    finally:
        gc.freeze()  # none at exit either


if __name__ == "__main__":
    main()
