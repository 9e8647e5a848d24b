"""The parts of the page that makes smaller files of models."""
