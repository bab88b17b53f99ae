"""The values of each kind of set-up object. Pure."""
