"""Where imports and require find their modules, and what a file is as a module.

`resolve` holds Node.js's algorithms, `packages` and `targets` what a package.json says,
`files` which files changed, `npm_run` installs what "npm:" names, `loader` is the
entry: one `Modules` per Env. CommonJS itself is JavaScript
(prelude/platform/commonjs.js).
"""

from .errors import ImportFailed
from .loader import Modules

__all__ = ["ImportFailed", "Modules"]
