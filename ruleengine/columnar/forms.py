"""Values of different forms made alike: what the branches of a choice give, and the items of a list."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ruleengine.columnar import build as b
from ruleengine.columnar.build import Sql
from ruleengine.columnar.context import Context
from ruleengine.columnar.types import INTEGER
from ruleengine.columnar.value import CODE, PLAIN, VALUE, Form, Value, code_field, stored_type
from ruleengine.values import OWN_RECORD, Kind, Type


def unified(context: Context, values: Sequence[Value]) -> list[Value]:
    """The same values, stored alike; each keeps the codes for which it can be NA itself."""
    inner = joined([value.form.known() for value in values])
    if any(value.type.kind is not Kind.NOTHING for value in values):
        values = [_without_type(value) for value in values]
    kind = next((value.type for value in values if _says_elements(value.type)), None)
    if kind is not None:
        values = [_without_elements(context, value, kind, inner) for value in values]
    return [evolve(_stored(context, value, inner), form=evolve(inner, codes=value.codes)) for value in values]


def _without_type(value: Value) -> Value:
    """A value that is always NA goes with every type."""
    return evolve(value, sql=b.untyped_null()) if value.type.kind is Kind.NOTHING else value


def _says_elements(kind: Type) -> bool:
    """Whether a type is that of a list of something: `[]` is a list of anything."""
    return kind.kind is Kind.LIST and kind.element is not None and kind.element.kind is not Kind.NOTHING


def _without_elements(context: Context, value: Value, kind: Type, form: Form) -> Value:
    """A list that is always empty goes with lists of every type."""
    if value.type.kind is not Kind.LIST or _says_elements(value.type) or value.form.element != Form():
        return value
    element = stored_type(kind, form).element
    assert element is not None
    empty = context.dialect.list_of([], element)
    sql = b.case([(b.is_known(value.sql), empty)]) if value.codes else empty
    return evolve(value, sql=sql, type=kind, form=evolve(form, codes=value.codes), atom=False)


def joined(forms: Sequence[Form]) -> Form:
    """The form that holds values of all of some forms."""
    codes = frozenset().union(*(form.codes for form in forms))
    elements = [form.element for form in forms if form.element is not None]
    names = dict.fromkeys(name for form in forms for name in form.fields)
    fields = {name: joined([form.fields[name] for form in forms if name in form.fields]) for name in names}
    return Form(codes, joined(elements) if elements else None, fields)


def same_form(one: Form, other: Form) -> bool:
    """Whether values of two forms are stored alike; which codes they can have does not matter for that."""
    first, second = one.element or PLAIN, other.element or PLAIN
    if bool(first.codes) != bool(second.codes) or (
        (first is not PLAIN or second is not PLAIN) and not same_form(first, second)
    ):
        return False
    names = set(one.fields) | set(other.fields)
    pairs = [(one.fields.get(name, PLAIN), other.fields.get(name, PLAIN)) for name in names]
    return all(bool(a.codes) == bool(c.codes) and same_form(a, c) for a, c in pairs)


def _stored(context: Context, value: Value, form: Form) -> Value:
    if same_form(value.form, form):
        return value
    return evolve(value, sql=_made(context, value.sql, value.type, value.form, form), atom=False)


def _made(context: Context, sql: Sql, kind: Type, before: Form, after: Form) -> Sql:
    """A value of one form in another."""
    if same_form(before, after):
        return sql
    if kind.kind is Kind.LIST and kind.element is not None:
        element = kind.element
        return context.dialect.made(sql, lambda each: _element(context, each, element, before, after))
    if kind.kind is Kind.RECORD and kind.unit == OWN_RECORD:
        fields: list[tuple[str, Sql]] = []
        for field in kind.fields:
            old, new = before.fields.get(field.name, PLAIN), after.fields.get(field.name, PLAIN)
            fields.append(
                (field.name, _made(context, context.dialect.get(sql, field.name), field.type, old, new))
            )
            if new.codes:
                code = context.dialect.get(sql, code_field(field.name)) if old.codes else b.null(INTEGER)
                fields.append((code_field(field.name), code))
        return b.case([(b.is_known(sql), context.dialect.record(fields))])
    return sql


def _element(context: Context, each: Sql, kind: Type, before: Form, after: Form) -> Sql:
    old, new = before.element or PLAIN, after.element or PLAIN
    value = context.dialect.get(each, VALUE) if old.codes else each
    value = _made(context, value, kind, old, new)
    if not new.codes:
        return value
    code = context.dialect.get(each, CODE) if old.codes else b.null(INTEGER)
    return context.dialect.record([(VALUE, value), (CODE, code)])
