"""Widgets. They know controllers and domain, and nothing of storage or the engine."""
