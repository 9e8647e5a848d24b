"""Widgets a page is made of: values in through setters, signals out."""
