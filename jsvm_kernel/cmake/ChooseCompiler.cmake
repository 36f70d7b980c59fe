# GCC 14 and later compile the engine's interpreter loop about three times slower at -O3
# than GCC 12 or clang do (docs/decisions/0004-compiler.md). Where the default compiler is
# such a GCC and clang is there too, and nobody chose a compiler, take clang.
if(NOT DEFINED CMAKE_C_COMPILER AND NOT DEFINED ENV{CC})
    execute_process(COMMAND cc -dumpfullversion -dumpversion
                    OUTPUT_VARIABLE cc_version ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    execute_process(COMMAND cc --version OUTPUT_VARIABLE cc_banner ERROR_QUIET)
    find_program(JSVM_CLANG clang)
    if(cc_banner MATCHES "Free Software Foundation" AND cc_version VERSION_GREATER_EQUAL 14
       AND JSVM_CLANG)
        set(CMAKE_C_COMPILER ${JSVM_CLANG})
        message(STATUS "jsvm_kernel: cc is GCC ${cc_version}, building with ${JSVM_CLANG}")
    elseif(cc_version STREQUAL "" AND JSVM_CLANG)
        set(CMAKE_C_COMPILER ${JSVM_CLANG})
    endif()
    find_program(JSVM_ANY_COMPILER NAMES cc gcc clang)
    if(NOT JSVM_ANY_COMPILER)
        message(FATAL_ERROR
            "jsvm_kernel: no C compiler found (tried cc, gcc, clang). Install one, for "
            "example with 'apt-get install gcc libc6-dev', or name one in CC.")
    endif()
endif()
