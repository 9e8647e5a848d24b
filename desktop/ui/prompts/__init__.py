"""The prompt library: its list, its editor, and the form that fills a prompt in."""
