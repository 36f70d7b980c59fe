"""Types of the compiled module; what things do is said in their docstrings there."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from jsvm_kernel.vm import Env, JSObject

from .host import BindingHost

TYPE_NAMES: tuple[str, ...]

def bind(
    env: Env,
    module: ModuleType,
    description: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    host: BindingHost | None = None,
) -> JSObject: ...
