"""The page of public names: signatures as they are written, docstrings, examples."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import get_overloads

import changetrack
from changetrack import errors
from docs.prose import class_node, class_source, fence, is_public_field, prose, prose_of

# A signature longer than this is easier to read with one parameter a line.
MAX_SIGNATURE = 88

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def describe_api() -> str:
    """Return the page of public names, functions first; errors have a page of their own."""
    lines = ["# Public names\n", "Everything that `from changetrack import …` offers.\n"]
    lines += _describe_names(changetrack)
    for name in changetrack.__all__:
        module = getattr(changetrack, name)
        if inspect.ismodule(module) and module is not errors:
            lines += [f"## `changetrack.{name}`\n", prose(module), *_describe_names(module)]
    return "\n".join(lines)


def _describe_names(module: ModuleType) -> Iterator[str]:
    names: list[str] = module.__all__
    values = {name: getattr(module, name) for name in names}
    for name in sorted(names, key=lambda name: inspect.isclass(values[name])):
        if inspect.isfunction(values[name]) or _is_plain_class(values[name]):
            yield from _describe(name, values[name])
    raised = [f"[`{name}`](errors.md)" for name, value in values.items() if _is_error(value)]
    if raised:
        yield f"Errors: {', '.join(raised)}.\n"


def _is_error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, BaseException)


def _is_plain_class(value: object) -> bool:
    return inspect.isclass(value) and not _is_error(value)


def _describe(name: str, value: object) -> Iterator[str]:
    yield f"### `{name}`\n"
    if inspect.isclass(value):
        yield from _describe_class(name, value)
    elif inspect.isfunction(value):
        yield fence("py", "\n".join(_signatures(value)))
        yield prose(value)


def _describe_class(name: str, value: type) -> Iterator[str]:
    yield prose(value)
    node = class_node(value)
    source = class_source(value)
    fields = [ast.get_source_segment(source, each) for each in node.body if is_public_field(each)]
    if fields:
        yield fence("py", "\n".join([f"class {name}:", *(f"    {field}" for field in fields)]))
    for member in node.body:
        if isinstance(member, FunctionNode) and not member.name.startswith("_"):
            yield f"#### `{name}.{member.name}`\n"
            yield fence("py", write_signature(member))
            yield prose_of(ast.get_docstring(member))


def _signatures(function: Callable[..., object]) -> Iterator[str]:
    for each in get_overloads(function) or [function]:
        node = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
        if isinstance(node, FunctionNode):
            yield write_signature(node)


def write_signature(node: FunctionNode) -> str:
    """Return the head of a function, on one line or with one parameter a line."""
    node.args.defaults = [_hide_private_default(each) for each in node.args.defaults]
    node.args.kw_defaults = [each and _hide_private_default(each) for each in node.args.kw_defaults]
    node.body = [ast.Expr(ast.Constant(...))]
    keep = {"property", "classmethod", "staticmethod", "cached_property"}
    node.decorator_list = [each for each in node.decorator_list if ast.unparse(each) in keep]
    text = ast.unparse(node).replace(":\n    ...", "")
    if len(text.splitlines()[-1]) <= MAX_SIGNATURE:
        return text
    head, _, returns = text.rpartition(" -> ")
    start, _, _ = head.partition("(")
    parameters = "".join(f"    {each},\n" for each in _parameters(node.args))
    return f"{start}(\n{parameters}) -> {returns}"


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    """Give each parameter its own text: `ast.unparse` writes all of them on one line."""
    positional = arguments.posonlyargs + arguments.args
    missing = len(positional) - len(arguments.defaults)
    defaults = [None] * missing + arguments.defaults
    for at, (each, default) in enumerate(zip(positional, defaults, strict=True), 1):
        yield _parameter(each, default)
        if at == len(arguments.posonlyargs):
            yield "/"
    if arguments.vararg or arguments.kwonlyargs:
        yield f"*{ast.unparse(arguments.vararg)}" if arguments.vararg else "*"
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(each, default)


def _parameter(node: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(node) + (f" = {ast.unparse(default)}" if default else "")


def _hide_private_default(default: ast.expr) -> ast.expr:
    """Write `...` for a default that users could not write themselves."""
    if isinstance(default, ast.Name) and default.id.startswith("_"):
        return ast.Constant(...)
    return default
