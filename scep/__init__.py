"""The SCEP protocol of RFC 8894, sans-IO. Pure but for transport."""
