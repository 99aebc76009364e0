"""camelCase lives where the wire lives, and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import get_args

import jsonschema
import pytest

from changetrack import _models
from tests.architecture.sources import LIBRARY, SERVER, Module

_CAMEL = re.compile(r"[a-z][a-z0-9]*[A-Z]\w*")

# The modules that speak to the outside in its own spelling.
WIRE = {
    "changetrack._definitions.answers",
    "changetrack._definitions.conditions",
    "changetrack._definitions.operations",
    "changetrack._definitions.requests",
    "changetrack._definitions.sketches",
    "changetrack._definitions.trees",
    "changetrack._definitions.values",
    "changetrack.wire.answers",
    "changetrack.wire.extras",
    "changetrack.wire.options",
    "changetrack.wire.requests",
    "changetrack._snapshots",
    "changetrack._models",
    "changetrack.monitor.exports",
    "changetrack.monitor.outcomes",
    "changetrack.monitor.transfers",
    "changetrack.monitor.webhooks.events",
    "changetrack.cli.looks",
    "changetrack.cli.ordering",
    "changetrack.cli.views",
}

# Leaves of the AST are dicts in the wire's shape, and some modules build them.
AST_KEYS = {
    key
    for value in vars(_models).values()
    if hasattr(value, "__required_keys__")
    for key in value.__required_keys__ | value.__optional_keys__
}

# The specification's own names for what is compared; they are values and keys of tables by mode.
MODES = set(get_args(_models.Mode))

# JSON Schema spells its keywords so; one package reads schemas.
SCHEMA_READERS = "changetrack._schema"


def _names(tree: ast.AST) -> Iterator[str]:
    """Return every name that a module binds or uses as a key; strings that are values are prose."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Attribute(attr=name):
                yield name
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                yield name
            case ast.Dict(keys=keys):
                yield from _strings(keys)
            case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault"), args=[key, *_]):
                yield from _strings([key])
            case _:
                pass


def _strings(nodes: list[ast.expr] | list[ast.expr | None]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _camels(tree: ast.AST) -> set[str]:
    return {name for name in _names(tree) if _CAMEL.fullmatch(name)}


def _is_library_wire(module: Module) -> bool:
    return module.name in WIRE or module.name.startswith("changetrack.monitor.wire.")


@pytest.mark.parametrize(
    "module", [each for each in LIBRARY if not _is_library_wire(each)], ids=repr
)
def test_camel_case_stays_at_the_wire(module: Module) -> None:
    """Inside, names are snake_case; only the keys of AST leaves may be written as they are sent."""
    found = _camels(module.tree) - AST_KEYS - MODES
    if module.name.startswith(SCHEMA_READERS):
        found -= _schema_keywords()
    assert found == set()


def _schema_keywords() -> set[str]:
    drafts = (jsonschema.Draft7Validator, jsonschema.Draft202012Validator)
    companions = {"minContains", "maxContains"}  # read by the validator of `contains`
    return companions | {word for draft in drafts for word in draft.VALIDATORS}


# What in the server speaks to the outside: requests and answers, what describes them, a page's
# metadata, and a model's verdict. Logging and gc have their own spelling, as Python's oldest have.
SERVER_WIRE = {
    *("capabilities", "composing", "dialects", "docs_page", "formats", "logs", "openapi"),
    *("scraping", "serving", "llm.judging", "llm.strict_schemas", "llm.verdicts"),
    "pages.metadata",
    *("monitor.judging", "monitor.observing", "monitor.routes", "monitor.worker"),
}


def _is_wire(module: Module) -> bool:
    name = module.name.removeprefix("changetrack_server.")
    return any(name == each or name.startswith(f"{each}.") for each in SERVER_WIRE)


@pytest.mark.parametrize("module", [each for each in SERVER if not _is_wire(each)], ids=repr)
def test_camel_case_stays_at_the_server_s_edge(module: Module) -> None:
    """Most of the server works on bytes and values, and spells as Python does."""
    assert _camels(module.tree) - AST_KEYS - MODES == set()


def test_the_scan_sees_names_keys_and_lookups() -> None:
    """Each way to bring a wire word inside is found; a sentence that quotes one is not."""
    source = 'def fA(gB, hC=0): x["iD"] = {"jE": y.kF}; z.get("lG"); f(mH=1); raise E("say nI")'
    assert _camels(ast.parse(source)) == {"fA", "gB", "hC", "iD", "jE", "kF", "lG", "mH"}
