"""Sizes that keep a file one noun and a function one thought."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import EVERYTHING, PRODUCT, Module

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 40
# More than this at a call site and nobody knows which is which; the others are keyword-only.
MAX_POSITIONAL = 5

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(module: Module) -> Iterator[FunctionNode]:
    for node in ast.walk(module.tree):
        if isinstance(node, FunctionNode):
            yield node


def _code_lines(function: FunctionNode) -> int:
    """Return its lines without decorators and docstring: prose is welcome."""
    end = function.end_lineno or function.lineno
    lines = end - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


@pytest.mark.parametrize("module", EVERYTHING, ids=repr)
def test_a_module_has_at_most_400_lines(module: Module) -> None:
    """What is longer holds two nouns."""
    assert len(module.text.splitlines()) <= MAX_MODULE_LINES


@pytest.mark.parametrize("module", PRODUCT, ids=repr)
def test_a_function_has_at_most_40_lines(module: Module) -> None:
    """What is longer does two things."""
    sizes = {f"{node.name}:{node.lineno}": _code_lines(node) for node in _functions(module)}
    assert {name: size for name, size in sizes.items() if size > MAX_FUNCTION_LINES} == {}


@pytest.mark.parametrize("module", PRODUCT, ids=repr)
def test_a_function_takes_at_most_5_positional_arguments(module: Module) -> None:
    """A long row of values at a call site explains nothing."""
    counts = {
        f"{node.name}:{node.lineno}": len(node.args.posonlyargs) + len(node.args.args)
        for node in _functions(module)
    }
    allowed = MAX_POSITIONAL + 1  # self
    assert {name: count for name, count in counts.items() if count > allowed} == {}


def test_the_measure_counts_code_and_not_prose() -> None:
    """A docstring and decorators are free, every other line counts."""
    module = ast.parse(
        '@cache\ndef f():\n    """One.\n\n    Two.\n    """\n    x = 1\n    return x\n'
    )
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert _code_lines(function) == 3
