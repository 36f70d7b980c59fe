"""The package `vec` as Python imports it: what its extension module offers."""

from .vec import *  # noqa: F403
