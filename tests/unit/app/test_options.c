/* test_options.c: the command line is read as its table says, and the help shows all of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "app/act.h"
#include "app/manual.h"
#include "panes/pane_rules.h"

static Arena *arena;
static Options options;
static Err err;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	err = (Err)ERR_INIT;
	return 0;
}

static int teardown(void **state) {
	(void)state;
	err_release(&err);
	arena_free(arena);
	return 0;
}

static bool parse(const char *first, ...) {
	char *argv[16] = {"pgwhy"};
	int argc = 1;
	va_list args;
	va_start(args, first);
	for (const char *word = first; word; word = va_arg(args, const char *)) argv[argc++] = arena_copy(arena, word);
	va_end(args);
	argv[argc] = NULL;
	return options_parse(&options, arena, argc, argv, &err);
}

static void a_database_and_a_role_are_taken_as_psql_takes_them(void **state) {
	(void)state;
	assert_true(parse("-h", "db1", "-p", "5433", "shop", "alice", NULL));
	assert_null(options.command->name);
	assert_string_equal(options.conn.host, "db1");
	assert_string_equal(options.conn.port, "5433");
	assert_string_equal(options.conn.database, "shop");
	assert_string_equal(options.conn.user, "alice");
	assert_false(parse("shop", "alice", "bob", NULL));
	assert_int_equal(err.kind, ERR_USAGE);
}

static void a_first_word_that_names_a_command_is_one_unless_dash_d_says_so(void **state) {
	(void)state;
	assert_true(parse("plan", "a.json", "b.json", NULL));
	assert_string_equal(options.command->name, "plan");
	assert_int_equal(options.word_count, 2);
	assert_true(parse("-d", "plan", NULL));
	assert_null(options.command->name);
	assert_string_equal(options.conn.database, "plan");
}

static void options_may_follow_the_words(void **state) {
	(void)state;
	assert_true(parse("explain", "-c", "select 1", "--no-analyze", "--format", "json", "--set", "interval_s=5", NULL));
	assert_true(options.no_analyze);
	assert_int_equal(options.format, FORMAT_JSON);
	assert_true(setting_number(&options.settings, SETTING_INTERVAL) > 4.9);
	assert_true(parse("show", "queries", "--every", "2s", "--count", "3", NULL));
	assert_true(options.every_s > 1.9 && options.count == 3);
	assert_true(parse("show", "queries", NULL));
	assert_true(isnan(options.every_s));
}

static void what_makes_no_sense_is_refused_with_a_reason(void **state) {
	(void)state;
	assert_false(parse("--colour", NULL));
	assert_non_null(strstr(err.message.text, "--colour"));
	assert_false(parse("-Z", NULL));
	assert_non_null(strstr(err.message.text, "-Z"));
	assert_false(parse("explain", "-c", NULL));
	assert_non_null(strstr(err.message.text, "needs a value"));
	assert_false(parse("explain", "--format", "yaml", NULL));
	assert_non_null(strstr(err.message.text, "yaml"));
	assert_false(parse("--format", "csv", "explain", "-c", "select 1", NULL));
	assert_non_null(strstr(err.message.text, "explain prints text, json or markdown"));
	assert_false(parse("--format", "markdown", "rules", NULL));
	assert_non_null(strstr(err.message.text, "rules prints text or json"));
	assert_true(parse("--format", "markdown", "explain", "-c", "select 1", NULL));
	assert_true(parse("--format", "markdown", "show", "queries", NULL));
	assert_false(parse("explain", "--fail-on", "never", NULL));
	assert_false(parse("show", "queries", "--every", "soon", NULL));
	assert_false(parse("plan", "x.json", "--yes", NULL));
	assert_non_null(strstr(err.message.text, "explain"));
}

/* Lines may be broken anywhere between words. */
static bool begins_with_words(const char *text, const char *words) {
	while (*words) {
		while (*text && strchr(" \n", *text)) text++;
		while (*words == ' ') words++;
		if (*words && *text++ != *words++) return false;
	}
	return true;
}

static bool holds_words(const char *text, const char *words) {
	while (*text && !begins_with_words(text, words)) text++;
	return *text;
}

/* In bytes, which are at least as many. */
static size_t longest_line(const char *text) {
	size_t longest = 0;
	for (; *text; text += strcspn(text, "\n") + 1)
		if (strcspn(text, "\n") > longest) longest = strcspn(text, "\n");
	return longest;
}

static void help_names_every_option_command_and_setting(void **state) {
	(void)state;
	const char *help = manual_help(arena, "", &err);
	OptionHelp option;
	for (size_t i = 0; option_help(i, &option); i++) assert_non_null(strstr(help, option.name));
	for (const Command *command = commands; command->run; command++) assert_true(holds_words(help, command->help));
	assert_in_range(longest_line(help), 40, 80);
	const char *settings = manual_help(arena, "settings", &err);
	assert_in_range(longest_line(settings), 40, 80);
	for (Setting s = 0; s < SETTING_COUNT; s++) assert_non_null(strstr(settings, setting_name(s)));
	for (const Command *command = commands + 1; command->run; command++) assert_non_null(manual_help(arena, command->name, &err));
	assert_null(manual_help(arena, "nonsense", &err));
}

static void help_on_keys_columns_and_rules_comes_from_their_tables(void **state) {
	(void)state;
	const char *keys = manual_help(arena, "keys", &err);
	assert_non_null(keys);
	assert_non_null(strstr(keys, action_help(ACTION_WHY)));
	const char *columns = manual_help(arena, "columns", &err);
	for (const Pane *const *pane = panes; *pane; pane++)
		for (size_t i = 0; i < (*pane)->column_count; i++) assert_non_null(strstr(columns, (*pane)->columns[i].id));
	const char *all = manual_help(arena, "rules", &err);
	const Rule *rule;
	for (size_t i = 0; (rule = every_rule(i)); i++) {
		assert_non_null(strstr(all, rule->id));
		assert_true(holds_words(manual_help(arena, rule->id, &err), rule->fires));
	}
}

static void the_manual_has_its_tables(void **state) {
	(void)state;
	static const char *const names[] = {"options", "commands", "settings", "keys", "columns", "rules", "roles", "causes", "verdicts"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *table = manual_table(arena, names[i]);
		assert_non_null(table);
		assert_non_null(strstr(table, ".It Sy "));
	}
	assert_null(manual_table(arena, "nonsense"));
}

/* Nothing is shown that does nothing: every action that has a key has a function. */
static void every_action_does_something(void **state) {
	(void)state;
	for (Action action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
		if (!app_can(action)) fail_msg("nothing happens at %s", action_name(action));
	Keymap *keymap = keymap_default(arena);
	for (size_t i = 0; i < keymap->bindings.count; i++) {
		Action action = keymap->bindings.items[i].action;
		assert_true(action == ACTION_NONE || app_can(action));
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_database_and_a_role_are_taken_as_psql_takes_them, setup, teardown),
		cmocka_unit_test_setup_teardown(a_first_word_that_names_a_command_is_one_unless_dash_d_says_so, setup, teardown),
		cmocka_unit_test_setup_teardown(options_may_follow_the_words, setup, teardown),
		cmocka_unit_test_setup_teardown(what_makes_no_sense_is_refused_with_a_reason, setup, teardown),
		cmocka_unit_test_setup_teardown(help_names_every_option_command_and_setting, setup, teardown),
		cmocka_unit_test_setup_teardown(help_on_keys_columns_and_rules_comes_from_their_tables, setup, teardown),
		cmocka_unit_test_setup_teardown(the_manual_has_its_tables, setup, teardown),
		cmocka_unit_test_setup_teardown(every_action_does_something, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
