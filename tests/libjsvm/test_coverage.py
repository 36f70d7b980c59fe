"""The table of what works is up to date, and what is missing says so when called."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LIBJSVM = ROOT / "jsvm_kernel/libjsvm"
FUNCTIONS = Path(__file__).with_name("jsvm_functions.txt").read_text().split()


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "coverage_of_libjsvm", LIBJSVM / "coverage.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_up_to_date(coverage: Any) -> None:
    page = ROOT / "docs/reference/coverage.md"
    assert page.read_text() == coverage.table(), "run jsvm_kernel/libjsvm/coverage.py"


def test_the_table_has_every_function(coverage: Any) -> None:
    listed = [name for names in coverage.declared().values() for name in names]
    assert sorted(listed) == FUNCTIONS
    assert coverage.unimplemented() <= set(listed)


def calls() -> str:
    """A C test that calls every function of unimplemented.c with empty arguments."""
    source = (LIBJSVM / "unimplemented.c").read_text()
    lines = ['#include "harness.h"', "", "TEST(what_is_missing_says_so)", "{"]
    lines += ["    JSVM_VM vm;", "", "    OK(OH_JSVM_GetVM(env, &vm));"]
    for kind, name, text in re.findall(
        r"^(OF_ENV|OF_VM|GLOBAL)\((OH_JSVM_\w+),\s*([^)]*)\)", source, re.MULTILINE
    ):
        parameters = [" ".join(part.split()) for part in text.split(",")]
        arguments = [empty(parameter) for parameter in parameters]
        none = ", ".join(["NULL", *arguments[1:]])
        if kind == "OF_ENV":
            call = f"{name}({', '.join(['env', *arguments[1:]])})"
            lines.append(f'    expect_missing(env, {call}, "{name}");')
            lines.append(f"    CHECK({name}({none}) == JSVM_INVALID_ARG);")
        elif kind == "OF_VM":
            call = f"{name}({', '.join(['vm', *arguments[1:]])})"
            lines.append(f"    CHECK({call} == JSVM_GENERIC_FAILURE);")
            lines.append(f"    CHECK({name}({none}) == JSVM_INVALID_ARG);")
        else:
            call = f"{name}({', '.join(arguments)})"
            lines.append(f"    CHECK({call} == JSVM_GENERIC_FAILURE);")
    helper = """\
static void expect_missing(JSVM_Env env, JSVM_Status status, const char *name)
{
    const JSVM_ExtendedErrorInfo *info;

    CHECK(status == JSVM_GENERIC_FAILURE);
    CHECK(OH_JSVM_GetLastErrorInfo(env, &info) == JSVM_OK);
    CHECK(info->errorCode == JSVM_GENERIC_FAILURE);
    CHECK(strstr(info->errorMessage, name) != NULL);
}
"""
    lines.insert(2, helper)
    return "\n".join([*lines, "}"]) + "\n"


def empty(parameter: str) -> str:
    """An argument of all zeros for a parameter such as "const char *name"."""
    match = re.fullmatch(r"(.*?)(\w+)(\[\])?", parameter)
    assert match is not None
    kind = match[1].strip() + (" *" if match[3] else "")
    return f"({kind}){{ 0 }}"


def definitions() -> str:
    """A C test that needs every function of JSVM-API to be there when it is linked."""
    lines = ['#include "harness.h"', "", "TEST(every_function_is_there)", "{"]
    lines += ["    CHECK(env != NULL);"]
    lines += [f"    CHECK((void (*)(void)){name} != NULL);" for name in FUNCTIONS]
    return "\n".join([*lines, "}"]) + "\n"


@pytest.mark.timeout(600)
def test_functions_behave_as_the_table_says(workshop: Any, tmp_path: Path) -> None:
    harness = Path(__file__).with_name("c") / "harness.c"
    (tmp_path / "harness.h").write_text(harness.with_suffix(".h").read_text())
    source = tmp_path / "coverage.c"
    source.write_text(calls() + definitions())
    program = workshop.link(
        "coverage",
        [
            workshop.compile(source, ["-Wall", "-Werror", "-Wno-address"]),
            workshop.compile(harness),
            *workshop.library(),
        ],
    )
    for name in ("what_is_missing_says_so", "every_function_is_there"):
        done = subprocess.run(
            [str(program), name], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
