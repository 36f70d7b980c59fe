"""What helps while code is written: completion, inspection, and what code declares.

Code is read by tree-sitter, in the front: it takes code that does not parse, and a cell
that runs does not keep it busy. What the code says goes together with what the session
knows of live values.
"""
