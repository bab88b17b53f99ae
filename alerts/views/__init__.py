"""Views of alerts."""
