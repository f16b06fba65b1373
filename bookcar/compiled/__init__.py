"""Python compiled to machine code: how, and what is kept of it on disk."""

from bookcar.compiled.bundles import by_address
from bookcar.compiled.decorators import called, compiled, entry, inlined, is_ready
from bookcar.compiled.kept import note_compiled

__all__ = ["by_address", "called", "compiled", "entry", "inlined", "is_ready", "note_compiled"]
