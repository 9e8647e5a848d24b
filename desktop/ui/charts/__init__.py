"""Charts we draw ourselves: they follow the palette, the text size and the keyboard."""
