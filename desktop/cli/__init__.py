"""The command line: one file per command, the same core as the window."""
