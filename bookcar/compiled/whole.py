"""One optimisation for a whole kernel, instead of one for every function of it.

numba optimises each function together with all that it calls, and makes machine code of that: the
innermost function of a kernel goes through LLVM once more for every one above it. Here the inner
functions are only translated; what Python calls takes them all in, and LLVM sees each once.
"""

from __future__ import annotations

import ctypes
from typing import Any, ClassVar

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import AnalysisPass, register_pass
from numba.core.untyped_passes import IRProcessing

_REFUSES = ctypes.PYFUNCTYPE(*[ctypes.c_void_p] * 4)(lambda *_: None)
"""What Python gets that calls an inner function all the same: a `SystemError`, and no crash."""

_REFUSES_AT = ctypes.cast(_REFUSES, ctypes.c_void_p).value or 0


class _Inner(JITCodeLibrary):
    """The code of a function that only others of its kernel call, as it was translated."""

    def finalize(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002  (numba's)
        return _REFUSES_AT

    @property
    def codegen(self) -> Any:
        return _NoEnvironments(self._codegen)

    def _optimize_functions(self, ll_module: Any) -> None:
        pass


class _NoEnvironments:
    """A code generator to which functions that are no machine code yet need not be made known."""

    def __init__(self, codegen: Any) -> None:
        self.own = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def set_env(self, name: str, environment: Any) -> None:
        pass


class _Outer(JITCodeLibrary):
    """The code of a function that Python calls, with that of all it calls."""

    def finalize(self) -> None:
        self._linking_libraries = _all_called(self._linking_libraries)
        super().finalize()

    def _optimize_final_module(self) -> None:
        """Optimise once, and not twice: there are no references to be counted in a kernel.

        Nor are there long loops over numbers: to look for some to make vectors of takes longer than
        all else.
        """
        passes, builder = self._codegen._module_pass_manager(
            loop_vectorize=False, slp_vectorize=False
        )
        passes.run(self._final_module, builder)


def _all_called(libraries: list[Any]) -> list[Any]:
    """Return libraries and all that those are to be linked with, each once."""
    found: dict[Any, None] = {}
    waiting = list(reversed(libraries))
    while waiting:
        library = waiting.pop()
        if library not in found:
            found[library] = None
            if isinstance(library, _Inner):
                waiting += reversed(library._linking_libraries)
    return list(found)


class _Library(AnalysisPass):
    """Choose where the code of a function goes, before there is any."""

    kind: ClassVar[type[JITCodeLibrary]]

    def __init__(self) -> None:
        pass

    def run_pass(self, state: Any) -> bool:
        state.library = self.kind(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return False


@register_pass(mutates_CFG=False, analysis_only=True)
class _InnerLibrary(_Library):
    _name = "bookcar_inner_library"
    kind = _Inner


@register_pass(mutates_CFG=False, analysis_only=True)
class _OuterLibrary(_Library):
    _name = "bookcar_outer_library"
    kind = _Outer


class InnerCompiler(CompilerBase):
    """Compiles what other functions of a kernel call."""

    library: ClassVar[type[_Library]] = _InnerLibrary

    def define_pipelines(self) -> list[Any]:
        """Return numba's own passes, and one more before them."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(self.library, IRProcessing)
        passes.finalize()
        return [passes]


class OuterCompiler(InnerCompiler):
    """Compiles what Python calls."""

    library = _OuterLibrary
