"""How large the values can be with which a model is loaded.

A module of its own, because the settings need these before the first picture is on the screen.
"""

MAX_CONTEXT = 1 << 22  # tokens; far beyond any model; llama.cpp hangs on sizes near 2^31
MAX_THREADS = 512
