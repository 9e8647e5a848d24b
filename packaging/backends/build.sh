#!/bin/sh
# Compile llama.cpp's code for one kind of graphics processor as a library of its own, from the same
# source as the bundle's engine. Put it into the bundle in dist/quern, where there is one, and into
# an archive that is unpacked over a Quern that was installed without it.
#
#   build.sh vulkan|cuda|metal
#
# From the environment:
#   VULKAN_INCLUDE       a folder with vulkan/vulkan.hpp of 1.4 or newer; otherwise it is found
#   CUDA_ARCHITECTURES   "75" or "75;86;89", as CMake takes them; otherwise llama.cpp's own choice
#   JOBS                 how many files are compiled at a time; otherwise one per processor
set -eu
cd "$(dirname "$0")/../.."

HERE=packaging/backends
CACHE=.cache/backends
# Where a bundle's worker looks for backends, below the bundle.
PLACE=_internal/llama_cpp/lib

backend=${1:-}
case $backend in
vulkan | cuda | metal) ;;
*) echo 'Which one? Please run: make backend BACKEND=vulkan (or cuda, or metal)' >&2; exit 2 ;;
esac
packaging/bootstrap/system_packages.sh "$backend"

version=$(sed -n "s/^llama_cpp_python==//p" constraints.txt)
quern=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' desktop/__init__.py)
source=$CACHE/llama_cpp_python-$version
work=build/backends/$backend
mkdir -p $CACHE build/backends
find_python() {
    for name in .venv-bundle/bin/python .venv/bin/python python3 python; do
        if "$name" -m pip --version >/dev/null 2>&1; then echo "$name" && return; fi
    done
    echo 'No Python with pip was found; it fetches the source of llama.cpp.' >&2
    exit 1
}
python=$(find_python)

if [ ! -d "$source" ]; then
    [ -e "$source.tar.gz" ] || "$python" -m pip --disable-pip-version-check --no-input --quiet \
        download --no-binary :all: --no-deps --dest $CACHE "llama-cpp-python==$version"
    rm -rf $CACHE/part
    mkdir $CACHE/part
    tar -xzf "$source.tar.gz" -C $CACHE/part
    mv $CACHE/part/* "$source"
fi

# The flags that every backend has: nothing of this machine's own, no OpenMP (see CONTRIBUTING.md),
# and no processor code, which the bundle has already.
set -- -DGGML_BACKEND_DL=ON -DBUILD_SHARED_LIBS=ON -DGGML_NATIVE=OFF -DGGML_CPU=OFF \
    -DGGML_OPENMP=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
    -DLLAMA_BUILD_SERVER=OFF -DCMAKE_BUILD_TYPE=Release -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON \
    "-DCMAKE_INSTALL_RPATH=\$ORIGIN"
toolkit=
case $backend in
vulkan)
    include=$($HERE/vulkan_headers.sh)
    set -- "$@" -DGGML_VULKAN=ON ${include:+"-DVulkan_INCLUDE_DIR=$include"}
    ;;
cuda)
    toolkit=$($HERE/cuda_toolkit.sh "$python")
    # Without virtual memory the library needs nothing of the driver's to be loaded; a machine
    # without a driver then has no device, instead of a library that fails.
    set -- "$@" -DGGML_CUDA=ON -DGGML_CUDA_NO_VMM=ON -DGGML_CUDA_NCCL=OFF \
        "-DCUDAToolkit_ROOT=$toolkit" "-DCMAKE_CUDA_COMPILER=$toolkit/bin/nvcc" \
        ${CUDA_ARCHITECTURES:+"-DCMAKE_CUDA_ARCHITECTURES=$CUDA_ARCHITECTURES"}
    ;;
metal)
    set -- "$@" -DGGML_METAL=ON -DGGML_METAL_EMBED_LIBRARY=ON
    ;;
esac

echo "llama.cpp for $backend, as in llama-cpp-python $version (minutes; CUDA an hour and more)"
log=$work.log
{
    cmake -S "$source/vendor/llama.cpp" -B "$work" "$@" &&
        cmake --build "$work" --config Release --target "ggml-$backend" \
            --parallel "${JOBS:-$(getconf _NPROCESSORS_ONLN)}"
} >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    echo "That did not work. The whole output is in $log." >&2
    exit 1
}

stage=$work/stage
rm -rf "$stage"
mkdir -p "$stage/$PLACE"
find "$work/bin" -type f \( -name "libggml-$backend.*" -o -name "ggml-$backend.dll" \) \
    -exec cp {} "$stage/$PLACE/" \;
# NVIDIA's licence lets these be passed on with a program; the driver has the rest.
if [ -n "$toolkit" ]; then
    for name in cudart cublas cublasLt; do
        for library in "$toolkit/lib64/lib$name".so.?? "$toolkit"/bin/"$name"64_*.dll \
            "$toolkit"/bin/x64/"$name"64_*.dll; do
            [ ! -e "$library" ] || cp -L "$library" "$stage/$PLACE/"
        done
    done
fi

case $(uname) in Darwin) system=macos ;; MINGW* | MSYS*) system=windows ;; *) system=linux ;; esac
archive=dist/quern-$backend-$quern-$system-$(uname -m).tar.gz
mkdir -p dist
tar -C "$stage" -czf "$archive" _internal
echo "$archive: $(($(wc -c <"$archive") / 1000000)) MB; unpack it in the folder of Quern"
if [ -d dist/quern/$PLACE ]; then
    cp "$stage/$PLACE"/* dist/quern/$PLACE/
    echo "dist/quern has it now, until the bundle is made anew"
fi
