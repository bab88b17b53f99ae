"""Messages and keys that other projects made, with the values their makers gave them.

One module for each origin. Expected values were found with other programs, never with our own
code. All but ``tests/vectors`` is read from ``../shared/vectors`` beside the repository.
"""
