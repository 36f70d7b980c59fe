"""What `%jsvm_native cache` shows and does."""

from __future__ import annotations

import time

from ...native.cache import LIMIT_VARIABLE, Cache, CacheError, cache_limit, cache_root
from ...session.units import format_size
from ..table import table_bundle
from .call import Call, MagicError

#: Builds that are shown by name.
_MOST_SHOWN = 20


def native_cache(call: Call, word: str | None) -> None:
    """Show the cache of native builds, or delete what is in it. Raises MagicError."""
    if word not in (None, "clear"):
        raise MagicError(
            f"%jsvm_native cache {word}: it is cache alone, or cache clear",
            name="UsageError",
        )
    try:
        cache, limit = Cache(cache_root()), cache_limit()
        if word == "clear":
            freed = cache.trim(0)
            call.print(f"Deleted builds of {format_size(freed)}; what is loaded stays.")
            return
    except CacheError as error:
        raise MagicError(str(error), name="CacheError") from None
    except OSError as error:
        raise MagicError(
            f"the cache can't be cleared: {error.filename}: {error.strerror}",
            name="CacheError",
        ) from None
    entries = cache.entries()
    total = sum(entry.size for entry in entries)
    call.print(
        f"{cache.root}: {len(entries)} builds, {format_size(total)} of at most "
        f"{format_size(limit)} ({LIMIT_VARIABLE}); the ones used longest ago go first"
    )
    if entries:
        rows = [
            [
                entry.module.removeprefix("jsvm_").rpartition("_")[0],
                format_size(entry.size),
                time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.used)),
            ]
            for entry in entries[:_MOST_SHOWN]
        ]
        if len(entries) > _MOST_SHOWN:
            rows.append([f"and {len(entries) - _MOST_SHOWN} more", "", ""])
        call.show(table_bundle(["module", "size", "used"], rows, numeric=("size",)))
