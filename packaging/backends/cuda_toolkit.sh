#!/bin/sh
# Print the folder of NVIDIA's CUDA toolkit: the installed one, else one made of the packages that
# NVIDIA publishes for Python, of which nothing is installed into the system.
#
#   cuda_toolkit.sh PYTHON    PYTHON has pip
set -eu
cd "$(dirname "$0")/../.."
python=$1

# Together they are CUDA 13; about 600 MB to download.
WHEELS='nvidia-cuda-nvcc==13.5.37 nvidia-cuda-crt==13.5.37 nvidia-nvvm==13.5.37
    nvidia-cuda-runtime==13.5.37 nvidia-cuda-cccl==13.3.5.0.6 nvidia-cublas==13.10.0.20'
FOLDER=.cache/backends/cuda

# Some installations have the compiler without cuBLAS.
for root in "${CUDA_PATH:-/nonexistent}" /usr/local/cuda; do
    [ -x "$root/bin/nvcc" ] || continue
    for cublas in "$root/lib64/libcublas.so" "$root/lib/x64/cublas.lib"; do
        if [ -e "$cublas" ]; then echo "$root" && exit 0; fi
    done
done
[ "$(uname -s)" = Linux ] || { echo 'Please install the CUDA toolkit of NVIDIA.' >&2; exit 1; }

root=$FOLDER/nvidia/cu13
if [ ! -e $root/lib64 ]; then
    rm -rf $FOLDER
    # shellcheck disable=SC2086  # a list of words
    "$python" -m pip --disable-pip-version-check --no-input --quiet install --no-deps \
        --target $FOLDER $WHEELS >&2
    # What the packages lack of a toolkit: the names without numbers, which linking goes by.
    for library in libcudart.so.13 libcublas.so.13 libcublasLt.so.13; do
        ln -s $library "$root/lib/${library%.13}"
    done
    chmod +x $root/bin/* $root/nvvm/bin/*
    ln -s lib $root/lib64
fi
echo "$PWD/$root"
