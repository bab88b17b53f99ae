"""A running configuration as a firewall of the product emulated writes it; all of it is made up."""

import base64
from collections.abc import Iterator

from tests.certificates.moving import LEAF, ROOT, pem_of

SEALED = "-AQ==" + base64.b64encode(bytes(20)).decode() + base64.b64encode(bytes(48)).decode()
"""The form of a secret under another product's master key."""

SCEP = f"""
<scep>
  <entry name="corp-ndes" admin="eve" dirtyId="3" time="2026/11/20 09:00:00">
    <scep-challenge>
      <dynamic>
        <otp-server-url>https://ndes.corp.example/CertSrv/mscep_admin/</otp-server-url>
        <username>svc-ndes</username>
        <password>{SEALED}</password>
      </dynamic>
    </scep-challenge>
    <scep-url>https://ndes.corp.example/certsrv/mscep/</scep-url>
    <ca-identity-name>CORP-CA</ca-identity-name>
    <subject>O=Corp,CN=$USERNAME</subject>
    <certificate-attributes><rfc822name>$EMAILADDRESS</rfc822name></certificate-attributes>
    <algorithm><rsa><rsa-nbits>3072</rsa-nbits></rsa></algorithm>
    <digest>sha512</digest>
    <use-as-digital-signature>yes</use-as-digital-signature>
    <use-for-key-encipherment>yes</use-for-key-encipherment>
    <fingerprint>AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99</fingerprint>
    <scep-ca-cert>Corp Root</scep-ca-cert>
    <retry-interval><minutes>5</minutes></retry-interval>
  </entry>
</scep>"""

VSYS_SCEP = f"""
<scep>
  <entry name="branch">
    <scep-challenge><fixed>{SEALED}</fixed></scep-challenge>
    <scep-url>http://ca.branch.example/scep</scep-url>
    <ca-identity-name>BRANCH</ca-identity-name>
    <subject>CN=$HOSTID</subject>
    <algorithm><rsa><rsa-nbits>2048</rsa-nbits></rsa></algorithm>
    <digest>sha256</digest>
    <scep-client-cert>fw-1</scep-client-cert>
  </entry>
  <entry name="too-large">
    <scep-challenge><none/></scep-challenge>
    <scep-url>http://ca.branch.example/scep</scep-url>
    <ca-identity-name>BRANCH</ca-identity-name>
    <subject>CN=$HOSTID</subject>
    <algorithm><rsa><rsa-nbits>4096</rsa-nbits></rsa></algorithm>
    <digest>sha256</digest>
  </entry>
</scep>"""

CERTIFICATES = f"""
<certificate>
  <entry name="Corp Root">
    <subject-hash>0a1b2c3d</subject-hash>
    <issuer-hash>0a1b2c3d</issuer-hash>
    <not-valid-before>Nov 22 12:00:00 2026 GMT</not-valid-before>
    <issuer>/CN=Acme Root</issuer>
    <not-valid-after>Nov 22 12:00:00 2036 GMT</not-valid-after>
    <common-name>Acme Root</common-name>
    <expiry-epoch>2110881600</expiry-epoch>
    <ca>yes</ca>
    <subject>/CN=Acme Root</subject>
    <public-key>{pem_of(ROOT)}</public-key>
    <algorithm>RSA</algorithm>
  </entry>
  <entry name="empty"/>
  <entry name="broken"><public-key>-----BEGIN CERTIFICATE-----</public-key></entry>
</certificate>"""

VSYS_CERTIFICATES = f"""
<certificate>
  <entry name="fw-1">
    <public-key>{pem_of(LEAF)}{pem_of(ROOT)}</public-key>
    <algorithm>RSA</algorithm>
    <private-key>{SEALED}</private-key>
    <cloud-resource-id><aws>arn</aws></cloud-resource-id>
  </entry>
</certificate>"""

PORTAL = """
<global-protect><global-protect-portal>
  <entry name="gp"><portal-config/><client-config><configs><entry name="agent">
    <client-certificate><scep>corp-ndes</scep></client-certificate>
  </entry></configs></client-config></entry>
</global-protect-portal></global-protect>"""


def running_config(addresses: int = 3) -> bytes:
    """The whole file, with so many address objects."""
    return b"".join(chunks(addresses))


def chunks(addresses: int = 3) -> Iterator[bytes]:
    """The same, piece by piece."""
    yield f"""<?xml version="1.0"?>
<config version="11.1.0" urldb="paloaltonetworks" detail-version="11.1.4">
  <mgt-config>
    <users>
      <entry name="admin">
        <phash>$5$aaaaaaaa$bbbbbbbbbbbbbbbbbbbb</phash>
        <permissions><role-based><superuser>yes</superuser></role-based></permissions>
      </entry>
    </users>
    <password-complexity><enabled>yes</enabled></password-complexity>
  </mgt-config>
  <shared>
    <application/>
    {CERTIFICATES}
    {SCEP}
    <ssl-tls-service-profile>
      <entry name="ui"><certificate>Corp Root</certificate></entry>
    </ssl-tls-service-profile>
    <address>""".encode()
    for number in range(addresses):
        entry = f'<entry name="host-{number}"><ip-netmask>192.0.2.1</ip-netmask></entry>'
        yield f"\n      {entry}".encode()
    yield f"""
    </address>
  </shared>
  <devices>
    <entry name="localhost.localdomain">
      <network>
        <interface><ethernet><entry name="ethernet1/1"><layer3/></entry></ethernet></interface>
      </network>
      <deviceconfig><system><hostname>PA-VM</hostname></system></deviceconfig>
      <vsys>
        <entry name="vsys1">
          <rulebase><security><rules><entry name="any"/></rules></security></rulebase>
          {VSYS_CERTIFICATES}
        </entry>
        <entry name="vsys2">
          <display-name>Branch</display-name>
          {VSYS_SCEP}
          {PORTAL}
        </entry>
        <entry name="vsys3"/>
      </vsys>
    </entry>
  </devices>
</config>
""".encode()
