"""llama.cpp's libraries, all of them: those for other processors are loaded by name at run time."""

from PyInstaller.utils.hooks import collect_dynamic_libs

binaries = collect_dynamic_libs(
    "llama_cpp", search_patterns=["*.so", "*.so.*", "*.dylib", "*.dll", "*.metal"]
)
