"""Which tests prove which line of the protocol, and the pages made from that.

A test says what it proves with ``@pytest.mark.conformance("C44", "D50")`` or, for the matrix of
programs, ``@pytest.mark.interop_case("our client", "scepserver 2.1.0", "renewal")``.
``python -m tests.conformance write`` makes the pages from the marks alone; the suite fails when a
page is stale, and ``verify`` fails after a run in which a test named on a page did not pass.
"""
