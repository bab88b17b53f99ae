"""The way in and out, and who is in."""
