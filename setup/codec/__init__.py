"""Each kind of set-up object as an XML entry, and back. Pure."""
