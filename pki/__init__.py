"""X.509 and PKCS#10 work that SCEP does not define. Pure."""
