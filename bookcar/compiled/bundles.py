"""Named tuples of arrays that kernels are given by address, and not array by array.

numba passes a named tuple by value: each call of a function hands on every part of every array, and
each function is compiled with some three hundred arguments. A bundle is one pointer to a table of
its fields, which is written once for each call from Python and read where a field is used. It never
changes while a kernel runs, and LLVM is told so: a field is read again only where that is cheaper
than to keep it.
"""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

C = TypeVar("C", bound=type[tuple[Any, ...]])


class Bundle(types.Type):
    """The type of a named tuple given by address: its class, and the types of its fields.

    Its name is short, for it is part of the name of every function that is given one.
    """

    def __init__(self, made_of: Any, fields: tuple[types.Type, ...]) -> None:
        self.made_of, self.fields = made_of, fields
        self.places = {name: i for i, name in enumerate(made_of._fields)}
        sign = ", ".join(map(str, fields)).encode()
        super().__init__(f"{made_of.__name__}{hashlib.sha256(sign).hexdigest()[:8]}")

    @property
    def key(self) -> Any:
        """What two types must share to be the same."""
        return self.made_of, self.fields


def by_address(made_of: C) -> C:
    """Have the tuples of a class given to kernels by address; kernels read them, and make none."""

    def typed(values: Any, c: Any) -> Bundle | None:
        fields = tuple(typeof_impl(value, c) for value in values)
        return None if None in fields else Bundle(made_of, fields)

    typeof_impl.register(made_of)(typed)
    return made_of


@register_model(Bundle)
class _Address(models.OpaqueModel):
    """A pointer to the table of the fields."""


@infer_getattr
class _Fields(AttributeTemplate):
    """What type a field has."""

    key = Bundle

    def generic_resolve(self, bundle: Bundle, name: str) -> types.Type | None:
        place = bundle.places.get(name)
        return None if place is None else bundle.fields[place]


def _table(context: Any, bundle: Bundle) -> ir.Type:
    return ir.LiteralStructType([context.get_value_type(field) for field in bundle.fields])


@lower_getattr_generic(Bundle)
def _field(  # noqa: PLR0917  (numba's)
    context: Any, builder: Any, bundle: Bundle, address: Any, name: str
) -> Any:
    """Read a field."""
    place = bundle.places[name]
    table = builder.bitcast(address, _table(context, bundle).as_pointer())
    at = cgutils.gep_inbounds(builder, table, 0, place)
    kept = {} if context.enable_nrt else _known(context, bundle.fields[place])
    value = _read(builder, at, kept)
    return impl_ret_borrowed(context, builder, bundle.fields[place], value)


def _known(context: Any, field: types.Type) -> dict[int, Any]:
    """Return what need not be read of a field: of arrays their owner, and the size of an item."""
    if not isinstance(field, types.Array):
        return {}
    parts = context.get_value_type(field).elements
    size = context.get_abi_sizeof(context.get_data_type(field.dtype))
    return {0: ir.Constant(parts[0], None), 1: ir.Constant(parts[1], None), 3: parts[3](size)}


def _read(builder: Any, at: Any, known: dict[int, Any]) -> Any:
    """Read a value part by part: of those that are not used nothing is left."""
    kind = at.type.pointee
    if not isinstance(kind, ir.Aggregate):
        part = builder.load(at)
        part.set_metadata("invariant.load", builder.module.add_metadata([]))
        return part
    value = ir.Constant(kind, ir.Undefined)
    for i in range(len(kind)):
        part = (
            known[i] if i in known else _read(builder, cgutils.gep_inbounds(builder, at, 0, i), {})
        )
        value = builder.insert_value(value, part, i)
    return value


@unbox(Bundle)
def _taken(bundle: Bundle, values: Any, c: Any) -> NativeValue:
    """Write the table of the fields where the caller from Python keeps it during the call."""
    table = cgutils.alloca_once(c.builder, _table(c.context, bundle))
    failed, fields = cgutils.false_bit, []
    for i, field in enumerate(bundle.fields):
        native = c.unbox(field, c.pyapi.tuple_getitem(values, i))
        c.builder.store(native.value, cgutils.gep_inbounds(c.builder, table, 0, i))
        failed = c.builder.or_(failed, native.is_error)
        fields.append((field, native))

    def give_back() -> None:
        for field, native in fields:
            if native.cleanup is not None:
                native.cleanup()
            if c.context.enable_nrt:
                c.context.nrt.decref(c.builder, field, native.value)

    address = c.builder.bitcast(table, c.context.get_value_type(bundle))
    return NativeValue(address, is_error=failed, cleanup=give_back)
