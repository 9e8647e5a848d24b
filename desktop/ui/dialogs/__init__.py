"""Dialogs, each usable on its own."""
