"""The verbs that write certificates.

``authority`` fetches the CA of a profile, ``enrollment`` asks for certificates, ``issuance`` does
what was asked, ``store`` keeps entries and their material.
"""
