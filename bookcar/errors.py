"""What can go wrong, each kind with the exit code the command line gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from bookcar.phrases import FALLBACK, Figure, Language, Phrases
from bookcar.phrases.sentence import Sentence

Severity = Literal["error", "warning"]

_PARTS = ("where", "problem", "fix")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with what was given: where it stands, and the figures that tell it.

    What is wrong and how to correct it is said by the catalogue (``phrases/*/faults.toml``), in
    whatever language is asked for.

    Attributes
    ----------
    rule
        The name of the rule that found it, e.g. ``duplicate-id``.
    file
        File name inside the district folder, or ``book.xlsx: sheet``.
    row
        Line in the file, counted as a spreadsheet counts (the header is 1); of a MARC file the
        record's number; None for a whole file.
    column
        Column name as the user wrote it, or a TOML key such as ``week.starts``.
    value
        The value as given.
    variant
        Which of the rule's wordings tells this case; empty for its own.
    figures
        What the wording names.
    """

    rule: str
    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    severity: Severity = "error"
    variant: str = ""
    figures: Mapping[str, Figure] = msgspec.field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.rule, self.file, self.row, self.column, self.value, self.variant))

    def where_in(self, language: Language) -> str:
        """Return file, row, column and value in reading order, e.g. ``stops.csv row 7, lat``."""
        say = Phrases(language)
        text = self.file
        if self.row is not None:
            text += say(f"faults.at.{self._counted}", row=self.row)
        if self.column is not None:
            text += say("faults.at.column", column=self.column)
        if self.value is not None:
            text += say("faults.at.value", value=self.value)
        return text

    def problem_in(self, language: Language) -> str:
        """Return what is wrong, as a sentence."""
        return self._say("problem", language)

    def fix_in(self, language: Language) -> str:
        """Return what to do about it, as a sentence."""
        return self._say("fix", language)

    def text_in(self, language: Language) -> str:
        """Return where, what is wrong and what to do, on one line."""
        told = (f(language) for f in (self.where_in, self.problem_in, self.fix_in))
        return Phrases(language)(
            "faults.at.line", rule=self.rule, **dict(zip(_PARTS, told, strict=True))
        )

    def told_in(self, language: Language) -> dict[str, object]:
        """Return the fault as data with its two sentences, as ``--json`` prints it."""
        sentences = {"problem": self.problem_in(language), "fix": self.fix_in(language)}
        return msgspec.structs.asdict(self) | sentences

    @property
    def problem(self) -> str:
        """What is wrong, in English."""
        return self.problem_in(FALLBACK)

    @property
    def fix(self) -> str:
        """What to do about it, in English."""
        return self.fix_in(FALLBACK)

    def where(self) -> str:
        """Return where it stands, in English."""
        return self.where_in(FALLBACK)

    def __str__(self) -> str:
        return self.text_in(FALLBACK)

    @property
    def _counted(self) -> str:
        """What ``row`` counts: of a MARC file its records."""
        in_marc = self.rule.startswith("record-") and self.column is None
        return "record" if in_marc or self.variant == "record" else "row"

    def _say(self, part: str, language: Language) -> str:
        say = Phrases(language)
        own = f"faults.{self.rule}.{self.variant}.{part}"
        return say.filled(own if own in say else f"faults.{self.rule}.{part}", self.figures)


class Ended(BaseException):
    """The system asked the program to end, e.g. at logging out.

    Whatever is under way is cleared up as after Ctrl-C, and a search does not go on.

    Parameters
    ----------
    signal
        The number of the signal.
    """

    def __init__(self, signal: int) -> None:
        self.signal = signal
        super().__init__(f"ended by signal {signal}")


class BookcarError(Exception):
    """Base of every error bookcar raises on purpose; its text is meant for the user.

    Parameters
    ----------
    said
        A sentence of the catalogue, or text that is the same in every language.
    """

    exit_code = 1

    def __init__(self, said: Sentence | str = "") -> None:
        self.said = said
        super().__init__(self.text_in(FALLBACK))

    def text_in(self, language: Language) -> str:
        """Return what is said, in a language."""
        return self.said if isinstance(self.said, str) else self.said.text_in(language)


class InputError(BookcarError, ValueError):
    """The input cannot be used; carries every fault found, errors and warnings alike.

    Parameters
    ----------
    faults
        All faults at once, in the order of the files and rows.
    language
        That of the district they were found in, if it could be read.
    """

    exit_code = 2

    def __init__(
        self, faults: list[Fault] | tuple[Fault, ...], *, language: Language | None = None
    ) -> None:
        self.faults = tuple(faults)
        self.language = language
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UsageError(BookcarError, ValueError):
    """What was asked for makes no sense, e.g. a week that does not exist."""

    exit_code = 2


class MissingToolError(BookcarError, RuntimeError):
    """Something outside Python is needed and not installed, e.g. a font with a character."""

    exit_code = 2


class InfeasibleError(BookcarError, RuntimeError):
    """No plan at all exists, e.g. no vehicle works on any day of the week."""

    exit_code = 3


class Finding(str):
    """A breach of a rule of the audit: its text in English, and itself in any language.

    Parameters
    ----------
    rule
        The rule's name, with which the text begins.
    sentence
        What is wrong.
    """

    rule: str
    sentence: Sentence

    def __new__(cls, rule: str, sentence: Sentence) -> Finding:
        """Return the finding, equal to its English text."""
        made = super().__new__(cls, f"{rule}: {sentence.text_in(FALLBACK)}")
        made.rule, made.sentence = rule, sentence
        return made

    def __getnewargs__(self) -> tuple[str, Sentence]:  # type: ignore[override]
        """Return what it is made of, so that it can be sent to another process."""
        return self.rule, self.sentence

    def text_in(self, language: Language) -> str:
        """Return the finding in a language, begun with the rule's name."""
        return f"{self.rule}: {self.sentence.text_in(language)}"


def finding_in(finding: str, language: Language) -> str:
    """Return what was found, in a language; what a search says of itself is in English only."""
    return finding.text_in(language) if isinstance(finding, Finding) else finding


class AuditError(BookcarError, RuntimeError):
    """A plan that bookcar made breaks a rule of the audit: a bug of bookcar, nothing is written.

    Parameters
    ----------
    findings
        One sentence a broken rule, each naming route, stop and both figures.
    """

    exit_code = 1

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(self.findings))


class SearchError(AuditError):
    """A route that the search gave breaks a limit: a bug of bookcar, nothing is written."""


class BrokenPlanError(AuditError, ValueError):
    """A plan that was read, perhaps edited by hand, breaks a rule of the audit."""

    exit_code = 2


class RecoveredWarning(UserWarning):
    """What an earlier process left undone was put in order.

    It reads in English; ``sentence`` says the same in any language.
    """

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.text_in(FALLBACK))
        self.sentence = sentence
