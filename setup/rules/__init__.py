"""What is allowed in each kind of set-up object, with the words admins read. Pure."""
