"""Handlers: one plain function for each operation, from a Call to a Response."""
