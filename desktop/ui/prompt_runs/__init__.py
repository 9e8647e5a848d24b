"""Trying prompts on cases, and running chains of them."""
