#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh - installs what is missing: arguments are WHAT:PACKAGE, where WHAT
# is a pkg-config module, a command or a file.
set -eu

missing=
# Without pkg-config no module can be found, nor can the Makefile use one.
command -v pkg-config >/dev/null || missing=pkg-config
for dep in "$@"; do
	what=${dep%%:*}
	package=${dep#*:}
	PATH=$PATH:/usr/sbin:/sbin command -v "$what" >/dev/null && continue
	pkg-config --exists "$what" 2>/dev/null && continue
	[ "${what#/}" != "$what" ] && [ -e "$what" ] && continue
	missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "rstwatch: please install (Debian names):$missing" >&2
	exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "rstwatch: please install, as root: apt-get install$missing" >&2
		exit 1
	}
	as_root=sudo
fi
echo "rstwatch: installing ${missing# }" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp -t rstwatch-deps.XXXXXX)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # a list of packages
if ! { $as_root apt-get update && $as_root apt-get install -y \
	--no-install-recommends $missing; } </dev/null >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "rstwatch: apt-get could not install:$missing" >&2
	exit 1
fi
