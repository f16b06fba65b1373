"""Plan the week of a county library's mobile book cars.

>>> import bookcar as bc
>>> district = bc.read("examples/fuhuan")                     # InputError lists every fault
>>> plan = bc.plan_week(district, "2026-W49", effort="quick")  # audited before it is returned
>>> print(plan.summary())                                     # doctest: +SKIP
"""

from __future__ import annotations

TYPE_CHECKING = False  # without typing, which takes its time before Ctrl-C is heard
if TYPE_CHECKING:
    from typing import Any

    from bookcar.audit import audit as audit_plan
    from bookcar.inputs.reader import read
    from bookcar.model import District
    from bookcar.pipeline import plan_week
    from bookcar.plan import Plan
    from bookcar.plan_file import load
    from bookcar.records.close import close_week
    from bookcar.records.undo import undo_close
    from bookcar.replan.events import Events
    from bookcar.replan.week import replan_week
    from bookcar.report.build import report_of
    from bookcar.report.write import write_report

__version__ = "0.1.0"

# Imported at first use, so that `import bookcar` stays light.
_HOMES = {
    "District": "bookcar.model",
    "Events": "bookcar.replan.events",
    "Plan": "bookcar.plan",
    "audit_plan": "bookcar.audit",
    "close_week": "bookcar.records.close",
    "load": "bookcar.plan_file",
    "plan_week": "bookcar.pipeline",
    "read": "bookcar.inputs.reader",
    "replan_week": "bookcar.replan.week",
    "report_of": "bookcar.report.build",
    "undo_close": "bookcar.records.undo",
    "write_report": "bookcar.report.write",
}

_NAMED_THERE = {"audit_plan": "audit"}  # `bookcar.audit` is the package, once it is imported

__all__ = [
    "District",
    "Events",
    "Plan",
    "__version__",
    "audit_plan",
    "close_week",
    "load",
    "plan_week",
    "read",
    "replan_week",
    "report_of",
    "undo_close",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415 (as above)

        return getattr(import_module(_HOMES[name]), _NAMED_THERE.get(name, name))
    raise AttributeError(f"module 'bookcar' has no attribute {name!r}")
