"""The commands of ``python -m scep``, one module each."""
