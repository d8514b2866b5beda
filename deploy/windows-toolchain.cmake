# Windows programs (x86_64) made on Debian 12: clang-19 and lld-19 on top of the
# headers and libraries of the package g++-mingw-w64-x86-64-posix. Used by the
# preset `windows`.
#
# What Debian has for Linux alone comes from MINGW_SYSROOT, a CMake or
# environment variable; deploy/windows-sysroot makes it.

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_VERSION 10.0)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(triple x86_64-w64-mingw32)

set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_RC_COMPILER ${triple}-windres)
set(CMAKE_C_COMPILER_TARGET ${triple})
set(CMAKE_CXX_COMPILER_TARGET ${triple})
set(CMAKE_AR llvm-ar-19 CACHE FILEPATH "")
set(CMAKE_RANLIB llvm-ranlib-19 CACHE FILEPATH "")

if(NOT MINGW_SYSROOT)
  set(MINGW_SYSROOT $ENV{MINGW_SYSROOT})
endif()
if(NOT MINGW_SYSROOT)
  cmake_path(SET MINGW_SYSROOT NORMALIZE
    "${CMAKE_CURRENT_LIST_DIR}/../build/windows-sysroot")
endif()
set(MINGW_SYSROOT "${MINGW_SYSROOT}" CACHE PATH
  "Headers, static libraries and CMake packages for Windows")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MINGW_SYSROOT)

set(CMAKE_FIND_ROOT_PATH ${MINGW_SYSROOT} /usr/${triple})
list(APPEND CMAKE_PREFIX_PATH /)  # within the roots: SYSROOT/lib/cmake
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Windows 10 for every source. The thread_local variables of GCC's libraries are
# emulated ones.
set(flags "-D_WIN32_WINNT=0x0A00 -DWINVER=0x0A00 -femulated-tls")
set(CMAKE_C_FLAGS_INIT "${flags}")
set(CMAKE_CXX_FLAGS_INIT "${flags}")
# A program needs no DLL beside it.
set(CMAKE_EXE_LINKER_FLAGS_INIT
  "-static -fuse-ld=lld -pthread -lstdc++ -lwinpthread")

find_program(WINE NAMES wine64 wine PATHS /usr/lib/wine
  NO_CMAKE_FIND_ROOT_PATH)
if(WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${WINE})
endif()
