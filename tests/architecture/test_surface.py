"""What users may import is listed, sorted, documented and real."""

from __future__ import annotations

import ast
import importlib
import inspect
import tomllib
from functools import cached_property

import pytest

import changetrack
from tests.architecture.sources import EVERYTHING, LIBRARY, ROOT, Module

# What every module binds for its annotations.
BOUND = {"TYPE_CHECKING", "annotations"}

PUBLIC = [module for module in LIBRARY if module.is_public and module.name != "changetrack"]


def _own_names(module: Module, listed: list[str]) -> set[str]:
    """Return the public names that a module, or the modules of a package, define at the top.

    A name from a private module that it lists is passed on, and so is its own as well.
    """
    names: set[str] = set()
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.ImportFrom):
            is_own = (node.module or "").startswith(f"{module.name}.")
            is_private = "._" in (node.module or "")
            passed_on = set(listed) if is_private else set()
            names.update(each.name for each in node.names if is_own or each.name in passed_on)
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("module", EVERYTHING, ids=repr)
def test_every_module_says_what_it_is_for(module: Module) -> None:
    """A file that needs no explanation still has a boundary to name."""
    assert ast.get_docstring(module.tree)


@pytest.mark.parametrize("module", PUBLIC, ids=repr)
def test_a_public_module_lists_exactly_what_it_defines(module: Module) -> None:
    """`__all__` is the contract: no public name is left out, and none is invented."""
    listed: list[str] = importlib.import_module(module.name).__all__
    assert sorted(listed) == sorted(_own_names(module, listed))


def test_the_package_lists_exactly_what_it_offers() -> None:
    """The front door has no unlisted names, apart from submodules that somebody else imported."""
    # What is loaded with the first one who asks for it is there when somebody asked for all.
    assert {name for name in changetrack.__all__ if not hasattr(changetrack, name)} == set()
    assert dir(changetrack) == sorted(changetrack.__all__)
    offered = {
        name
        for name, value in vars(changetrack).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    listed = {name for name in changetrack.__all__ if inspect.ismodule(getattr(changetrack, name))}
    assert listed <= {module.name.removeprefix("changetrack.") for module in PUBLIC}
    assert sorted(changetrack.__all__) == sorted((offered - BOUND) | listed)


def test_the_version_is_the_one_that_is_published() -> None:
    """`changetrack.__version__` and the package metadata are written in two places."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert changetrack.__version__ == project["version"]


@pytest.mark.parametrize("name", changetrack.__all__)
def test_every_public_name_and_method_is_documented(name: str) -> None:
    """What is public has a docstring of its own."""
    value = getattr(changetrack, name)
    members = vars(value).items() if inspect.isclass(value) else ()
    documented = {name: value, **{key: member for key, member in members if _is_method(member)}}
    missing = {
        key
        for key, member in documented.items()
        if not key.startswith("_") and not getattr(member, "__doc__", "")
    }
    assert missing == set()


def _is_method(member: object) -> bool:
    return inspect.isroutine(member) or isinstance(member, property | cached_property)


@pytest.mark.parametrize("name", changetrack.__all__)
def test_every_public_function_shows_an_example(name: str) -> None:
    """A reader sees a call and its answer; doctest-modules runs it."""
    value = getattr(changetrack, name)
    if inspect.isfunction(value):
        assert ">>> " in (value.__doc__ or "")
