"""Management commands of ``certificates``."""
