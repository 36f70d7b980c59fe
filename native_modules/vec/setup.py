"""The extension module and how it is compiled; all else is in pyproject.toml."""

from setuptools import setup

from jsvm_kernel.native.packaging import NativeExtension, build_ext

MODULE = NativeExtension(
    "vec.vec",
    "src/vec/vec.pyx",
    optimize=3,
)

setup(cmdclass={"build_ext": build_ext}, ext_modules=[MODULE])
