"""``decode FILE``: any SCEP message or body as a readable tree."""

import argparse

from scep.commands import console, files, inputs
from scep.commands.console import Failed
from scep.commands.explain import NotUnderstood, Opener, explain


def run(options: argparse.Namespace) -> int:
    """Explain a file.

    Raises:
        Failed: it cannot be read (2), or is nothing that SCEP sends (6).
    """
    body = files.read(options.file)
    opener = Opener(
        key=inputs.private_key(options.key) if options.key else None,
        certificate_der=inputs.certificate(options.cert) if options.cert else b"",
    )
    try:
        tree = explain(body, opener)
    except NotUnderstood as error:
        raise Failed("decode", str(error), exit_code=6) from error
    if options.json:
        console.say_json(tree.to_json())
    else:
        for line in tree.lines():
            console.say(line)
    return 0
