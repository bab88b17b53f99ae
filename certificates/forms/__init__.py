"""What is typed into the dialogs of certificates."""
