"""What is typed into the dialogs of the configuration."""
