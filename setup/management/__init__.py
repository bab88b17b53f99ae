"""Commands of ``setup``."""
