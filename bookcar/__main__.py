"""``python -m bookcar`` is the command line."""

from bookcar.cli import main

main(prog_name="bookcar")
