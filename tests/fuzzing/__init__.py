"""Hostile bytes for every decoder: a value or a typed error, within 1 s and 64 MiB.

``make fuzz ARGS="--minutes 5"`` runs as long as asked; what it finds is written to
``tests/vectors/found/`` and stands there as a regression vector.
"""
