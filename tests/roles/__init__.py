"""What each role may do, through every door."""
