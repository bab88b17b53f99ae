"""``python -m scep``: the protocol client without Django."""
