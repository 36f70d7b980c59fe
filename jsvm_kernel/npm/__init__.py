"""Packages of npm: what they are called, where they are kept, how npm is run.

Both the host (imports of "npm:…") and the kernel (%jsvm_npm) need these.
"""
