"""What a run that was cut off had left and writing puts in order, in the language spoken."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from bookcar.cli.speech import spoken
from bookcar.errors import RecoveredWarning
from bookcar.phrases.sentence import Sentence


@contextmanager
def recovered_in_words() -> Iterator[None]:
    """Say in the language spoken what writing puts in order meanwhile, each time that it does."""
    with warnings.catch_warnings():
        others = warnings.showwarning

        def show(message: Warning | str, *about: Any, **more: Any) -> None:
            if isinstance(message, RecoveredWarning):
                say_recovered(message.sentence)
            else:
                others(message, *about, **more)

        warnings.simplefilter("always", RecoveredWarning)
        warnings.showwarning = show
        yield


def say_recovered(sentence: Sentence) -> None:
    """Say on stderr what was put in order."""
    click.secho(sentence.text_in(spoken().language), fg="yellow", err=True)
