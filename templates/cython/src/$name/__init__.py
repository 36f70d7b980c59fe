"""The package `$name` as Python imports it: what its extension module offers."""

from .$name import *  # noqa: F403
