"""The SCEP profile."""
