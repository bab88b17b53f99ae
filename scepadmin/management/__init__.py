"""Management commands of the whole product."""
