"""The demo CA: an NDES look-alike in a process of its own."""
