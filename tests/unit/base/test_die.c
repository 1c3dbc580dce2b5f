/* test_die.c: the end, seen from outside: a child dies and its parent reads what it left. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/die.h"

static void restore(void) {
	(void)!write(STDERR_FILENO, "[restored]", 10);
}

static void die_plainly(void) {
	die("page %d is %s", 7, "torn");
}

static void die_with_a_hook(void) {
	die_hook(restore);
	die("no");
}

static void ask_for_too_much(void) {
	static Arena *volatile arena; /* reachable, so that a leak checker keeps its own exit status to itself */
	arena = arena_new();
	arena_alloc(arena, SIZE_MAX - 1);
}

/* Runs it in a child; its exit status, and what it wrote to stderr. */
static int run(void (*act)(void), char *said, size_t room) {
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	pid_t child = fork();
	if (child == 0) {
		dup2(fds[1], STDERR_FILENO);
		act();
		_exit(0);
	}
	close(fds[1]);
	size_t len = 0;
	for (ssize_t bytes; len + 1 < room && (bytes = read(fds[0], said + len, room - len - 1)) > 0;) len += (size_t)bytes;
	said[len] = '\0';
	close(fds[0]);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void death_says_why_and_exits_with_70(void **state) {
	(void)state;
	char said[4096];
	assert_int_equal(run(die_plainly, said, sizeof said), 70);
	assert_string_equal(said, "pgwhy: page 7 is torn\n");
}

static void the_hook_runs_before_anything_is_said(void **state) {
	(void)state;
	char said[4096];
	assert_int_equal(run(die_with_a_hook, said, sizeof said), 70);
	assert_string_equal(said, "[restored]pgwhy: no\n");
}

static void memory_nobody_has_is_the_end(void **state) {
	(void)state;
	char said[4096];
	assert_int_equal(run(ask_for_too_much, said, sizeof said), 70);
	assert_non_null(strstr(said, "pgwhy: out of memory\n"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(death_says_why_and_exits_with_70),
	    cmocka_unit_test(the_hook_runs_before_anything_is_said),
	    cmocka_unit_test(memory_nobody_has_is_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
