#!/bin/sh
# The floors of the house: which floor may include which, which library belongs to whom, and no include cycles.
cd "$(dirname "$0")/.." || exit 2
status=0
may() { # floor, floors it knows, outside headers it may include
	cheats=$(grep -nE '^[[:space:]]*#[[:space:]]*include' -r include/"$1" src/"$1" |
		grep -E '"[a-z]+/|<(libpq|postgres|curses|ncurses|readline|sqlite3|pg_query|jansson|yajl|ini)[./a-z_-]*' |
		grep -vE "\"($2)/${3:+|<($3)}")
	[ -z "$cheats" ] && return
	echo "floor '$1' knows too much:"
	echo "$cheats"
	status=1
}
may base 'base'
may core 'base|core'
may sql 'base|core|sql' 'pg_query|jansson'
may plan 'base|core|sql|plan' 'yajl'
may advise 'base|core|sql|plan|advise'
may view 'base|core|sql|plan|advise|view'
may panes 'base|core|sql|plan|advise|view|panes'
may report 'base|core|sql|plan|advise|view|report' 'jansson'
may store 'base|store' 'sqlite3'
may pg 'base|core|sql|plan|advise|pg' 'libpq'
may term 'base|core|view|term' 'curses|ncurses|readline'
may app 'base|core|sql|plan|advise|view|panes|report|store|pg|term|app'
# tsort complains about cycles: files that include each other, directly or around, header and source counted as one.
loops=$(grep -oE '^#include "[a-z]+/[a-z0-9_]+' -r include src --include="*.[ch]" |
	sed -E 's/^(include|src)\///; s/^([a-z]+)\/[a-z]+\/([a-z0-9_]+\.c:)/\1\/\2/; s/\.[ch]:#include "/ /' | awk '$1 != $2' | tsort 2>&1 >/dev/null)
if [ -n "$loops" ]; then
	echo "files that include each other:"
	echo "$loops"
	status=1
fi
exit $status
