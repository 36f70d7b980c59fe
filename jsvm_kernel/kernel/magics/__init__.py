"""Magics: one module for each family, `registry` knows them, `runner` runs them.

A magic is an async function decorated with IPython's `magic_arguments`; its docstring
is its help. It gets a `Call` and the text behind its name, a cell magic also the body,
and may give an `Outcome`. It raises `MagicError` (or IPython's UsageError) for what the
user can mend.
"""
