/* test_keymap.c: keys have names, names have keys, and the last line wins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embedded.h"
#include "view/keymap.h"
#include "view/theme.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static Action action_of(const Keymap *keymap, Context context, const char *name) {
	Key key;
	if (!key_parse(name, &key)) fail_msg("no key %s", name);
	return keymap_action(keymap, context, key);
}

static bool add(Keymap *keymap, Arena *arena, const char *text, Err *err) {
	return keymap_add(keymap, arena, config_parse(arena, "my.keys", text, NULL), err);
}

static void every_key_reads_back_as_it_is_named(void **state) {
	static const uint32_t codes[] = {
#define X(code, name) code,
	    SPECIAL_KEYS(X)
#undef X
	        'a', 'Z', '?', '[', ']', ':', ';', '#', '=', '^', '~', '\\', '-', ' ', 0xE9, 0x8868, 127};
	for (uint32_t code = 0; code < 32 + sizeof codes / sizeof *codes; code++)
		for (int alt = 0; alt < 2; alt++) {
			Key key = {code < 32 ? code : codes[code - 32], alt}, back;
			const char *name = key_name(*state, key);
			if (!key_parse(name, &back)) fail_msg("%s (%u) does not read back", name, (unsigned)key.code);
			assert_int_equal(back.code, key.code);
			assert_int_equal(back.alt, key.alt);
		}
}

static void keys_are_read_by_any_of_their_names(void **state) {
	(void)state;
	static const struct {
		const char *name;
		Key key;
	} cases[] = {
	    {"x", {'x', false}},     {"X", {'X', false}},      {"^D", {4, false}},           {"ctrl-d", {4, false}},
	    {"^?", {127, false}},    {"Enter", {13, false}},   {"ESC", {27, false}},         {"alt-x", {'x', true}},
	    {"Alt-Enter", {13, true}}, {"pgup", {WHY_PGUP, false}}, {"PgUp", {WHY_PGUP, false}}, {"Up", {WHY_UP, false}},
	    {"open-bracket", {'[', false}}, {"colon", {':', false}}, {"^", {'^', false}},    {"é", {0xE9, false}},
	    {"f12", {WHY_F12, false}}, {"alt-^D", {4, true}},  {"-", {'-', false}},          {"space", {' ', false}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Key key;
		if (!key_parse(cases[i].name, &key)) fail_msg("no key %s", cases[i].name);
		assert_int_equal(key.code, cases[i].key.code);
		assert_int_equal(key.alt, cases[i].key.alt);
	}
}

static void what_is_no_key_is_refused(void **state) {
	(void)state;
	static const char *const names[] = {"", "xy", "f13", "^", "ctrl-", "ctrl-dd", "^ab", "^é", "alt-", "\x1b", "\xff", "e\xCC\x81"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		Key key;
		bool sole_caret = i == 3;
		assert_int_equal(key_parse(names[i], &key), sole_caret);
	}
}

static void people_read_keys_as_they_are_printed(void **state) {
	assert_string_equal(key_name(*state, (Key){4, false}), "^D");
	assert_string_equal(key_name(*state, (Key){13, false}), "Enter");
	assert_string_equal(key_name(*state, (Key){WHY_PGDN, false}), "PgDn");
	assert_string_equal(key_name(*state, (Key){WHY_DOWN, false}), "Down");
	assert_string_equal(key_name(*state, (Key){'[', false}), "[");
	assert_string_equal(key_name(*state, (Key){WHY_F1, true}), "Alt-F1");
	assert_string_equal(key_name(*state, (Key){WHY_HOME, false}), "Home");
}

static void the_default_keys_are_read_without_complaint(void **state) {
	Err err = ERR_INIT;
	Keymap keymap = {0};
	Config *config = config_parse(*state, "default.keys", embedded_text(embedded_themes, "default.keys"), &err);
	assert_string_equal(err.message.text, "");
	assert_true(keymap_add(&keymap, *state, config, &err));
	assert_int_equal(keymap.bindings.count, config->count);
	assert_int_equal(keymap_default(*state)->bindings.count, config->count);
}

static void every_action_has_a_key_and_words(void **state) {
	Keymap *keymap = keymap_default(*state);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		Action action = (Action)i;
		bool bound = false;
		for (int context = 0; context < CONTEXT_COUNT; context++) bound |= *keymap_keys(*state, keymap, (Context)context, action) != '\0';
		if (!bound) fail_msg("no key for %s", action_name(action));
		assert_true(*action_group(action) && *action_hint(action) && *action_help(action));
	}
}

static void the_default_keys_are_those_of_the_manual(void **state) {
	static const struct {
		Context context;
		const char *keys;
		Action action;
	} cases[] = {
	    {CONTEXT_LIST, "j", ACTION_DOWN},           {CONTEXT_PLAN, "k", ACTION_UP},          {CONTEXT_PAGE, "down", ACTION_DOWN},
	    {CONTEXT_LIST, "g", ACTION_FIRST},          {CONTEXT_LIST, "G", ACTION_LAST},        {CONTEXT_PAGE, "^D", ACTION_HALF_DOWN},
	    {CONTEXT_PAGE, "^U", ACTION_HALF_UP},       {CONTEXT_LIST, "pgdn", ACTION_PAGE_DOWN}, {CONTEXT_LIST, "enter", ACTION_WHY},
	    {CONTEXT_LIST, "E", ACTION_EXPLAIN},        {CONTEXT_LIST, "A", ACTION_ANALYZE},     {CONTEXT_PAGE, "E", ACTION_EXPLAIN},
	    {CONTEXT_LIST, "/", ACTION_FILTER},         {CONTEXT_PAGE, "n", ACTION_SEARCH_NEXT}, {CONTEXT_PAGE, "N", ACTION_SEARCH_PREVIOUS},
	    {CONTEXT_LIST, "s", ACTION_SORT_NEXT},      {CONTEXT_LIST, "S", ACTION_SORT_CHOOSE}, {CONTEXT_LIST, "I", ACTION_SORT_INVERT},
	    {CONTEXT_LIST, "[", ACTION_SCROLL_LEFT},    {CONTEXT_LIST, "]", ACTION_SCROLL_RIGHT}, {CONTEXT_LIST, "d", ACTION_SINCE},
	    {CONTEXT_LIST, "p", ACTION_PAUSE},          {CONTEXT_LIST, "R", ACTION_REFRESH},     {CONTEXT_LIST, "+", ACTION_SLOWER},
	    {CONTEXT_LIST, "-", ACTION_FASTER},         {CONTEXT_PLAN, "}", ACTION_FINDING_NEXT}, {CONTEXT_PLAN, "{", ACTION_FINDING_PREVIOUS},
	    {CONTEXT_PLAN, "o", ACTION_FOLD},           {CONTEXT_PLAN, "b", ACTION_BAR},         {CONTEXT_PLAN, "O", ACTION_OPTIONS},
	    {CONTEXT_LIST, "y", ACTION_COPY},           {CONTEXT_PLAN, "Y", ACTION_COPY_ROW},    {CONTEXT_LIST, ":", ACTION_PROMPT},
	    {CONTEXT_PLAN, "\\", ACTION_PROMPT_BACKSLASH}, {CONTEXT_LIST, "^C", ACTION_CANCEL},  {CONTEXT_LIST, "?", ACTION_HELP},
	    {CONTEXT_PAGE, "h", ACTION_HELP},           {CONTEXT_PLAN, "f1", ACTION_HELP},       {CONTEXT_PAGE, "esc", ACTION_BACK},
	    {CONTEXT_LIST, "q", ACTION_CLOSE},          {CONTEXT_LIST, "Q", ACTION_QUIT},        {CONTEXT_LIST, "^Z", ACTION_SUSPEND},
	    {CONTEXT_LIST, "^L", ACTION_REDRAW},        {CONTEXT_LIST, "e", ACTION_EDIT},        {CONTEXT_PLAN, "E", ACTION_EXPLAIN},
	};
	Keymap *keymap = keymap_default(*state);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (action_of(keymap, cases[i].context, cases[i].keys) != cases[i].action) fail_msg("%s is another action", cases[i].keys);
	assert_int_equal(action_of(keymap, CONTEXT_PAGE, "s"), ACTION_NONE);
}

static void a_users_lines_stand_over_the_defaults(void **state) {
	Keymap *keymap = keymap_default(*state);
	assert_true(add(keymap, *state, "x = quit\n[list]\nj = help\nQ = none\n= = why\n", NULL));
	assert_int_equal(action_of(keymap, CONTEXT_LIST, "x"), ACTION_QUIT);
	assert_int_equal(action_of(keymap, CONTEXT_LIST, "j"), ACTION_HELP);
	assert_int_equal(action_of(keymap, CONTEXT_PAGE, "j"), ACTION_DOWN);
	assert_int_equal(action_of(keymap, CONTEXT_LIST, "Q"), ACTION_NONE);
	assert_int_equal(action_of(keymap, CONTEXT_PAGE, "Q"), ACTION_QUIT);
	assert_int_equal(action_of(keymap, CONTEXT_LIST, "="), ACTION_WHY);
}

static void keys_are_listed_first_bound_first_and_only_while_they_work(void **state) {
	Keymap *keymap = keymap_default(*state);
	assert_string_equal(keymap_keys(*state, keymap, CONTEXT_LIST, ACTION_DOWN), "j, Down");
	assert_true(add(keymap, *state, "[all]\nZ = down\n[list]\nj = none\n", NULL));
	assert_string_equal(keymap_keys(*state, keymap, CONTEXT_LIST, ACTION_DOWN), "Down, Z");
	assert_string_equal(keymap_keys(*state, keymap, CONTEXT_PAGE, ACTION_DOWN), "j, Down, Z");
	assert_true(add(keymap, *state, "Z = down\n[list]\nj = down\nZ = down\n", NULL));
	assert_string_equal(keymap_keys(*state, keymap, CONTEXT_LIST, ACTION_DOWN), "j, Down, Z");
	assert_string_equal(keymap_keys(*state, keymap, CONTEXT_PAGE, ACTION_FOLD), "");
	Key key;
	assert_true(keymap_key(keymap, CONTEXT_PLAN, ACTION_HELP, &key));
	assert_int_equal(key.code, '?');
	assert_false(keymap_key(keymap, CONTEXT_PAGE, ACTION_FOLD, &key));
}

static void the_first_bad_line_is_told_and_the_rest_is_taken(void **state) {
	static const struct {
		const char *text, *message;
	} cases[] = {
	    {"x = frobnicate\ny = quit\n", "my.keys:1: no such action: \"frobnicate\""},
	    {"y = quit\n\nxx = quit\nzz = nothing\n", "my.keys:3: no such key: \"xx\""},
	    {"y = quit\n[nowhere]\nx = quit\n", "my.keys:3: no such place for keys: \"nowhere\""},
	    {"y = quit\nx =\n", "my.keys:2: no such action: \"\""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Err err = ERR_INIT;
		Keymap keymap = {0};
		assert_false(add(&keymap, *state, cases[i].text, &err));
		assert_string_equal(err.message.text, cases[i].message);
		assert_true(err.hint.len);
		assert_int_equal(keymap.bindings.count, 1);
		assert_int_equal(action_of(&keymap, CONTEXT_LIST, "y"), ACTION_QUIT);
		err_release(&err);
	}
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(every_key_reads_back_as_it_is_named),
	    TEST(keys_are_read_by_any_of_their_names),
	    TEST(what_is_no_key_is_refused),
	    TEST(people_read_keys_as_they_are_printed),
	    TEST(the_default_keys_are_read_without_complaint),
	    TEST(every_action_has_a_key_and_words),
	    TEST(the_default_keys_are_those_of_the_manual),
	    TEST(a_users_lines_stand_over_the_defaults),
	    TEST(keys_are_listed_first_bound_first_and_only_while_they_work),
	    TEST(the_first_bad_line_is_told_and_the_rest_is_taken),
	};
	return cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
}
