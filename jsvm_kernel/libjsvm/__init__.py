"""The C library: headers under `include/`, the built `libjsvm.so` beside them."""
