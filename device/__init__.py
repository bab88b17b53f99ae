"""The emulated device: facts, administrators, secrets under the master key."""
