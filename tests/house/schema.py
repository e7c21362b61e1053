"""What law 8 asks of the tables and of the SQL, so that one schema runs on SQLite, on PostgreSQL, on a
replicated cluster and, sharded by programme, on several machines.

Each function takes what it judges and returns the faults as sentences, so that tests can hand it bad ones.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

from tests.house.code import HOUSE

ROOTS = {
    "directory.User": "a person, who may work for several programmes",
    "directory.Authority": "the tenant, above its programmes",
    "directory.Organisation": "a structure of the network, whichever programmes accredit it",
    "directory.Membership": "a hat in an authority; its programmes are a list",
    "directory.Invitation": "an invitation into an authority; its programmes are a list",
    "directory.SavedMapping": "how one authority's partners lay out their files",
    "directory.ApiToken": "programs of an organisation, for the programmes in its list",
    "directory.BankAccount": "where an organisation or the authority is paid, whichever programme pays",
    "directory.FailedTries": "wrong codes of an address or a token, before any programme is known",
    "council.Deliberation": "the council of an authority decides on several programmes",
    "council.Delegate": "a member of an authority's council",
    "council.Sitting": "a council meets for everything that its authority does",
    "council.AgendaItem": "an item of a sitting; the programme that it speaks of, if any, is only named",
    "council.Numbering": "how an authority numbers its acts",
    "council.Movement": "who came and went at a sitting",
    "council.Vote": "a voice of a council",
    "programmes.Programme": "the programme itself: its id is what the others carry",
}
"""The tables without `programme_id`, and why. Small and rarely written: the same copy on every machine."""

KEYS_OF_THEIR_OWN = {"directory.FailedTries": "one row for each subject, found by its hash alone"}
"""The tables whose primary key is not a UUID named `id`, and why."""

OTHER_INDEXES = {"voucher_by_code": "a card shown to anybody says no programme: its code is looked for in all of them"}
"""The indexes of operational tables that begin with another column, and why. None of them is unique."""

WRITTEN_BY_A_REDEMPTION = {
    "vouchers.Event",
    "vouchers.Redemption",
    "vouchers.Stock",
    "vouchers.Activity",
    "training.Attendance",
    "ledger.Transfer",
}
"""A foreign key kept by the database would look up, and lock, its parent at each of these rows."""

OURS = [model for model in apps.get_models() if model.__module__.startswith("passnumerique.")]
Model = type[models.Model]


def of_a_programme(model: Model) -> bool:
    """Whether the rows of a table belong to one programme each."""
    return model._meta.label not in ROOTS


def key_faults(model: Model) -> Iterator[str]:
    """The primary key is a UUID named `id`, made by the operation and never by the database."""
    key = model._meta.pk
    if model._meta.label in KEYS_OF_THEIR_OWN:
        return
    if key.name != "id" or not isinstance(key, models.UUIDField):
        yield f"{model._meta.label}: the primary key is {key.name}, a {type(key).__name__}"
    if key.has_default() or key.has_db_default():
        yield f"{model._meta.label}: its id is made without the instant of the act"


def number_faults(model: Model) -> Iterator[str]:
    """No column counts by itself: a sequence is one counter for every machine."""
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.AutoField | models.BigAutoField | models.SmallAutoField):
            yield f"{model._meta.label}.{field.name}: a sequence"


def programme_faults(model: Model) -> Iterator[str]:
    """A row of a programme says which, and it comes first in every key and index."""
    if not of_a_programme(model):
        return
    own = {field.name: field for field in model._meta.local_concrete_fields}.get("programme_id")
    if not isinstance(own, models.UUIDField) or own.null:
        yield f"{model._meta.label}: no programme_id on every row"
        return
    for name, columns in keys(model):
        if columns[:1] != ("programme_id",) and name not in OTHER_INDEXES:
            yield f"{model._meta.label}: {name} begins with {columns[:1]}"


def keys(model: Model) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every unique key and index by its name, with its columns in order; a foreign key's own index aside,
    which serves whoever deletes its parent and makes nothing unique."""
    for group in model._meta.unique_together:
        yield "unique_together", tuple(group)
    for item in [*model._meta.constraints, *model._meta.indexes]:
        if isinstance(item, models.UniqueConstraint | models.Index):
            yield item.name, _columns(item)
    for field in model._meta.local_concrete_fields:
        linked = isinstance(field, models.ForeignKey)
        if not field.primary_key and (field.unique or (field.db_index and not linked)):
            yield f"{field.name}, alone", (field.name,)


def _columns(item: models.UniqueConstraint | models.Index) -> tuple[str, ...]:
    named = [getattr(one, "name", str(one)) for one in item.expressions]
    return tuple(name.removeprefix("-") for name in [*item.fields, *named])


def link_faults(model: Model) -> Iterator[str]:
    """A foreign key leads to a row of the same programme or to a root, never from a root into a programme."""
    for field in model._meta.get_fields():
        if isinstance(field, models.ManyToManyField):
            yield f"{model._meta.label}.{field.name}: a table between, which no programme owns"
        if not isinstance(field, models.ForeignKey):
            continue
        target = field.related_model
        if target not in OURS and target is not model:
            yield f"{model._meta.label}.{field.name}: leads out of the house"
        elif of_a_programme(target) and not of_a_programme(model):
            yield f"{model._meta.label}.{field.name}: leads from a root into one programme"
        if field.db_constraint and model._meta.label in WRITTEN_BY_A_REDEMPTION:
            yield f"{model._meta.label}.{field.name}: the database looks its parent up at each redemption"


ANYWHERE = {
    "LISTEN and NOTIFY": r"\b(UN)?LISTEN\s+\w|\bNOTIFY\s+\w|(?i:pg_notify)",
    "an advisory lock": r"(?i)pg_(try_)?advisory",
    "a setting of the session": r"(?i)(^|;)\s*SET\s+(?!LOCAL\b|CONSTRAINTS\b)[\w?]|\bset_config\s*\(",
    "a statement prepared by name": r"(^|;)\s*(PREPARE|EXECUTE|DEALLOCATE|DISCARD|RESET)\s",
    "a cursor of the server": r"(?i)\bDECLARE\s+\S+\s[^;]*\bCURSOR\b",
    "a temporary or unlogged table": r"(?i)\bCREATE\s+(TEMP|TEMPORARY|UNLOGGED)\b",
    "a sequence": r"(?i)\b(nextval|currval|lastval|setval)\s*\(|\bSEQUENCE\s+\w+|\b(BIG)?SERIAL\b|\bAS\s+IDENTITY\b",
    "a trigger": r"(?i)\bCREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+|EVENT\s+)?TRIGGER\b",
    "a rule": r"(?i)\bCREATE\s+(OR\s+REPLACE\s+)?RULE\b",
    "a function kept by the database": r"(?i)\bCREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE)\b",
    "an exclusion constraint": r"(?i)\bEXCLUDE\s+(USING|\()",
    "rows skipped because another has them": r"(?i)\bSKIP\s+LOCKED\b",
    "a whole table locked": r"(?i)(^|;)\s*LOCK\s+TABLE\b",
}
"""What nothing may depend on, and how it shows in a text of SQL."""
CALLS = {
    "skip_locked": "rows skipped because another has them",
    "chunked_cursor": "a cursor of the server",
    "ServerCursor": "a cursor of the server",
    "using": "another database than the one",
    "ExclusionConstraint": "an exclusion constraint",
}

LET_THROUGH = {
    ("directory/operations/tries.py", "rows skipped because another has them"): (
        "a broom: what it passes by is swept at the next write, and where nothing can be skipped it waits"
    ),
}
"""What one file may ask all the same, because nothing depends on the answer."""


def sql_faults(text: str) -> list[str]:
    """What a text of SQL, or any string of the code, must not ask of the database."""
    return [what for what, pattern in ANYWHERE.items() if re.search(pattern, text)]


def code_faults(module: ast.Module) -> Iterator[tuple[int, str]]:
    """What the strings, calls and keywords of a module must not ask of the database, with its line."""
    for line, text in _strings(module):
        yield from ((line, what) for what in sql_faults(text))
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, what) for what in _call_faults(node))


def _call_faults(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if CALLS.get(name):
        yield CALLS[name]
    if name == "cursor" and (call.args or any(one.arg in {"name", "scrollable", "withhold"} for one in call.keywords)):
        yield "a cursor of the server"
    for keyword in call.keywords:
        if keyword.arg == "skip_locked":
            yield CALLS["skip_locked"]


def _strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string but the docstrings; an f-string as one text, with `?` where its values stand."""
    silent = {id(part) for node in ast.walk(module) for part in _not_read(node)}
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(getattr(part, "value", "")) if _text(part) else "?" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.lineno, node.value


def _not_read(node: ast.AST) -> Iterator[ast.AST]:
    """Strings that are documentation, and the pieces of an f-string, which is read as a whole."""
    if isinstance(node, ast.Expr):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield from node.values


def _text(part: ast.AST) -> bool:
    return isinstance(part, ast.Constant)


def sources() -> list[Path]:
    """Every file of the house that may speak to the database, migrations among them."""
    return sorted([*HOUSE.rglob("*.py"), *HOUSE.rglob("*.sql")])


def faults_in(path: Path) -> list[str]:
    """The faults of one file, each with its line; what is let through aside."""
    text = path.read_text("utf-8")
    if path.suffix == ".sql":
        return [f"{path.name}: {what}" for what in sql_faults(re.sub(r"--.*", "", text))]
    name, found = str(path.relative_to(HOUSE)), code_faults(ast.parse(text))
    return [f"{name}:{line}: {what}" for line, what in found if (name, what) not in LET_THROUGH]
