"""Commands of the device."""
