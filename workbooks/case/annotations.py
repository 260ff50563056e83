"""Types that the annotation of a record's field allows: records, lists, tables by key, and figures with their roles."""

import inspect
import types
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from workbooks.case.roles import Record, Role


class Branch(NamedTuple):
    """One type that a field allows, with the role of the figure if it is an id of a figure."""

    type: Any
    role: Role | None


def branches(annotation: Any, role: Role | None = None) -> Iterator[Branch]:  # noqa: ANN401 - an annotation
    """All types that an annotation allows, with unions and `Annotated` resolved."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *notes = get_args(annotation)
        yield from branches(inner, next((note for note in notes if isinstance(note, Role)), role))
    elif origin in {Union, types.UnionType}:
        for each in get_args(annotation):
            yield from branches(each, role)
    else:
        yield Branch(annotation, role)


def role_of(annotation: object) -> Role | None:
    """Role of the figure in a field; None where the field does not hold a figure."""
    return next((branch.role for branch in branches(annotation) if branch.role), None)


def record_of(annotation: object) -> type[Record] | None:
    """Record type that a field may hold."""
    found = (branch.type for branch in branches(annotation))
    return next((each for each in found if inspect.isclass(each) and issubclass(each, Record)), None)


def fields(annotation: object) -> dict[str, FieldInfo]:
    """Fields of the record that a field may hold; empty where it does not hold a record."""
    record = record_of(annotation)
    return record.model_fields if record else {}


def inner(annotation: object, key: str | int) -> object:
    """Annotation of a key of a record or table, or of an item of a list; None where there is no such key."""
    field = fields(annotation).get(str(key))
    if field:
        # pydantic removes the metadata of a field from its type; put it back so that all annotations are read alike.
        return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    wanted = tuple if isinstance(key, int) else dict
    for branch in branches(annotation):
        if get_origin(branch.type) is wanted:
            return get_args(branch.type)[0 if wanted is tuple else 1]
    return None


def children(annotation: object, value: object) -> Iterator[tuple[str | int, object, object]]:
    """The keys of a record or table, or the items of a list, each with its annotation and its value."""
    if isinstance(value, dict):
        items: Iterator[tuple[str | int, object]] = iter(value.items())
    elif isinstance(value, tuple):
        items = iter(enumerate(value))
    else:
        return
    for key, item in items:
        expected = inner(annotation, key)
        if expected is not None:
            yield key, expected, item
