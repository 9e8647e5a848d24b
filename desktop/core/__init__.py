"""Qt-free use cases: what the window and the command line both do."""
