"""The command that runs the demo CA."""
