"""Bound modules without a compiler: Python functions whose annotations are types."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jsvm_kernel.binding import bind
from jsvm_kernel.vm import VM, Env, JSError

_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "varargs",
    inspect.Parameter.VAR_KEYWORD: "varkw",
}


def _parameter(parameter: inspect.Parameter) -> dict[str, Any]:
    declared = parameter.annotation
    name = "object" if declared is parameter.empty else declared.removeprefix("const ")
    optional = parameter.default is not parameter.empty
    return {
        "name": parameter.name,
        "type": name.removesuffix(" | None"),
        "const": declared is not parameter.empty and declared.startswith("const "),
        "optional": optional,
        "nullable": name.endswith(" | None") or parameter.default is None,
        "kind": _KINDS[parameter.kind],
        "default": repr(parameter.default) if optional else "",
    }


def describe(function: Callable[..., Any]) -> dict[str, Any]:
    """What the builder would say of a function whose annotations are border types."""
    signature = inspect.signature(function)
    returns = signature.return_annotation
    return {
        "name": function.__name__,
        "doc": function.__doc__ or "",
        "line": 1,
        "params": [_parameter(p) for p in signature.parameters.values()],
        "returns": "object" if returns is signature.empty else returns,
        "kind": "python",
        "flavour": "plain",
    }


@pytest.fixture
def env(request: pytest.FixtureRequest) -> Iterator[Env]:
    """An Env; its parameter, if it has one, is the VM's time limit in seconds."""
    with VM(time_limit=getattr(request, "param", None)) as vm, vm.env() as env:
        yield env


@pytest.fixture
def bound(env: Env) -> Callable[..., Env]:
    """Binds functions as the global `m` and gives the Env."""

    def give(*functions: Callable[..., Any], **described: Any) -> Env:
        module = types.ModuleType("m")
        for function in functions:
            setattr(module, function.__name__, function)
        description = {
            "version": 2,
            "doc": "",
            "functions": [describe(function) for function in functions],
            "classes": [],
            "enums": [],
            "structs": [],
            **described,
        }
        env.globals["m"] = bind(env, module, description)
        return env

    return give


@pytest.fixture
def complaint(env: Env) -> Callable[[str], tuple[str, str]]:
    """Name and message of what a piece of JS throws."""

    def run(code: str) -> tuple[str, str]:
        with pytest.raises(JSError) as caught:
            env.eval(code)
        return caught.value.name, caught.value.message

    return run
