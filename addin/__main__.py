"""Where `steelyard` starts."""

import gc
import os


def main() -> None:
    """Run the command line."""
    # Plugins of pydantic watch what a program validates. To find them it reads the metadata of every package there is.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    # numpy starts a thread for each processor, for matrices larger than those here; a screen has threads of its own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(200_000)  # garbage collection takes a tenth of a process of half a second
    from addin.commands.app import main as run  # noqa: PLC0415 - after that

    try:
        run()
    finally:
        gc.freeze()  # nor is there one at the end


if __name__ == "__main__":
    main()
