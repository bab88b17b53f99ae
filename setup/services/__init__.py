"""The verbs that write the set-up, one module for each kind of object."""
