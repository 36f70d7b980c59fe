"""The resolver against the real Node.js: a tree of packages, and what each name means.

Node's own conditions ("node", "node-addons") are not ours, so the tree does without.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from jsvm_kernel.host.modules import ImportFailed
from jsvm_kernel.host.modules.resolve import Resolver

# Folders of the tree -> package.json (None: there is none) and files.
TREE: dict[str, tuple[dict[str, Any] | None, list[str]]] = {
    "": (
        {
            "name": "root",
            "exports": {".": "./index.mjs", "./feature": "./src/feature.mjs"},
            "imports": {
                "#local": "./src/local.mjs",
                "#two": {"import": "./src/i.mjs", "require": "./src/r.cjs"},
                "#dep": "main-file",
                "#glob/*": "./src/*.mjs",
                "#gone": None,
                "#bad": "/etc/passwd",
                "#deps/*": "main-file/*",
            },
        },
        [
            *(
                "index.mjs",
                "src/feature.mjs",
                "src/local.mjs",
                "src/i.mjs",
                "src/r.cjs",
            ),
            *("src/deep/x.mjs", "plain.js", "plain.json", "dir/index.js", "a b.mjs"),
            *("src/node_modules/near/index.js", "node_modules/near/index.js"),
        ],
    ),
    "node_modules/main-file": ({"main": "lib/it.js"}, ["lib/it.js", "x.js", "d/i.js"]),
    "node_modules/main-bare": ({"main": "lib/it"}, ["lib/it.js", "index.js"]),
    "node_modules/main-dir": ({"main": "lib"}, ["lib/index.js"]),
    "node_modules/main-gone": ({"main": "gone.js"}, ["index.js"]),
    "node_modules/main-slash": ({"main": "./lib/"}, ["lib/index.js", "lib.js"]),
    "node_modules/main-wrong": ({"main": 5}, ["index.js"]),
    "node_modules/main-empty": ({"main": ""}, ["index.js"]),
    "node_modules/no-json": (None, ["index.js", "other.js"]),
    "node_modules/nothing": ({}, ["lib/x.js"]),
    "node_modules/sub-json": ({}, ["index.js"]),
    "node_modules/sub-json/inner": ({"main": "../index.js"}, ["other.js"]),
    "node_modules/string": ({"exports": "./e.js", "main": "m.js"}, ["e.js", "m.js"]),
    "node_modules/null": ({"exports": None, "main": "m.js"}, ["m.js"]),
    "node_modules/empty": ({"exports": {}}, ["index.js"]),
    "node_modules/false": ({"exports": False}, ["index.js"]),
    "node_modules/sugar": (
        {"exports": {"import": "./i.mjs", "require": "./r.cjs"}},
        ["i.mjs", "r.cjs"],
    ),
    "node_modules/order": (
        {"exports": {"default": "./d.js", "import": "./i.mjs"}},
        ["d.js", "i.mjs"],
    ),
    "node_modules/nested": (
        {
            "exports": {
                ".": {
                    "browser": "./b.js",
                    "import": {"worker": "./w.mjs", "default": "./i.mjs"},
                    "require": {"worker": "./w.cjs"},
                    "default": "./d.js",
                }
            }
        },
        ["b.js", "w.mjs", "i.mjs", "w.cjs", "d.js"],
    ),
    "node_modules/sync": (
        {"exports": {"module-sync": "./s.mjs", "default": "./d.js"}},
        ["s.mjs", "d.js"],
    ),
    "node_modules/list": (
        {
            "exports": {
                ".": ["not-a-path", "./first.js", "./second.js"],
                "./cond": [{"worker": "./w.js"}, "./x.js"],
                "./bad": ["oh", "no"],
                "./none": [],
                "./null": [None, "./x.js"],
                "./late": ["./gone.js", "./x.js"],
            }
        },
        ["first.js", "second.js", "x.js"],
    ),
    "node_modules/pattern": (
        {
            "exports": {
                "./*": "./any/*.js",
                "./features/*.js": "./f/*.js",
                "./features/private/*": None,
                "./features/x/*.js": "./fx/*.js",
                "./both/*/both": "./b/*/*.js",
                "./slash/": "./slash/",
                "./exact": "./any/exactly.js",
                "./*/tail": "./t/*.js",
            }
        },
        [
            *("any/one.js", "any/exactly.js", "f/y.js", "f/x/z.js", "fx/z.js"),
            *("b/q/q.js", "any/deep/two.js", "slash/s.js", "t/k.js", "f/private/p.js"),
        ],
    ),
    "node_modules/escape": (
        {
            "exports": {
                "./up": "../escape.js",
                "./dots": "./a/../../x.js",
                "./modules": "./node_modules/x.js",
                "./abs": "/etc/passwd",
                "./url": "file:///etc/passwd",
                "./number": 5,
                "./*": "./*.js",
                "./folder": "./sub",
                "./missing": "./missing.js",
            }
        },
        ["x.js", "sub/index.js"],
    ),
    "node_modules/mixed": ({"exports": {".": "./x.js", "import": "./y.js"}}, ["x.js"]),
    "node_modules/index-key": ({"exports": {".": {"0": "./x.js"}}}, ["x.js"]),
    "node_modules/@scope/pkg": (
        {"exports": {".": "./index.js", "./sub": "./sub.js"}},
        ["index.js", "sub.js"],
    ),
    "node_modules/@scope/plain": ({"main": "m"}, ["m.js", "lib/x.js"]),
    "node_modules/self": (
        {
            "name": "self",
            "exports": {".": "./main.js", "./in": "./in.js"},
            "imports": {"#own": "./in.js"},
        },
        ["main.js", "in.js", "lib/user.js"],
    ),
    "node_modules/typed": ({"type": "module", "main": "m.js"}, ["m.js"]),
}

#: Where it is asked from: the folder.
ROOT, SRC, INNER = "", "src", "node_modules/self/lib"

BOTH = [
    *((ROOT, name) for name, _ in [(n.removeprefix("node_modules/"), 0) for n in TREE]
      if name and "inner" not in name),
    *((ROOT, f"list/{name}") for name in ("cond", "bad", "none", "null", "late")),
    *((ROOT, f"pattern/{name}") for name in (
        "one", "deep/two", "features/y.js", "features/x/z.js", "features/private/p",
        "both/q/both", "exact", "slash/s.js", "k/tail", "missing", "features/.js", "")),
    *((ROOT, f"escape/{name}") for name in (
        "up", "dots", "modules", "abs", "url", "number", "x", "folder", "missing",
        "../x", "node_modules/x", "sub/../x")),
    (ROOT, "@scope"), (ROOT, "@scope/"), (ROOT, "@scope/pkg/sub"),
    (ROOT, "@scope/pkg/gone"), (ROOT, "@scope/plain/lib/x.js"),
    (ROOT, "main-file/x.js"), (ROOT, "main-file/d"), (ROOT, "string/m.js"),
    (ROOT, "no-json/other.js"), (ROOT, "no-json/gone.js"), (ROOT, "absent"),
    (ROOT, "sub-json/inner"), (ROOT, "sub-json/inner/other.js"),
    (ROOT, "./plain.js"), (ROOT, "./plain"), (ROOT, "./dir"), (ROOT, "./dir/"),
    (ROOT, "."), (ROOT, "./"), (ROOT, "./gone.js"), (SRC, "../plain.js"), (SRC, ".."),
    (ROOT, "near"), (SRC, "near"),
    (ROOT, "root"), (ROOT, "root/feature"), (ROOT, "root/gone"), (SRC, "root"),
    (INNER, "self"), (INNER, "self/in"), (INNER, "self/gone"), (INNER, "#own"),
    (INNER, "#local"), (INNER, "string"),
    *((ROOT, name) for name in (
        "#local", "#two", "#dep", "#glob/local", "#glob/deep/x", "#glob/gone", "#gone",
        "#bad", "#deps/x.js", "#undefined", "#", "#/x", "#glob/")),
    (ROOT, ".hidden"), (ROOT, "a\\b"), (ROOT, "per%20cent"),
]  # fmt: skip
IMPORT_ONLY = [(ROOT, "./a%20b.mjs")]

ASK_NODE = """
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const { root, cases } = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const [kind, folder, specifier] of cases) {
  const base = `${root}/${folder}${folder && "/"}`;
  try {
    if (kind === "require") {
      answers.push(createRequire(base + "probe.mjs").resolve(specifier));
    } else {
      const { default: load } = await import(`file://${base}probe.mjs`);
      answers.push((await load(specifier)).default);
    }
  } catch (error) {
    answers.push(null);
  }
}
console.log(JSON.stringify(answers));
"""


def plant(root: Path) -> None:
    """Make the tree. Each file exports its own path, in whichever way it is loaded."""
    for folder, (package, files) in TREE.items():
        at = root / folder
        at.mkdir(parents=True, exist_ok=True)
        if package is not None:
            (at / "package.json").write_text(json.dumps(package))
        for name in files:
            path = at / name
            path.parent.mkdir(parents=True, exist_ok=True)
            module = name.endswith(".mjs") or (package or {}).get("type") == "module"
            text = "export default import.meta.filename"
            path.write_text(text if module else "module.exports = __filename")
    (root / "plain.json").write_text("{}")
    for folder in (ROOT, SRC, INNER):
        (root / folder / "probe.mjs").write_text("export default (s) => import(s)")


def ours(root: Path, kind: str, folder: str, specifier: str) -> str | None:
    resolver = Resolver()
    at = str(root / folder)
    resolve = resolver.resolve_import if kind == "import" else resolver.resolve_require
    try:
        return resolve(specifier, at)
    except ImportFailed:
        return None


def test_names_mean_what_they_mean_to_node(tmp_path: Path, node: str) -> None:
    root = tmp_path.resolve()
    plant(root)
    cases = [("import", *case) for case in [*BOTH, *IMPORT_ONLY]]
    cases += [("require", *case) for case in BOTH]
    done = subprocess.run(
        [node, "--input-type=module", "--no-warnings", "-e", ASK_NODE],
        input=json.dumps({"root": str(root), "cases": cases}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    theirs = json.loads(done.stdout)
    assert len(theirs) == len(cases) > 150
    assert sum(answer is not None for answer in theirs) > 60
    differing = {
        case: (mine, answer)
        for case, answer in zip(cases, theirs, strict=True)
        if (mine := ours(root, *case)) != answer
    }
    assert differing == {}


@pytest.mark.parametrize(
    ("exports", "kind", "file"),
    [
        (
            {"node": "./n.js", "browser": "./b.js", "default": "./d.js"},
            "import",
            "d.js",
        ),
        ({"jsvm": "./j.js", "default": "./d.js"}, "import", "j.js"),
        ({"jsvm": "./j.js", "default": "./d.js"}, "require", "j.js"),
        ({"node": "./n.js"}, "import", None),
    ],
)
def test_the_conditions_are_our_own(
    tmp_path: Path, exports: dict[str, str], kind: str, file: str | None
) -> None:
    package = tmp_path / "node_modules/p"
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"exports": exports}))
    for name in ("n.js", "b.js", "d.js", "j.js"):
        (package / name).touch()
    found = ours(tmp_path.resolve(), kind, "", "p")
    assert found == (None if file is None else str(package.resolve() / file))


def test_linked_packages_are_their_real_files(tmp_path: Path) -> None:
    (tmp_path / "work/p").mkdir(parents=True)
    (tmp_path / "work/p/index.js").touch()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/p").symlink_to(tmp_path / "work/p")
    for kind in ("import", "require"):
        real = str((tmp_path / "work/p/index.js").resolve())
        assert ours(tmp_path, kind, "", "p") == real
