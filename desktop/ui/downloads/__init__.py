"""The downloads of models."""
