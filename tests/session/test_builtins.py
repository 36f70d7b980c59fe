"""The table of built-in functions says what the engine has, and all of it."""

from __future__ import annotations

import json

from jsvm_kernel.session.builtins import WRAPPERS, builtins
from jsvm_kernel.vm import VM

#: Path, own functions and accessors of every built-in object.
WALK = """
(() => {
  const found = {}, seen = new Set();
  const data = {length: 1, name: 1, message: 1};
  const visit = (path, holder) => {
    if (seen.has(holder)) return;
    seen.add(holder);
    found[path] = [];
    for (const key of Reflect.ownKeys(holder)) {
      if (typeof key !== 'string' || key === 'constructor') continue;
      const {value, get} = Reflect.getOwnPropertyDescriptor(holder, key);
      if (get || typeof value === 'function') found[path].push(key);
      if (key in data) found[path].push('?' + key);
      const inner = Object(value) === value;
      if (inner && (typeof value !== 'function' || value.prototype)) {
        visit(path === 'globalThis' ? key : path + '.' + key, value);
      }
    }
  };
  visit('globalThis', globalThis);
  visit('Function.prototype', Function.prototype);
  visit('Proxy', Proxy);
  visit('TypedArray', Object.getPrototypeOf(Uint8Array));
  const made = (f) => Object.getPrototypeOf(f.prototype);
  visit('Generator.prototype', made(function* () {}));
  visit('AsyncGenerator.prototype', made(async function* () {}));
  return JSON.stringify(found);
})()
"""
#: What the engine has and nobody should be led to, or what the platform makes its own.
LEFT_OUT = {
    "globalThis": {"InternalError", "DOMException", "atob", "btoa"},
    "Function": {"prototype"},
    "Function.prototype": {
        "caller",
        "arguments",
        "fileName",
        "lineNumber",
        "columnNumber",
    },
    "Error": {"stackTraceLimit", "prepareStackTrace"},
}


def test_every_function_of_the_engine_is_in_the_table_and_no_other() -> None:
    with VM() as vm, vm.env() as env:
        found: dict[str, list[str]] = json.loads(env.eval(WALK))
    table = {holder: set(members) for holder, members in builtins().items()}
    missing, unknown = {}, {}
    for holder in {*found, *table}:
        if holder.partition(".")[0] in ("DOMException", "performance"):
            continue
        there = found.get(holder, [])
        required = {name for name in there if not name.startswith("?")}
        allowed = required | {name.removeprefix("?") for name in there}
        if lacks := required - table.get(holder, set()) - LEFT_OUT.get(holder, set()):
            missing[holder] = lacks
        if more := table.get(holder, set()) - allowed:
            unknown[holder] = more
    assert not missing
    assert not unknown


def test_every_type_in_the_table_is_known() -> None:
    known = {"any", "void", "this", "T", "Generator", "TypedArray", *WRAPPERS}
    known |= set(builtins()["globalThis"])
    for members in builtins().values():
        for builtin in members.values():
            assert builtin.type.rstrip("[]") in known, builtin
