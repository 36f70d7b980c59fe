"""`python -m jsvm_kernel -f CONNECTION_FILE` runs the kernel."""

from jsvm_kernel.kernel.launch import main

if __name__ == "__main__":
    main()
