#!/bin/sh
# Runs test programs one after the other, shows what failed, and ends with "N passed, N failed, N skipped".
# A test program prints cmocka's lines; a skipped test says why on a line "skip: NAME: reason" before it calls skip().
# A script counts as one test: its exit status tells, 77 means skipped.
passed=0 failed=0 skipped=0
out=$(mktemp) || exit 2
reasons=$(mktemp) || exit 2
trap 'rm -f "$out" "$reasons"' EXIT
for test in "$@"; do
	case $test in
	*.sh) printf '%s\n' "$test" ;;
	*) printf '%s\n' "${test#*/tests/}" ;;
	esac
	"$test" >"$out" 2>&1
	status=$?
	# On a machine that others keep busy a deadline can pass: such a program gets a second chance, and is named.
	if [ -n "${AGAIN:-}" ] && [ $status -ne 0 ] && [ $status -ne 77 ]; then
		sed 's/^/    /' "$out"
		printf 'failed once, run again: %s\n' "$test"
		"$test" >"$out" 2>&1
		status=$?
	fi
	ok=$(grep -c '^\[       OK \]' "$out")
	no=$(grep '^\[  FAILED  \] [A-Za-z]' "$out" | sort -u | wc -l)
	not=$(grep -c '^\[  SKIPPED \] [A-Za-z]' "$out")
	case $test in
	*.sh)
		if [ $status -eq 0 ]; then ok=1; elif [ $status -eq 77 ]; then not=1; else no=1; fi
		;;
	*) if [ $status -ne 0 ] && [ "$no" -eq 0 ]; then no=1; fi ;;
	esac
	grep '^skip: ' "$out" >>"$reasons"
	if [ "$no" -gt 0 ]; then
		sed 's/^/    /' "$out"
		printf '    %s: exit status %s\n' "$test" "$status"
	fi
	passed=$((passed + ok)) failed=$((failed + no)) skipped=$((skipped + not))
done
sort -u "$reasons"
# For whoever adds several runs up.
if [ -n "${RESULTS:-}" ]; then
	printf '%s %s %s\n' "$passed" "$failed" "$skipped" >>"$RESULTS"
	cat "$reasons" >>"$RESULTS"
fi
printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
