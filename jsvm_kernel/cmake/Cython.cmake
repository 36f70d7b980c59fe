# jsvm_add_cython_module(vm/_x.pyx): translate, compile, link against libjsvm, install beside
# the package's Python files.
function(jsvm_add_cython_module source)
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(name ${source} NAME_WE)
    string(REPLACE "/" "." package ${folder})
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${folder}/${name}.c)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${folder})
    # The include path names the folder above the package, so that `jsvm_kernel.vm` is found
    # by cimport in the sources that are being built.
    get_filename_component(root ${CMAKE_CURRENT_SOURCE_DIR} DIRECTORY)
    add_custom_command(
        OUTPUT ${output}
        DEPENDS ${source}
        DEPFILE ${output}.dep
        WORKING_DIRECTORY ${root}
        COMMAND ${Python_EXECUTABLE} -m cython -3 --depfile
                --module-name jsvm_kernel.${package}.${name}
                -I ${root} ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${output}
        COMMENT "Cythonizing ${source}"
        VERBATIM)
    set(target cython_${package}.${name})
    Python_add_library(${target} MODULE WITH_SOABI ${output})
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME ${name}
        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${folder}
        INSTALL_RPATH "$ORIGIN/../libjsvm"
        BUILD_WITH_INSTALL_RPATH ON)
    target_link_libraries(${target} PRIVATE jsvm)
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
    install(TARGETS ${target} LIBRARY DESTINATION jsvm_kernel/${folder})
endfunction()
