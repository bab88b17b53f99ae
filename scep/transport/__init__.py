"""The only code of this package that opens sockets: runs sessions over HTTP and HTTPS.

What it guarantees, whatever the other side does:

- http and https only, to addresses that :mod:`scep.addresses` lets pass; the connection goes to
  the very address that was checked;
- a deadline for the whole of each request, so that a server that drips bytes is cut off, and a
  limit on the size of each reply, after decompression too;
- redirects on the same host only, never from https to http;
- TLS 1.2 or later, certificate and host name always verified;
- user name and password go to the origin of the URL they were given for, and into no log;
- no proxy and no password from the environment.

Reading order: :mod:`scep.transport.exchange`, then :mod:`scep.transport.dialing`.
"""

from scep.tls import TlsMaterial
from scep.transport.exchange import Connection, Waiting, drive
from scep.transport.server import Credentials, Server

__all__ = ["Connection", "Credentials", "Server", "TlsMaterial", "Waiting", "drive"]
