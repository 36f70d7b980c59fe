"""How the engine is made: fetch its sources by name, apply the edits, build.

Used by CMake while the package is built, never at run time.
"""
