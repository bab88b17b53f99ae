"""The composition root: settings, URLs, the demo command."""
