"""The import contracts are kept by `make check`; here, that nobody quietly loosens them."""

import configparser

from tests.architecture import sources

AGREED_EXCEPTIONS = {
    "scep.transport.* -> requests",
    "scep.transport.* -> urllib3",
    "scep.transport.* -> socket",
    "scepadmin.transport -> socket",
    "alerts.transport.* -> requests",
    "alerts.transport.* -> socket",
    "alerts.transport.* -> urllib3",
    "scep.cms.** -> asn1crypto",
    "pki.asn1 -> asn1crypto",
}


def test_the_contracts_have_no_exceptions_but_the_agreed_ones() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(sources.ROOT / ".importlinter", encoding="utf-8")

    listed = {
        line.strip()
        for name in contracts.sections()
        for line in contracts[name].get("ignore_imports", "").splitlines()
        if line.strip()
    }

    assert listed <= AGREED_EXCEPTIONS


def test_every_package_has_its_place_in_the_levels() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(sources.ROOT / ".importlinter", encoding="utf-8")
    levels = contracts["importlinter:contract:1-packages"]["layers"].replace("|", " ").split()

    on_disk = {path.parent.name for path in sources.ROOT.glob("*/__init__.py")}

    assert on_disk == set(levels) | {"bench"} & on_disk
