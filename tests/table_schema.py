"""Checks a CSV against a Table Schema by the schema's own constraints, as a validator of open data does."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any


def faults(schema: Mapping[str, Any], content: bytes) -> list[str]:
    """What of the file breaks the schema, line by line; nothing when it is valid."""
    heading, *lines = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    fields = schema["fields"]
    if heading != [field["name"] for field in fields]:
        return [f"heading: {heading}"]
    found = [
        f"line {number}, {field['name']}: {text!r}"
        for number, line in enumerate(lines, start=2)
        for field, text in zip(fields, line, strict=True)
        if not _fits(field, text)
    ]
    for rank, field in enumerate(fields):
        texts = [line[rank] for line in lines]
        once = field.get("constraints", {}).get("unique") or field["name"] == schema.get("primaryKey")
        if once and len(set(texts)) < len(texts):
            found.append(f"{field['name']}: twice the same")
    return found


def _fits(field: Mapping[str, Any], text: str) -> bool:
    constraints = field.get("constraints", {})
    if not text:
        return not constraints.get("required")
    pattern, longest = constraints.get("pattern"), constraints.get("maxLength")
    if pattern and not re.search(pattern, text):
        return False
    if text not in constraints.get("enum", [text]):
        return False
    if field["type"] == "boolean":
        return text in [*field["trueValues"], *field["falseValues"]]
    return len(text) <= (longest or len(text)) and _typed(field["type"], text) and _within(constraints, text)


def _within(constraints: Mapping[str, Any], text: str) -> bool:
    limits = [constraints.get(name) for name in ("minimum", "maximum")]
    least, most = limits
    return all(limit is None for limit in limits) or (least or float("-inf")) <= float(text) <= (most or float("inf"))


_READERS: Mapping[str, Callable[[str], object]] = {
    "string": str,
    "number": float,
    "integer": int,
    "date": date.fromisoformat,
    "year": int,
}


def _typed(kind: str, text: str) -> bool:
    try:
        _READERS[kind](text)
    except ValueError:
        return False
    return True
