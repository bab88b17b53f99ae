"""The arguments of every command. Imports nothing heavy, so that ``--help`` is instant."""

import argparse
from collections.abc import Sequence
from typing import Final, NoReturn

from scep.commands.console import Failed

_EPILOG: Final = """exit codes:
  0  done: certificate issued
  2  usage
  3  pending: the request waits for a decision
  4  refused by the server, challenge page included
  5  not trusted: fingerprint, signature, nonce, chain, --strict
  6  no usable answer: network, HTTP, undecodable input"""

_EXPECT: Final = "use AES, SHA-256 and POST, even if a shorter list of capabilities comes"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Fail in one line, as every other failure does."""
        start, _, rest = message.partition(": ")
        if start == "unrecognized arguments":
            # What stands behind a mistyped option may be a password.
            options = [word.partition("=")[0] for word in rest.split() if word.startswith("--")]
            message = f"unknown option {', '.join(options)}" if options else "too many arguments"
        raise Failed("usage", f"{message[:1].upper()}{message[1:]}.", f"Try: {self.prog} --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line.

    Raises:
        Failed: it is not right; exit code 2.
        SystemExit: help was asked for and printed.
    """
    parser = _Parser(
        prog="python -m scep",
        description="A SCEP client (RFC 8894).",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, add in _ADD.items():
        about, add_arguments = add
        command = commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            # A shortened option would change its meaning when another one comes.
            allow_abbrev=False,
        )
        add_arguments(command)
    return parser.parse_args(argv)


def _caps(parser: argparse.ArgumentParser) -> None:
    _add_server(parser)


def _cacert(parser: argparse.ArgumentParser) -> None:
    _add_server(parser)
    parser.add_argument("--ident", default="", help="CA-IDENT, sent as message")
    parser.add_argument("--fingerprint", default="", metavar="HEX", help="the CA must have it")
    parser.add_argument("--out", metavar="DIR", help="write ca.pem and ra.pem here")


def _enroll(parser: argparse.ArgumentParser) -> None:
    _add_server(parser)
    add = parser.add_argument
    add("--subject", required=True, metavar="DN", help="such as CN=fw1,O=Acme")
    _add_request(parser)
    add("--key", metavar="FILE", help="use this RSA key; with --count, a folder of them")
    add("--count", type=int, metavar="N", help="enroll so often; {n} in names is 0001, 0002 ...")
    add("--parallel", type=int, metavar="M", help="so many of them at once (1)")


def _poll(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="the --out folder of the enrollment")
    parser.add_argument(
        "--wait", type=float, default=0.0, metavar="SECONDS", help="ask again for so long (once)"
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of text")


def _renew(parser: argparse.ArgumentParser) -> None:
    _add_server(parser)
    add = parser.add_argument
    add("--cert", required=True, metavar="F", help="the certificate to renew, PEM or DER")
    add("--key", required=True, metavar="F", help="its private key, PEM")
    add("--subject", default="", metavar="DN", help="another subject than the certificate's")
    add("--same-key", action="store_true", help="keep the key instead of making a new one")
    add(
        "--compatible",
        action="store_true",
        help="send PKCSReq signed with the certificate, for servers that take no RenewalReq",
    )
    _add_request(parser)


def _crl(parser: argparse.ArgumentParser) -> None:
    _add_question(parser)
    add = parser.add_argument
    add("--cert", metavar="F", help="who asks: a certificate of this CA")
    add("--key", metavar="F", help="its private key, PEM")
    add("--serial", metavar="HEX", help="whether this certificate is revoked (that of --cert)")


def _getcert(parser: argparse.ArgumentParser) -> None:
    _add_question(parser)
    add = parser.add_argument
    add("--cert", required=True, metavar="F", help="who asks: a certificate of this CA")
    add("--key", required=True, metavar="F", help="its private key, PEM")
    add("--serial", required=True, metavar="HEX", help="number of the certificate wanted")


def _add_question(parser: argparse.ArgumentParser) -> None:
    """What the commands that only ask have in common."""
    _add_server(parser)
    add = parser.add_argument
    add("--ident", default="", metavar="X", help="CA-IDENT, sent as message")
    add("--fingerprint", default="", metavar="HEX", help="the CA must have it")
    add("--get", action="store_true", help="send by GET even if the server takes POST")
    add("--strict", action="store_true", help="accept AES and SHA-2 only")
    add("--expect-scep-standard", action="store_true", help=_EXPECT)
    add("--out", required=True, metavar="DIR", help="what is received goes here, with ca.pem")


def _add_request(parser: argparse.ArgumentParser) -> None:
    """What enrollments and renewals have in common."""
    challenge = parser.add_mutually_exclusive_group()
    challenge.add_argument("--challenge", metavar="P", help="challenge password")
    challenge.add_argument("--challenge-file", metavar="F", help="file with one on each line")
    challenge.add_argument("--challenge-url", metavar="U", help="page that gives one, NDES style")
    add = parser.add_argument
    add("--user", metavar="N", help="user name for the challenge URL")
    add("--password", metavar="P", help="password for the challenge URL")
    add("--ident", default="", metavar="X", help="CA-IDENT, sent as message")
    add("--bits", type=int, default=2048, metavar="N", help="size of the RSA key (2048)")
    add("--digest", default="sha256", choices=("sha1", "sha256", "sha384", "sha512"))
    add("--san", action="append", default=[], metavar="KIND:VALUE", help="dns, email, uri or ip")
    add("--usage", default="", metavar="LIST", help="digitalSignature,keyEncipherment")
    add("--fingerprint", default="", metavar="HEX", help="the CA must have it")
    add("--get", action="store_true", help="send by GET even if the server takes POST")
    add("--strict", action="store_true", help="accept AES and SHA-2 only")
    add("--expect-scep-standard", action="store_true", help=_EXPECT)
    add("--out", required=True, metavar="DIR", help="cert.pem key.pem csr.der ca.pem ... go here")


def _decode(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="any SCEP message or body; - for stdin")
    parser.add_argument("--key", metavar="F", help="RSA key that decrypts, PEM")
    parser.add_argument("--cert", metavar="F", help="its certificate, PEM or DER")
    parser.add_argument("--json", action="store_true", help="JSON instead of a tree")


def _add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="SCEP server, such as http://ca/certsrv/mscep/")
    parser.add_argument("--ca-file", metavar="F", help="CA certificates for TLS only, PEM")
    parser.add_argument("--client-cert", metavar="F", help="client certificate for TLS, PEM")
    parser.add_argument("--client-key", metavar="F", help="its private key, PEM")
    parser.add_argument("--json", action="store_true", help="JSON instead of text")


_ADD: Final = {
    "caps": ("show what the server can do (GetCACaps)", _caps),
    "cacert": ("show the server's certificates (GetCACert)", _cacert),
    "enroll": ("get a certificate", _enroll),
    "poll": ("ask about a request that is pending", _poll),
    "renew": ("get a new certificate in place of one that we have", _renew),
    "crl": ("get the CA's revocation list (GetCRL)", _crl),
    "getcert": ("get a certificate issued before (GetCert)", _getcert),
    "nextca": ("get the CA certificate to come (GetNextCACert)", _add_question),
    "decode": ("explain a SCEP message or body", _decode),
}
