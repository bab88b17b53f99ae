#!/usr/bin/env bash
# Installs the programs the suite talks to, as root on Debian; elsewhere says what is missing.
set -euo pipefail
declare -A package_of=(
  [chromium]=chromium [scepserver]=scep [scepclient]=scep [pki]=strongswan-pki [openssl]=openssl
  [getcert]=certmonger [dbus-daemon]=dbus-daemon
)
missing=()
for program in "${!package_of[@]}"; do
  command -v "$program" >/dev/null || missing+=("${package_of[$program]}")
done
# pki speaks HTTP, and all of the algorithms, only with its plugins.
[[ " ${missing[*]-} " != *" strongswan-pki "* ]] ||
  missing+=(libstrongswan-standard-plugins libstrongswan-extra-plugins)
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # With what they recommend: Chromium draws pages without it, but not as people see them.
  apt-get install -y -qq "${missing[@]}" fonts-dejavu-core >/dev/null
else
  echo "MISSING: ${missing[*]} (on Debian: apt-get install ${missing[*]}); their tests are skipped" >&2
fi
