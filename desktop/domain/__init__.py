"""Values and errors every layer shares. Standard library only."""
