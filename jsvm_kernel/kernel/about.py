"""What the kernel says about itself (kernel_info)."""

from __future__ import annotations

from typing import Any, Final

from jsvm_kernel import __version__

from .wire import PROTOCOL_VERSION

_LANGUAGE: Final[dict[str, object]] = {
    "name": "javascript",
    "version": "ES2023",
    "mimetype": "text/javascript",
    "file_extension": ".js",
    "codemirror_mode": "javascript",
    "pygments_lexer": "javascript",
    "nbconvert_exporter": "script",
}
_HELP_LINKS: Final = [
    {
        "text": "JavaScript reference",
        "url": "https://developer.mozilla.org/docs/Web/JavaScript",
    }
]
#: The content of kernel_info_reply; it announces no feature that the kernel lacks.
KERNEL_INFO: Final[dict[str, Any]] = {
    "status": "ok",
    "protocol_version": PROTOCOL_VERSION,
    "implementation": "jsvm_kernel",
    "implementation_version": __version__,
    "language_info": _LANGUAGE,
    "banner": f"jsvm_kernel {__version__}: JavaScript with native modules",
    "help_links": _HELP_LINKS,
    "supported_features": ["kernel subshells"],
}
