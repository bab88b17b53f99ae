"""The first page: what certificates there are, when they end, what enrollments came to."""
