"""The one error of this package."""

from __future__ import annotations


class NpmError(Exception):
    """A package can't be named, installed or kept; the text is for the user."""
