"""Benchmarks: `python -m benchmarks` in the checkout."""
