"""The dialogs' forms, one module for each kind of object."""
