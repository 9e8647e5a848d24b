"""Converts checkpoints to GGUF files; runs without the application."""
