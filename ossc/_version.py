"""The version of the package; the extension has it compiled in."""

__version__ = "0.1.0"
