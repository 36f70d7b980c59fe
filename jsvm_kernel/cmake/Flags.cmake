# Compiler flags for all parts.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)

# -O2 unless the builder chose otherwise; why not -O3 is in docs/decisions/0004-compiler.md.
if(CMAKE_C_FLAGS_RELEASE STREQUAL "-O3 -DNDEBUG")
    set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
endif()
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_C_COMPILER_VERSION VERSION_GREATER_EQUAL 14
   AND "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_RELEASE}" MATCHES "-O3")
    message(WARNING
        "jsvm_kernel: GCC ${CMAKE_C_COMPILER_VERSION} at -O3 makes the JavaScript interpreter "
        "about three times slower. Use clang (CC=clang) or -O2.")
endif()

set(JSVM_WARNINGS -Wall -Wextra -Wshadow -Wmissing-prototypes)
option(JSVM_WERROR "Treat warnings in our own C as errors" OFF)
if(JSVM_WERROR)
    list(APPEND JSVM_WARNINGS -Werror)
endif()
