"""One module for each model family: what its checkpoints hold, and how GGUF wants it."""
