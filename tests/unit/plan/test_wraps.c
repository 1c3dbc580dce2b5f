/* test_wraps.c: a plan broken at any width, by a terminal or a mail, or dressed up line by line is the plan it was. */
#include "file_text.h"
#include "plan_of.h"

#include <stdio.h>

#include "plan/read.h"
#include "plan/value.h"

/* ---- plans in words, without blanks: a break at a blank may lose one of two ---- */

static void add_words(Str *out, const char *words) {
	for (; words && *words; words++)
		if (*words != ' ') str_add_char(out, *words);
}

static void add_value(Str *out, const PlanValue *value) {
	add_words(out, value->name);
	str_add_char(out, '=');
	if (value->kind != PLAN_LIST && value->kind != PLAN_OBJECT)
		add_words(out, value_text(value));
	else
		for (const PlanValue *member = value->members.first; member; member = member->next) add_value(out, member);
	str_add_char(out, '\n');
}

/* Every node with its parent and all fields, and what stands beside them. */
static const char *told(Arena *arena, const PlanList *plans) {
	Str out = STR_INIT;
	for (size_t p = 0; p < plans->count; p++) {
		const Plan *plan = plans->items[p];
		for (size_t i = 0; i < plan->node_count; i++) {
			str_printf(&out, "%d\n", plan->nodes[i]->parent ? plan->nodes[i]->parent->id : 0);
			add_value(&out, plan->nodes[i]->fields);
		}
		add_value(&out, plan->fields);
	}
	const char *copy = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return copy;
}

/* ---- ways to break a line ---- */

/* Each gives the bytes of the first piece of a line that is longer than the width. */
typedef size_t Breaker(const char *line, size_t len, size_t width);

static size_t by_length(const char *line, size_t len, size_t width) {
	(void)line, (void)len;
	return width;
}

static size_t by_words(const char *line, size_t len, size_t width) {
	size_t indent = strspn(line, " "), at = width;
	while (at > indent && line[at] != ' ') at--;
	if (at > indent) return at;
	for (at = indent + 1 > width ? indent + 1 : width; at < len && line[at] != ' ';) at++;
	return at;
}

/* Every line of a text in pieces; trimmed: without the blanks at their ends, and (by words) their beginnings. */
static const char *broken(Arena *arena, const char *text, size_t width, Breaker *breaker, bool trimmed) {
	Str out = STR_INIT;
	while (*text) {
		size_t len = strcspn(text, "\n");
		while (len > width) {
			size_t piece = breaker(text, len, width), kept = piece;
			while (trimmed && kept && text[kept - 1] == ' ') kept--;
			str_add_n(&out, text, kept);
			str_add_char(&out, '\n');
			text += piece;
			len -= piece;
			for (; breaker == by_words && len && *text == ' '; len--) text++;
		}
		str_add_n(&out, text, len);
		str_add_char(&out, '\n');
		text += len + (text[len] == '\n');
	}
	const char *copy = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return copy;
}

enum { NARROW = 60, WIDE = 160 };

static void survives(Arena *arena, const char *text, Breaker *breaker, bool trimmed) {
	PlanList plans;
	assert_true(plan_read(arena, text, strlen(text), &plans, NULL));
	const char *whole = told(arena, &plans);
	for (size_t width = NARROW; width <= WIDE; width++) {
		Arena *scratch = arena_new();
		const char *pieces = broken(scratch, text, width, breaker, trimmed);
		bool same = plan_read(scratch, pieces, strlen(pieces), &plans, NULL) && strcmp(told(scratch, &plans), whole) == 0;
		if (!same) print_error("broken at %zu\n", width);
		assert_true(same);
		arena_free(scratch);
	}
}

static void a_terminal_of_any_width_breaks_no_plan(void **state) {
	survives(*state, text_of_file(*state, "tests/plans/twin.txt"), by_length, false);
}

static void nor_does_one_that_drops_blanks_at_the_end(void **state) {
	survives(*state, text_of_file(*state, "tests/plans/twin.txt"), by_length, true);
}

static void nor_does_a_mail(void **state) {
	survives(*state, text_of_file(*state, "tests/plans/twin.txt"), by_words, true);
}

/* As psql draws it with border 2. */
static const char *framed(Arena *arena, const char *text) {
	enum { INSIDE = 180 };
	Str out = STR_INIT;
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		str_printf(&out, "|%-*.*s|\n", INSIDE, (int)len, text);
	}
	const char *copy = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return copy;
}

static void nor_does_a_terminal_narrower_than_a_frame(void **state) {
	const char *text = framed(*state, text_of_file(*state, "tests/plans/twin.txt"));
	survives(*state, text, by_length, false);
	survives(*state, text, by_length, true);
}

/* What mails, scripts, editors, terminals and clients put around every line: before it, behind it. */
static const char *const dresses[][2] = {
    {"> ", ""}, {"> > ", "\r"}, {"-- ", ""}, {"# ", ""}, {"\t", ""}, {"      ", ""}, {"\033[1;32m", "\033[0m"}, {"", "\n"}, {"%zu: ", ""}, {"%zu\t", ""}, {"\"", "\""}, {"│", "│"}};

static const char *dressed(Arena *arena, const char *text, const char *const dress[2]) {
	Str out = STR_INIT;
	size_t line = 0;
	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		const char *number = strstr(dress[0], "%zu");
		if (number)
			str_printf(&out, "%4zu%s", ++line, number + strlen("%zu"));
		else
			str_add(&out, dress[0]);
		for (size_t i = 0; i < len; i++) str_printf(&out, text[i] == '"' && *dress[1] == '"' ? "\"\"" : "%c", text[i]);
		str_printf(&out, "%s\n", dress[1]);
	}
	const char *copy = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return copy;
}

static void nor_does_what_is_put_around_every_line(void **state) {
	static const char *const files[] = {"tests/plans/twin.txt", "tests/plans/jit.json"};
	for (size_t f = 0; f < 2; f++) {
		const char *text = text_of_file(*state, files[f]);
		PlanList plans;
		assert_true(plan_read(*state, text, strlen(text), &plans, NULL));
		const char *whole = told(*state, &plans);
		for (size_t i = 0; i < sizeof dresses / sizeof *dresses; i++) {
			bool fields = *dresses[i][1] == '"' && f == 1; /* nobody copies JSON so */
			const char *other = dressed(*state, text, dresses[i]);
			bool same = fields || (plan_read(*state, other, strlen(other), &plans, NULL) && strcmp(told(*state, &plans), whole) == 0);
			if (!same) print_error("%s, each line between \"%s\" and \"%s\"\n", files[f], dresses[i][0], dresses[i][1]);
			assert_true(same);
		}
	}
}

static void nor_is_json_harmed(void **state) {
	const char *text = text_of_file(*state, "tests/plans/jit.json");
	survives(*state, text, by_length, false);
	survives(*state, text, by_words, true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(a_terminal_of_any_width_breaks_no_plan),
	    arena_test(nor_does_one_that_drops_blanks_at_the_end),
	    arena_test(nor_does_a_mail),
	    arena_test(nor_does_a_terminal_narrower_than_a_frame),
	    arena_test(nor_is_json_harmed),
	    arena_test(nor_does_what_is_put_around_every_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
