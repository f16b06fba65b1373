"""``python -m bookcar`` and the command ``bookcar`` begin here, with next to nothing loaded."""

from __future__ import annotations

import signal
import sys


def start() -> None:
    """Run the command line; Ctrl-C while its modules are loaded ends in one sentence, too.

    Until then it is only noted: compiled modules make other errors of it.
    """
    pressed: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    heard = before is signal.default_int_handler
    if heard:
        signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    from bookcar.cli import main  # noqa: PLC0415 (not before Ctrl-C is heard)
    from bookcar.cli.failures import say_interrupted  # noqa: PLC0415

    if heard:
        signal.signal(signal.SIGINT, before)
    if pressed:
        sys.exit(say_interrupted())
    main(prog_name="bookcar")


if __name__ == "__main__":
    start()
