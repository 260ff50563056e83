"""Where `steelyard` starts."""

import gc


def main() -> None:
    """Run the command line."""
    gc.set_threshold(200_000)  # a process of half a second: looking for circles in what it loads is a tenth of that
    from addin.commands.app import main as run  # noqa: PLC0415 - after that

    try:
        run()
    finally:
        gc.freeze()  # nor in what it leaves behind


if __name__ == "__main__":
    main()
