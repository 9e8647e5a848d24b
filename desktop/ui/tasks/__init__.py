"""Task sets and needles: what levels of a model answer right."""
