"""The public C headers: valid in every dialect, and laid out as programs rely on."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INCLUDE = ROOT / "jsvm_kernel/libjsvm/include"
FUNCTIONS = Path(__file__).with_name("jsvm_functions.txt")
ABI = Path(__file__).with_name("abi.txt")

DIALECTS = [
    ("cc", "c", "c99"),
    ("cc", "c", "c11"),
    ("c++", "c++", "c++11"),
    ("c++", "c++", "c++14"),
    ("c++", "c++", "c++17"),
    ("c++", "c++", "c++20"),
]


def compile_text(compiler: str, language: str, standard: str, text: str) -> str:
    """Check text with all warnings as errors; the compiler's complaints."""
    strict = ["-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
    done = subprocess.run(
        [compiler, f"-std={standard}", *strict, f"-I{INCLUDE}", "-x", language, "-"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


def declared_functions() -> list[str]:
    source = (INCLUDE / "ark_runtime/jsvm.h").read_text()
    code = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.findall(r"^JSVM_EXTERN JSVM_Status (OH_JSVM_\w+)\(", code, re.MULTILINE)


def abi_assertions(keyword: str) -> str:
    """One static assertion per fact of abi.txt."""
    asserts: list[str] = []
    kind = owner = ""
    for line in ABI.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        words = line.split()
        if not line.startswith(" "):
            kind, owner = words[:2]
            if kind == "struct":
                asserts.append(f'{keyword}(sizeof({owner}) == {words[2]}, "{owner}");')
            continue
        name, number = words
        found = f"offsetof({owner}, {name})" if kind == "struct" else name
        asserts.append(f'{keyword}({found} == {number}, "{owner} {name}");')
    return "\n".join(asserts) + "\n"


@pytest.mark.parametrize("macro", ["", "#define JSVM_EXPERIMENTAL\n"])
@pytest.mark.parametrize("header", ["jsvm_types.h", "jsvm.h", "jsvmx.h"])
@pytest.mark.parametrize(("compiler", "language", "standard"), DIALECTS)
def test_header_compiles_without_a_warning(
    compiler: str, language: str, standard: str, header: str, macro: str
) -> None:
    text = f'{macro}#include "ark_runtime/{header}"\n'
    assert compile_text(compiler, language, standard, text) == ""


@pytest.mark.parametrize("header", ["jsvm_types.h", "jsvm.h", "jsvmx.h"])
def test_header_is_found_from_its_own_folder(header: str) -> None:
    text = f'#include "ark_runtime/{header}"\n#include "{header}"\nint unused;\n'
    folders = [f"-I{INCLUDE}", f"-I{INCLUDE}/ark_runtime"]
    done = subprocess.run(
        ["cc", "-fsyntax-only", *folders, "-x", "c", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_headers_live_beside_node_api_macros_and_uchar() -> None:
    text = (
        "#define EXTERN_C_START\n#define EXTERN_C_END\n"
        '#include "ark_runtime/jsvm.h"\n#include <uchar.h>\nchar16_t unit;\n'
    )
    assert compile_text("cc", "c", "c11", text) == ""


@pytest.mark.skipif(sys.maxsize < 2**32, reason="the facts are those of LP64")
@pytest.mark.parametrize(
    ("compiler", "language", "standard", "keyword"),
    [("cc", "c", "c11", "_Static_assert"), ("c++", "c++", "c++11", "static_assert")],
)
def test_layout_and_values_are_those_of_jsvm_api(
    compiler: str, language: str, standard: str, keyword: str
) -> None:
    text = '#include "ark_runtime/jsvm.h"\n' + abi_assertions(keyword)
    assert compile_text(compiler, language, standard, text) == ""


def test_a_wrong_layout_is_noticed() -> None:
    text = '#include "ark_runtime/jsvm.h"\n' + abi_assertions("_Static_assert")
    wrong = text.replace("sizeof(JSVM_VMInfo) == 32", "sizeof(JSVM_VMInfo) == 24")
    assert "JSVM_VMInfo" in compile_text("cc", "c", "c11", wrong)


def test_every_function_is_declared_once() -> None:
    names = declared_functions()
    assert len(names) == len(set(names)) == 228
    assert sorted(names) == FUNCTIONS.read_text().split()


def test_every_function_has_a_comment_that_names_its_entry() -> None:
    lines = (INCLUDE / "ark_runtime/jsvm.h").read_text()
    for name in declared_functions():
        before = lines[: lines.index(f" {name}(")].rsplit("JSVM_EXTERN", 1)[0]
        comment = before[before.rindex("/*") :]
        assert re.match(r"/\* \[(guarded|plain|vm|global)\]", comment), name
        assert comment.rstrip().endswith("*/"), name


@pytest.mark.parametrize(
    "source",
    [
        "JSVM_CallbackStruct s = {f, 0};",
        "JSVM_CallbackStruct s = {.data = 0, .callback = f};",
        "JSVM_CompileOptions o = {.id = JSVM_COMPILE_MODE, .content.num = 1};",
        "JSVM_CompileOptions o = {.id = JSVM_COMPILE_MODE, .content = {.num = 1}};",
    ],
)
def test_ways_programs_fill_structures_in_compile(source: str) -> None:
    text = (
        '#include "ark_runtime/jsvm.h"\n'
        "JSVM_Value f(JSVM_Env env, JSVM_CallbackInfo info);\n" + source + "\n"
    )
    assert compile_text("cc", "c", "c99", text) == ""


def test_experimental_names_are_hidden_without_the_macro() -> None:
    text = '#include "ark_runtime/jsvm.h"\nJSVM_FinalizeArrayBuffer f;\n'
    assert "JSVM_FinalizeArrayBuffer" in compile_text("cc", "c", "c11", text)
    assert compile_text("cc", "c", "c11", "#define JSVM_EXPERIMENTAL\n" + text) == ""
