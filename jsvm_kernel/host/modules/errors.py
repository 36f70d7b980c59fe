"""An import that leads nowhere."""

from __future__ import annotations

from jsvm_kernel.vm import JSError


class ImportFailed(JSError):
    """What JS gets as an Error; `code` is the one Node.js gives to such errors."""

    def __init__(self, message: str, code: str = "ERR_MODULE_NOT_FOUND") -> None:
        super().__init__(message)
        self.code = code


class WrongType(ImportFailed):
    """The import attribute `type` does not fit the file; JS gets a TypeError."""

    js_name = "TypeError"


class BadSource(ImportFailed):
    """The file is not what it says it is; JS gets a SyntaxError."""

    js_name = "SyntaxError"
