"""Libraries as they come from the registry, loaded and put to work."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Host

from jsvm_kernel.npm.command import is_offline, npm_command

LIBRARIES = (
    *("lodash@4", "d3-array@3", "date-fns@4", "zod@4", "ajv@8", "mathjs@15"),
    "typescript@5",  # 7 is a native program
)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path | str:
    """The folder with all of them; or why the registry could not be asked."""
    folder = tmp_path_factory.mktemp("libraries")
    command = npm_command("install", str(folder), "--prefer-offline")
    done = subprocess.run(
        [*command, *LIBRARIES],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if is_offline(done.stderr):
        return "the registry of npm is out of reach"
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def shared() -> Iterator[dict[str, Host]]:
    """One host for all tests of this file, once it is there."""
    hosts: dict[str, Host] = {}
    yield hosts
    for host in hosts.values():
        host.__exit__()


@pytest.fixture
def libraries(
    request: pytest.FixtureRequest, npm: str, shared: dict[str, Host]
) -> Host:
    installed = request.getfixturevalue("installed")
    if isinstance(installed, str):
        pytest.skip(installed)
    if "host" not in shared:
        shared["host"] = Host(installed)
    return shared["host"]


pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        pytest.param(
            "import _, { chunk } from 'lodash'; JSON.stringify("
            "[chunk([1, 2, 3], 2), _.groupBy([1.2, 1.8, 2], Math.floor)])",
            '[[[1,2],[3]],{"1":[1.2,1.8],"2":[2]}]',
            id="lodash",
        ),
        pytest.param(
            "import { bin, mean, extent } from 'd3-array';"
            "JSON.stringify([bin().thresholds(2)([1, 2, 9]).map(b => b.length), "
            "mean([1, 2, 6]), extent([3, 1, 2])])",
            "[[2,1],3,[1,3]]",
            id="d3-array",
        ),
        pytest.param(
            "import { addDays, format, formatDistance } from 'date-fns';"
            "format(addDays(new Date(2024, 1, 28), 1), 'yyyy-MM-dd EEEE') + ' ' +"
            "formatDistance(0, 36e5)",
            "2024-02-29 Thursday about 1 hour",
            id="date-fns",
        ),
        pytest.param(
            "import { z } from 'zod'; const S = z.object({ a: z.number().int() });"
            "JSON.stringify([S.parse({ a: 1, b: 2 }), "
            "S.safeParse({ a: 'x' }).error.issues[0].path])",
            '[{"a":1},["a"]]',
            id="zod",
        ),
        pytest.param(
            "import Ajv from 'ajv'; const valid = new Ajv().compile({ type: 'object', "
            "required: ['a'], properties: { a: { type: 'integer', minimum: 2 } } });"
            "[valid({ a: 2 }), valid({ a: 1 }), valid.errors[0].message].join()",
            "true,false,must be >= 2",
            id="ajv",
        ),
        pytest.param(
            "import { evaluate, format as show, derivative } from 'mathjs';"
            "show(evaluate('inv([1, 2; 3, 4]) * [1; 1]'), 14) + "
            "derivative('x^2', 'x').toString()",
            "[[-1], [1]]2 * x",
            id="mathjs",
        ),
        pytest.param(
            "import ts from 'typescript';"
            "const compilerOptions = { target: 99, module: 99 };"
            "ts.transpileModule('let x: number = 1; export enum E { A }', "
            "{ compilerOptions }).outputText.split('\\n')[0]",
            "let x = 1;",
            id="typescript",
        ),
        pytest.param(
            "['lodash', 'd3-array', 'date-fns', 'zod', 'ajv', 'mathjs', 'typescript']"
            ".map(name => typeof require(name)).join()",
            "function,object,object,object,function,object,object",
            id="require of all",
        ),
    ],
)
def test_a_library_works(libraries: Host, code: str, value: str) -> None:
    assert libraries.value(code) == f"'{value}'"
