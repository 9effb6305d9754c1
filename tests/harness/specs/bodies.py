"""Request bodies as a vendor reads them: JSON, and forms with files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from werkzeug.formparser import FormDataParser

from tests.harness.specs.document import Document, Schema
from tests.harness.specs.schemas import FILE

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class File:
    """A file of a form."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


def read_body(content_type: str, body: bytes) -> Any:
    """The JSON value, or a form's fields: names as they were sent, each a text, a :class:`File`, or a list
    of them where a name came more than once or ends in ``[]``. None where there is no body, the bytes
    where they are something else. Raises ValueError for JSON that is none."""
    media_type = content_type.partition(";")[0].strip().lower()
    if not body:
        return None
    if media_type == "application/json":
        return json.loads(body)
    if media_type not in FORMS:
        return body
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    parser = FormDataParser(lambda *_, **__: BytesIO(), max_form_memory_size=None)
    _, texts, files = parser.parse_from_environ(environ)
    fields: dict[str, list[Any]] = {name: list(values) for name, values in texts.lists()}
    for name, values in files.lists():
        found = [File(each.filename or "", each.mimetype, each.read()) for each in values]
        fields.setdefault(name, []).extend(found)
    return {
        name: values if len(values) > 1 or name.endswith("[]") else values[0]
        for name, values in fields.items()
    }


def as_value(document: Document, schema: Schema, fields: dict[str, Any]) -> dict[str, Any]:
    """A form's fields as the one JSON value that the schema speaks of.

    ``name[]`` is the array ``name``, unless the schema itself has a property of that name. A text is what
    it says (``3``, ``true``, ``{"a": 1}``) where the property is not valid as a text. A single value
    stands for an array of one where the property is only valid so.
    """
    value: dict[str, Any] = {}
    for sent, given in fields.items():
        name = sent if document.property(schema, sent) is not None else sent.removesuffix("[]")
        of = document.property(schema, name)
        value[name] = _plain(given) if of is None else _fitting(document, of, _plain(given))
    return value


def _plain(given: Any) -> Any:
    if isinstance(given, list):
        return [_plain(each) for each in given]
    return FILE if isinstance(given, File) else given


def _fitting(document: Document, schema: Schema, given: Any) -> Any:
    return next((each for each in _readings(given) if not document.errors(schema, each)), given)


def _readings(given: Any) -> Iterator[Any]:
    """What may be meant, the plainest first."""
    yield given
    if isinstance(given, list):
        yield [_said(each) for each in given]
    else:
        yield _said(given)
        yield [given]
        yield [_said(given)]


def _said(given: Any) -> Any:
    try:
        return json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return given
