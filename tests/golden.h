/* golden.h: screens held against the picture of them in tests/golden/NAME.screen, and reports against theirs.
 *
 * A test program includes this (its functions are static: a unit test is one file), is run in the project's folder, and with BLESS=1
 * in its environment writes the pictures anew. Look at the difference before committing it. */
#ifndef PGWHY_TESTS_GOLDEN_H
#define PGWHY_TESTS_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "view/canvas.h"

static bool golden_read(const char *path, Str *text) {
	FILE *file = fopen(path, "r");
	if (!file) return false;
	for (int byte; (byte = getc(file)) != EOF;) str_add_char(text, (char)byte);
	fclose(file);
	return true;
}

static void golden_write(const char *path, const char *text) {
	FILE *file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) != 0) fail_msg("cannot write %s", path);
}

/* Takes a line off the front; NULL when there is none left. */
static char *golden_line(char **text) {
	if (!**text) return NULL;
	char *line = *text, *end = strchr(line, '\n');
	*text = end ? end + 1 : line + strlen(line);
	if (end) *end = '\0';
	return line;
}

/* Lines that differ, wanted ones with -, drawn ones with +. */
static void golden_show_difference(const char *path, char *wanted, char *drawn) {
	print_message("%s: wanted (-) and drawn (+) differ; BLESS=1 takes what was drawn\n", path);
	for (int number = 1;; number++) {
		const char *before = golden_line(&wanted), *after = golden_line(&drawn);
		if (!before && !after) return;
		if (before && after && strcmp(before, after) == 0) continue;
		if (before) print_message("%4d -%s\n", number, before);
		if (after) print_message("%4d +%s\n", number, after);
	}
}

/* Is the text what tests/golden/FILE holds? */
static inline void golden_check_text(const char *file, const char *text) {
	Arena *arena = arena_new();
	Str wanted = STR_INIT;
	char *path = arena_printf(arena, "tests/golden/%s", file), *drawn = arena_copy(arena, text);
	if (getenv("BLESS")) golden_write(path, drawn);
	bool there = golden_read(path, &wanted), same = there && strcmp(wanted.text, drawn) == 0;
	if (!same) golden_show_difference(path, wanted.text, drawn);
	str_release(&wanted);
	arena_free(arena);
	if (!same) fail_msg("%s", there ? "it is another" : "there is no such yet: run with BLESS=1");
}

/* Is the canvas what tests/golden/NAME.screen shows? `roles`: with {role:text}. */
static inline void golden_check(const char *name, const Canvas *canvas, bool roles) {
	Arena *arena = arena_new();
	golden_check_text(arena_printf(arena, "%s.screen", name), canvas_dump(arena, canvas, roles));
	arena_free(arena);
}

#endif
