"""llama.cpp in child processes.

`client` is the parent's side and `protocol` what both speak. `worker` is the child's main; it and
the modules it imports are the only ones that touch llama_cpp.
"""
