"""The Job table and its runner."""
