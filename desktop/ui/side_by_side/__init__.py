"""One question to several models beside each other."""
