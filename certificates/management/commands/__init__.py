"""What the page can do, from the command line."""
