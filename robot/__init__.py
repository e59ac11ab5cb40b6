"""The engine: changes made once, recorded, and resumed. It knows no screen, no label, no path of the product."""

__version__ = "0.1.0"
