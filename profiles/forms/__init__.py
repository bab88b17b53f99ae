"""What is typed into the dialogs of SCEP profiles."""
