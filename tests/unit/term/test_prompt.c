/* test_prompt.c: lines are typed, pasted, searched, completed and remembered, in a canvas and in a terminal. The program in the terminal is
 * this one again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../tty/terminal.h"
#include "term/prompt.h"
#include "term/screen.h"

/* ---- somebody who owns a prompt ---- */

typedef struct Owner {
	Prompt *prompt;
	Input *input;
	Arena *arena;
	Str entered; /* what was accepted, each in brackets */
	Str edited;
	bool late, came; /* candidates: still on their way; here */
	const char *next_text; /* put at the prompt by the one who is told of a line */
	char folder[32]; /* of the history */
	Str history_path;
} Owner;

static bool complete(void *owner, const char *text) {
	(void)owner;
	size_t len = strlen(text);
	return !len || text[len - 1] == ';' || *text == '\\';
}

static void accepted(void *owner, const char *text) {
	Owner *o = owner;
	str_printf(&o->entered, "[%s]", text);
	if (o->next_text) prompt_set_text(o->prompt, o->next_text);
}

static void edit(void *owner, const char *text) {
	Owner *o = owner;
	str_printf(&o->edited, "[%s]", text);
	prompt_set_text(o->prompt, "edited;");
}

/* Words are what stands between blanks and colons, or behind a quote. */
static Candidates candidates(void *owner, Arena *arena, const char *text, size_t cursor) {
	static const char *const words[] = {"orders", "orders_old", "order_items", "SELECT", "selectivity", "größe", "größer", "d+", "日本", "\"my table\""};
	Owner *o = owner;
	size_t start = cursor;
	while (start && !strchr(" :", text[start - 1])) start--;
	const char *quote = strchr(text, '"');
	if (quote) start = (size_t)(quote - text);
	Candidate *found = ARENA_ARRAY(arena, Candidate, 200);
	size_t count = 0;
	if (cursor - start == 4 && strncmp(text + start, "many", 4) == 0)
		while (count < 40) found[count].text = arena_printf(arena, "many%02zu", count), count++;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncasecmp(words[i], text + start, cursor - start) == 0) found[count++].text = words[i];
	if (o->came) found[count++] = (Candidate){"lately", "came"};
	return (Candidates){.start = start, .items = found, .count = count, .late = o->late && !o->came};
}

static void open_prompt(Owner *o) {
	o->prompt = prompt_new(&(PromptSpec){
	    .history_path = o->history_path.len ? o->history_path.text : NULL,
	    .complete = complete,
	    .accepted = accepted,
	    .edit = edit,
	    .candidates = candidates,
	    .owner = o,
	});
	prompt_set_prefix(o->prompt, "db=> ");
}

static int set_up(void **state) {
	Owner *o = calloc(1, sizeof *o);
	*o = (Owner){.input = input_new(), .arena = arena_new()};
	o->entered = o->edited = o->history_path = (Str)STR_INIT;
	open_prompt(o);
	*state = o;
	return 0;
}

static int set_up_with_history(void **state) {
	set_up(state);
	Owner *o = *state;
	prompt_free(o->prompt);
	snprintf(o->folder, sizeof o->folder, "/tmp/test_prompt.XXXXXX");
	if (!mkdtemp(o->folder)) return -1;
	str_printf(&o->history_path, "%s/history", o->folder);
	open_prompt(o);
	return 0;
}

static int tear_down(void **state) {
	Owner *o = *state;
	prompt_free(o->prompt);
	input_free(o->input);
	if (o->history_path.len) {
		unlink(o->history_path.text);
		rmdir(o->folder);
	}
	arena_free(o->arena);
	str_release(&o->entered);
	str_release(&o->edited);
	str_release(&o->history_path);
	free(o);
	return 0;
}

static void take_events(Owner *o) {
	InputEvent event;
	while (input_next(o->input, &event)) prompt_event(o->prompt, &event);
}

/* Keys, with a pause behind them. */
static void type(Owner *o, const char *keys) {
	input_feed(o->input, keys, strlen(keys));
	take_events(o);
	input_expire(o->input);
	take_events(o);
}

static void paste(Owner *o, const char *text) {
	type(o, "\033[200~");
	type(o, text);
	type(o, "\033[201~");
}

/* The last rows of a screen 5 high, blank ones above left out, and the cursor. */
static const char *screen_of(Owner *o, int width) {
	Canvas *canvas = canvas_new(o->arena, width, 5, false);
	int height = prompt_height(o->prompt, width, 5);
	prompt_draw(o->prompt, canvas, (Box){0, 5 - height, width, height});
	const char *dump = canvas_dump(o->arena, canvas, true);
	while (*dump == '\n') dump++;
	return arena_printf(o->arena, "%s%d,%d", dump, canvas->cursor_x, canvas->cursor_y);
}

#define assert_screen(o, want) assert_string_equal(screen_of(o, 20), want)
#define assert_wide_screen(o, want) assert_string_equal(screen_of(o, 60), want)
#define assert_text(o, want) assert_string_equal(prompt_text((o)->prompt), want)
#define assert_entered(o, want)                          \
	do {                                             \
		assert_string_equal((o)->entered.text, want); \
		str_clear(&(o)->entered);                \
	} while (0)

/* ---- typing ---- */

static void enter_accepts_what_is_complete_and_else_breaks_the_line(void **state) {
	Owner *o = *state;
	type(o, "select 1\r");
	assert_entered(o, "");
	assert_screen(o, "{prompt:db=> }select 1\n\n5,4");
	type(o, "  from t;\r");
	assert_entered(o, "[select 1\n  from t;]");
	assert_screen(o, "{prompt:db=> }\n5,4");
	type(o, "\\d t\r");
	assert_entered(o, "[\\d t]");
	type(o, "\r");
	assert_entered(o, "[]");
}

static void alt_enter_accepts_whatever_stands_there(void **state) {
	Owner *o = *state;
	type(o, "select 1\033\r");
	assert_entered(o, "[select 1]");
	type(o, "a\rb\033\n");
	assert_entered(o, "[a\nb]");
}

static void characters_of_any_width_are_edited_whole(void **state) {
	Owner *o = *state;
	type(o, "日本e\xcc\x81🐘");
	assert_screen(o, "{prompt:db=> }日本e\xcc\x81🐘\n12,4");
	type(o, "\033[D\x7f");
	assert_text(o, "日本🐘");
	type(o, "\x01\033[C");
	assert_screen(o, "{prompt:db=> }日本🐘\n7,4");
	type(o, "\xff\xc3("); /* no characters */
	assert_text(o, "日(本🐘");
}

static void long_lines_wrap_and_scroll(void **state) {
	Owner *o = *state;
	type(o, "1\r2\r3\r4\r5\r6 and a line that wraps");
	assert_int_equal(prompt_height(o->prompt, 20, 3), 3);
	assert_int_equal(prompt_height(o->prompt, 80, 100), 6);
	assert_screen(o, "     3\n     4\n     5\n     6 and a line th\n     at wraps\n13,4");
}

static void the_arrows_go_through_lines_before_they_go_through_history(void **state) {
	Owner *o = *state;
	type(o, "first;\r");
	type(o, "größe\r12\r123456");
	type(o, "\033[A");
	type(o, "x");
	assert_text(o, "größe\n12x\n123456");
	type(o, "\033OA");
	type(o, "y\033[A");
	assert_text(o, "first;");
	type(o, "\033[B\033[Bz\033[B!");
	assert_text(o, "gröyße\n12x\n123456z!");
}

static void ctrl_c_clears_and_says_whether_there_was_something(void **state) {
	Owner *o = *state;
	assert_false(prompt_clear(o->prompt));
	type(o, "select");
	assert_true(prompt_clear(o->prompt));
	assert_text(o, "");
	type(o, "one;\rtwo;\r");
	str_clear(&o->entered);
	type(o, "\033[A\033[A changed");
	assert_true(prompt_clear(o->prompt));
	type(o, "\033[A");
	assert_text(o, "two;");
}

static void ctrl_d_deletes_but_never_ends(void **state) {
	Owner *o = *state;
	type(o, "\x04\x04");
	type(o, "ab\x01\x04");
	assert_text(o, "b");
	assert_entered(o, "");
	type(o, "\x05;\r");
	assert_entered(o, "[b;]");
}

static void set_text_puts_the_cursor_at_its_end(void **state) {
	Owner *o = *state;
	type(o, "something");
	prompt_set_text(o->prompt, "select 1,\r\n\t2\033[31m\x7f;\xff");
	assert_text(o, "select 1,\n\t2[31m;?");
	type(o, "!");
	assert_text(o, "select 1,\n\t2[31m;?!");
	prompt_set_prefix(o->prompt, "a\033]0;x\a\nb> ");
	prompt_set_text(o->prompt, "");
	assert_screen(o, "{prompt:a]0;x}\n{prompt:b> }\n3,4");
}

static void whoever_is_told_of_a_line_may_set_the_next(void **state) {
	Owner *o = *state;
	o->next_text = "again;";
	type(o, "once;\r");
	assert_text(o, "again;");
	o->next_text = NULL;
	type(o, "\r");
	assert_entered(o, "[once;][again;]");
}

static void ctrl_x_ctrl_e_asks_for_the_editor(void **state) {
	Owner *o = *state;
	type(o, "select\r1\x18\x05");
	assert_string_equal(o->edited.text, "[select\n1]");
	type(o, "\r");
	assert_entered(o, "[edited;]");
}

static void escape_ends_what_has_begun_and_nothing_else(void **state) {
	Owner *o = *state;
	type(o, "ab");
	assert_false(prompt_busy(o->prompt));
	type(o, "\0335"); /* an argument */
	assert_true(prompt_busy(o->prompt));
	assert_screen(o, "{prompt:(arg: 5) }ab\n11,4");
	type(o, "\033");
	assert_false(prompt_busy(o->prompt));
	assert_screen(o, "{prompt:db=> }ab\n7,4");
	type(o, "c\x18"); /* half of a key sequence */
	assert_true(prompt_busy(o->prompt));
	type(o, "\033");
	assert_false(prompt_busy(o->prompt));
	type(o, "\033bd");
	assert_text(o, "dabc");
}

/* ---- pasting ---- */

static void a_paste_is_text_and_never_a_command(void **state) {
	Owner *o = *state;
	paste(o, "select 1;\rdrop table t;\r\t\033[A\x03\x12\xff日");
	assert_entered(o, "");
	assert_text(o, "select 1;\ndrop table t;\n\t[A?日");
	assert_true(prompt_clear(o->prompt));
	paste(o, "\r\r");
	assert_text(o, "\n\n");
}

static void a_megabyte_is_pasted_at_once(void **state) {
	Owner *o = *state;
	Str text = STR_INIT;
	while (text.len < 1 << 20) str_printf(&text, "insert into t values (%zu, 'größe');\n", text.len);
	str_add(&text, "select 1");
	clock_t start = clock(); /* our own time: others may be busy */
	paste(o, text.text);
	assert_text(o, text.text);
	for (int i = 0; i < 10; i++) {
		type(o, "x");
		screen_of(o, 80);
	}
	assert_in_range(clock() - start, 0, 2 * CLOCKS_PER_SEC);
	str_add(&text, "xxxxxxxxxx");
	type(o, "\033\r");
	assert_int_equal(o->entered.len, text.len + 2);
	assert_memory_equal(o->entered.text + 1, text.text, text.len);
	str_release(&text);
}

/* ---- searching ---- */

static void enter_history(Owner *o) {
	type(o, "select 1;\r");
	type(o, "select 'café'\r  from t;\r");
	type(o, "update t;\r");
	str_clear(&o->entered);
}

static void ctrl_r_shows_what_it_searches_and_finds(void **state) {
	Owner *o = *state;
	enter_history(o);
	type(o, "typed\x12");
	assert_true(prompt_busy(o->prompt));
	type(o, "caf\xc3\xa9");
	assert_wide_screen(o, "{prompt:(reverse-i-search)`café': }select 'café'\n                            from t;\n34,3");
	type(o, "\r");
	assert_entered(o, "[select 'café'\n  from t;]");
	assert_false(prompt_busy(o->prompt));
	assert_screen(o, "{prompt:db=> }\n5,4");
}

static void escape_keeps_what_was_found_and_ctrl_c_does_not(void **state) {
	Owner *o = *state;
	enter_history(o);
	type(o, "typed\x12upd\033");
	assert_false(prompt_busy(o->prompt));
	assert_text(o, "update t;");
	assert_true(prompt_clear(o->prompt));
	type(o, "typed\x12upd");
	assert_text(o, "update t;");
	assert_true(prompt_clear(o->prompt));
	assert_false(prompt_busy(o->prompt));
	assert_text(o, "typed");
	assert_screen(o, "{prompt:db=> }typed\n10,4");
}

static void a_prefix_set_while_searching_is_shown_afterwards(void **state) {
	Owner *o = *state;
	enter_history(o);
	type(o, "\x12upd");
	prompt_set_prefix(o->prompt, "new> ");
	assert_wide_screen(o, "{prompt:(reverse-i-search)`upd': }update t;\n25,4");
	type(o, "\033");
	assert_screen(o, "{prompt:new> }update t;\n5,4");
}

static void a_paste_is_searched_for(void **state) {
	Owner *o = *state;
	enter_history(o);
	type(o, "\x12");
	paste(o, "café\rmore");
	assert_text(o, "select 'café'\n  from t;");
	assert_true(prompt_busy(o->prompt));
	type(o, "\r");
	assert_entered(o, "[select 'café'\n  from t;]");
}

/* ---- history ---- */

static void reopen(Owner *o) {
	prompt_free(o->prompt);
	open_prompt(o);
}

static void lines_are_remembered_by_the_next_console(void **state) {
	Owner *o = *state;
	enter_history(o);
	type(o, "alter role shop password 'secret';\r");
	assert_entered(o, "[alter role shop password 'secret';]");
	type(o, "\033[A");
	assert_text(o, "update t;");
	reopen(o);
	struct stat file;
	assert_int_equal(stat(o->history_path.text, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	type(o, "\033[A\033[A");
	assert_text(o, "select 'café'\n  from t;");
	type(o, "\x12secret");
	assert_text(o, "select 'café'\n  from t;");
	assert_true(prompt_clear(o->prompt));
}

/* ---- candidates ---- */

static void the_only_candidate_is_put_in(void **state) {
	Owner *o = *state;
	type(o, "select * from order_\t");
	assert_text(o, "select * from order_items");
	assert_false(prompt_busy(o->prompt));
	type(o, "\x15:d\t x, nothing\t");
	assert_text(o, ":d+ x, nothing");
}

static void several_candidates_are_shown_and_taken_in_turn(void **state) {
	Owner *o = *state;
	type(o, "日 o\t");
	assert_text(o, "日 order");
	assert_true(prompt_busy(o->prompt));
	assert_screen(o, "       {popup: orders      }\n       {popup: orders_old  }\n       {popup: order_items }\n{prompt:db=> }日 order\n13,4");
	type(o, "\t");
	assert_text(o, "日 orders");
	assert_screen(o, "       {popup-selected: orders      }\n       {popup: orders_old  }\n       {popup: order_items }\n{prompt:db=> }日 orders\n14,4");
	type(o, "\t\t");
	assert_text(o, "日 order_items");
	type(o, "\033[Z");
	assert_text(o, "日 orders_old");
	type(o, "\033[A");
	assert_text(o, "日 orders");
	type(o, "\r"); /* takes it, runs nothing */
	assert_false(prompt_busy(o->prompt));
	type(o, ";\r");
	assert_entered(o, "[日 orders;]");
}

static void escape_or_any_other_key_closes_the_candidates(void **state) {
	Owner *o = *state;
	type(o, "ord\t");
	assert_true(prompt_busy(o->prompt));
	type(o, "\033");
	assert_false(prompt_busy(o->prompt));
	assert_screen(o, "{prompt:db=> }order\n10,4");
	type(o, "\t");
	assert_true(prompt_busy(o->prompt));
	type(o, "s");
	assert_false(prompt_busy(o->prompt));
	type(o, "\t");
	assert_true(prompt_busy(o->prompt));
	paste(o, "x");
	assert_false(prompt_busy(o->prompt));
	assert_text(o, "ordersx");
}

static void more_candidates_than_room_are_counted(void **state) {
	Owner *o = *state;
	type(o, "many\t");
	assert_screen(o, "    {popup: many00 }\n    {popup: many01 }\n    {popup: many02 }\n    {popup:  of 40 }\n{prompt:db=> }many\n9,4");
	type(o, "\t\t\t\t\t");
	assert_screen(o, "    {popup: many02 }\n    {popup: many03 }\n    {popup-selected: many04 }\n    {popup:  of 40 }\n{prompt:db=> }many04\n11,4");
}

static void names_with_blanks_and_other_cases_are_taken_as_they_are(void **state) {
	Owner *o = *state;
	type(o, "x \"my ta\t");
	assert_text(o, "x \"my table\"");
	type(o, "\x15sel\t");
	assert_text(o, "sel"); /* SELECT and selectivity have nothing in common */
	type(o, "\t");
	assert_text(o, "SELECT");
	type(o, "\x1f"); /* undone in one */
	assert_text(o, "sel");
	type(o, "\x15ORD\t");
	assert_text(o, "order");
}

static void what_comes_late_is_shown_if_nothing_was_typed_since(void **state) {
	Owner *o = *state;
	o->late = true;
	type(o, "zzz\t");
	assert_false(prompt_busy(o->prompt));
	o->came = true;
	prompt_candidates_came(o->prompt);
	assert_text(o, "lately");
	o->came = false;
	type(o, " zzz\t!");
	o->came = true;
	prompt_candidates_came(o->prompt);
	assert_text(o, "lately zzz!");
}

static void candidates_may_have_any_letters(void **state) {
	Owner *o = *state;
	type(o, "x.y, gr\t");
	assert_text(o, "x.y, größe");
	type(o, "\t\t");
	assert_text(o, "x.y, größer");
	assert_true(prompt_clear(o->prompt));
	type(o, "日\t");
	assert_text(o, "日本");
}

/* ---- the program in the terminal: a prompt below what it was told ---- */

static volatile sig_atomic_t resized;

static void on_resize(int signal) {
	(void)signal;
	resized = 1;
}

typedef struct Stage {
	Owner owner; /* first: the callbacks get it */
	Screen *screen;
	Theme *theme;
} Stage;

static void draw(Stage *stage) {
	int width, height;
	screen_size(stage->screen, &width, &height);
	Arena *frame = arena_new();
	Canvas *canvas = canvas_new(frame, width, height, !screen_utf8(stage->screen));
	canvas_printf(canvas, 0, 0, ROLE_TEXT, "%dx%d %s", width, height, prompt_busy(stage->owner.prompt) ? "busy" : "idle");
	char *entered = arena_copy(frame, stage->owner.entered.text);
	for (char *at = entered; (at = strchr(at, '\n'));) *at = '|';
	canvas_text(canvas, 0, 1, entered, ROLE_TEXT);
	canvas_printf(canvas, 0, 2, ROLE_TEXT, "%zu bytes", strlen(prompt_text(stage->owner.prompt)));
	int rows = prompt_height(stage->owner.prompt, width, height - 3);
	prompt_draw(stage->owner.prompt, canvas, (Box){0, height - rows, width, rows});
	screen_paint(stage->screen, canvas, stage->theme);
	arena_free(frame);
}

/* Signals come in only while it waits, so none is missed. */
static ssize_t wait_and_read(Input *input, char *bytes, size_t room) {
	fd_set tty;
	sigset_t none;
	FD_ZERO(&tty);
	FD_SET(STDIN_FILENO, &tty);
	sigemptyset(&none);
	int held_ms = input_timeout_ms(input);
	struct timespec wait = {.tv_sec = held_ms / 1000, .tv_nsec = held_ms % 1000 * 1000000};
	int ready = pselect(STDIN_FILENO + 1, &tty, NULL, NULL, held_ms < 0 ? NULL : &wait, &none);
	return ready > 0 ? read(STDIN_FILENO, bytes, room) : 0;
}

/* ^Q ends it, ^C clears, Esc when the prompt has no use for it says so. */
static bool key_goes_on(Stage *stage, const InputEvent *event) {
	Owner *o = &stage->owner;
	uint32_t code = event->kind == INPUT_KEY && !event->key.alt ? event->key.code : UINT32_MAX;
	if (code == 17) return false;
	if (code == 3) prompt_clear(o->prompt);
	else if (code == 27 && !prompt_busy(o->prompt)) str_add(&o->entered, "<Esc>");
	else prompt_event(o->prompt, event);
	return true;
}

static void live(Stage *stage) {
	Owner *o = &stage->owner;
	bool goes_on = true;
	while (goes_on) {
		draw(stage);
		char bytes[65536];
		ssize_t len = wait_and_read(o->input, bytes, sizeof bytes);
		if (resized) screen_resized(stage->screen);
		resized = 0;
		if (len > 0) input_feed(o->input, bytes, (size_t)len);
		if (input_timeout_ms(o->input) == 0) input_expire(o->input);
		InputEvent event;
		while (goes_on && input_next(o->input, &event)) goes_on = key_goes_on(stage, &event);
	}
}

static int program(const char *history) {
	setlocale(LC_ALL, "");
	sigset_t held;
	sigemptyset(&held);
	sigaddset(&held, SIGWINCH);
	sigprocmask(SIG_BLOCK, &held, NULL);
	struct sigaction action = {.sa_handler = on_resize};
	sigaction(SIGWINCH, &action, NULL);
	Stage stage = {.owner = {.input = input_new(), .arena = arena_new()}};
	Owner *o = &stage.owner;
	o->entered = o->edited = o->history_path = (Str)STR_INIT;
	stage.theme = theme_default(o->arena);
	Err err = ERR_INIT;
	stage.screen = screen_open(&err);
	if (!stage.screen) return 2;
	if (history) str_add(&o->history_path, history);
	open_prompt(o);
	live(&stage);
	prompt_free(o->prompt);
	screen_close(stage.screen);
	input_free(o->input);
	arena_free(o->arena);
	str_release(&o->entered);
	str_release(&o->edited);
	str_release(&o->history_path);
	return 0;
}

static const char *self;

static Terminal *open_self(const char *history, const char *const *env) {
	Terminal *t = terminal_open(12, 60, (const char *const[]){self, "program", history, NULL}, env);
	terminal_wait(t, "db=>");
	return t;
}

static void leave(Terminal *t) {
	terminal_keys(t, "\x11");
	assert_int_equal(terminal_close(t), 0);
}

static void the_terminal_shows_text_and_cursor_as_they_are(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "select \xe6\x97");
	terminal_keys(t, "\xa5本");
	terminal_wait_row(t, 11, "db=> select 日本");
	terminal_wait_cursor(t, 11, 16);
	terminal_keys(t, "\033[D\033[Dx\r");
	terminal_wait_row(t, 10, "db=> select x");
	terminal_wait_row(t, 11, "     日本");
	terminal_wait_cursor(t, 11, 5);
	terminal_keys(t, "\x05;\r");
	terminal_wait_row(t, 1, "[select x|日本;]");
	terminal_wait_row(t, 10, "");
	leave(t);
}

static void escape_is_a_key_after_a_moment(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "ab\033");
	terminal_wait(t, "<Esc>");
	terminal_keys(t, "b"); /* not Alt-b */
	terminal_wait_row(t, 11, "db=> abb");
	terminal_keys(t, "\033b");
	terminal_wait_cursor(t, 11, 5);
	leave(t);
}

static void resizing_wraps_what_is_typed(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "select 'a rather long text', 2");
	terminal_wait_row(t, 11, "db=> select 'a rather long text', 2");
	terminal_resize(t, 10, 20);
	terminal_wait(t, "20x10");
	terminal_wait_row(t, 7, "db=> select 'a rathe");
	terminal_wait_row(t, 8, "     r long text', 2");
	terminal_wait_cursor(t, 9, 5); /* the row is full */
	terminal_resize(t, 4, 6);
	terminal_keys(t, "x");
	terminal_wait(t, "x");
	terminal_resize(t, 12, 60);
	terminal_wait_row(t, 11, "db=> select 'a rather long text', 2x");
	leave(t);
}

static void a_paste_waits_for_enter(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_paste(t, "select 1,\n  2;\n");
	terminal_wait_row(t, 9, "db=> select 1,");
	terminal_wait_row(t, 10, "       2;");
	assert_false(terminal_find(t, "[select", NULL, NULL));
	terminal_keys(t, "\x7f\r");
	terminal_wait_row(t, 1, "[select 1,|  2;]");
	leave(t);
}

static void a_megabyte_reaches_the_prompt(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	Str text = STR_INIT;
	while (text.len < 1 << 20) str_add(&text, "0123456789 größe\n");
	terminal_paste(t, text.text);
	char bytes[32];
	snprintf(bytes, sizeof bytes, "%zu bytes", text.len);
	terminal_wait_row(t, 2, bytes);
	terminal_keys(t, "end");
	terminal_wait_row(t, 11, "     end");
	terminal_keys(t, "\x03");
	terminal_wait_row(t, 2, "0 bytes");
	leave(t);
	str_release(&text);
}

static void candidates_lie_over_the_screen(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, NULL);
	terminal_keys(t, "ord\t\t");
	terminal_wait_row(t, 8, "     orders");
	terminal_wait_row(t, 9, "     orders_old");
	terminal_wait_row(t, 10, "     order_items");
	terminal_wait_row(t, 11, "db=> orders");
	assert_true(terminal_cell(t, 8, 5).reverse);
	assert_false(terminal_cell(t, 9, 5).reverse);
	terminal_keys(t, "\033");
	terminal_wait_row(t, 8, "");
	leave(t);
}

/* ---- the user's own ways ---- */

static const char *write_file(Owner *o, const char *text) {
	str_clear(&o->history_path); /* stands for any file in the folder */
	str_printf(&o->history_path, "%s/inputrc", o->folder);
	FILE *file = fopen(o->history_path.text, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return arena_printf(o->arena, "INPUTRC=%s", o->history_path.text);
}

static void vi_users_find_their_modes(void **state) {
	const char *inputrc = write_file(*state, "set editing-mode vi\nset show-mode-in-prompt on\n"
	                                         "set vi-ins-mode-string \"+\"\nset vi-cmd-mode-string \"\\1\\e[2 q\\2:\"\n");
	Terminal *t = open_self(NULL, (const char *const[]){inputrc, NULL});
	terminal_wait_row(t, 11, "+db=>");
	terminal_wait_row(t, 0, "60x12 busy"); /* Esc is readline's */
	terminal_keys(t, "two words\033");
	terminal_wait_row(t, 11, ":db=> two words");
	terminal_wait_row(t, 0, "60x12 idle"); /* the next one is ours */
	terminal_keys(t, "bx");
	terminal_wait_row(t, 11, ":db=> two ords");
	terminal_keys(t, "d");
	terminal_wait_row(t, 0, "60x12 busy");
	terminal_keys(t, "\033");
	terminal_wait_row(t, 0, "60x12 idle");
	terminal_keys(t, "\r"); /* not complete: goes on in a new line, to type in */
	terminal_wait_row(t, 10, "+db=> two ords");
	terminal_keys(t, ";\r");
	terminal_wait_row(t, 1, "[two ords|;]");
	terminal_keys(t, "x\033\033");
	terminal_wait(t, "<Esc>");
	terminal_keys(t, "/two\r"); /* vi's search */
	terminal_wait_row(t, 10, ":db=> two ords");
	terminal_keys(t, "\033\r");
	terminal_wait_row(t, 1, "[two ords|;]<Esc>[two ords|;]");
	leave(t);
}

static void the_users_bindings_stay(void **state) {
	const char *inputrc = write_file(*state, "\"\\C-t\": \"table \"\n\"\\e[A\": beginning-of-line\nTAB: menu-complete\n");
	Terminal *t = open_self(NULL, (const char *const[]){inputrc, NULL});
	terminal_keys(t, "\x14x\033[A");
	terminal_wait_row(t, 11, "db=> table x");
	terminal_wait_cursor(t, 11, 5);
	terminal_keys(t, "\x03ord\t\t");
	terminal_wait_row(t, 11, "db=> orders_old");
	terminal_wait_row(t, 10, "     order_items"); /* the candidates are still shown */
	leave(t);
}

static void a_broken_inputrc_leaves_the_screen_alone(void **state) {
	const char *inputrc = write_file(*state, "set no-such-variable on\n\"\\C-t: broken\n$if\n\"\\C-t\": \"kept\"\n");
	Terminal *t = open_self(NULL, (const char *const[]){inputrc, NULL});
	terminal_keys(t, "x");
	terminal_wait_row(t, 11, "db=> x");
	assert_false(terminal_written(t, "readline"));
	leave(t);
}

static void history_goes_from_one_console_to_the_next(void **state) {
	Owner *o = *state;
	Terminal *t = open_self(o->history_path.text, NULL);
	terminal_keys(t, "select\r1;\r");
	terminal_wait_row(t, 1, "[select|1;]");
	leave(t);
	t = open_self(o->history_path.text, NULL);
	terminal_keys(t, "\x12sel");
	terminal_wait_row(t, 10, "(reverse-i-search)`sel': select");
	terminal_keys(t, "\r");
	terminal_wait_row(t, 1, "[select|1;]");
	leave(t);
}

static void other_locales_can_type_their_letters(void **state) {
	(void)state;
	Terminal *t = open_self(NULL, (const char *const[]){"LC_ALL=C", NULL});
	terminal_keys(t, "caf\xc3\xa9;");
	terminal_wait_row(t, 11, "db=> caf?;");
	terminal_wait_row(t, 2, "6 bytes");
	leave(t);
}

int main(int argc, char **argv) {
	if (argc > 1 && strcmp(argv[1], "program") == 0) return program(argc > 2 ? argv[2] : NULL);
	self = argv[0];
	setlocale(LC_ALL, "C.UTF-8");
	setenv("INPUTRC", "/dev/null", 1);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define TEST_WITH_FOLDER(name) cmocka_unit_test_setup_teardown(name, set_up_with_history, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(enter_accepts_what_is_complete_and_else_breaks_the_line),
	    TEST(alt_enter_accepts_whatever_stands_there),
	    TEST(characters_of_any_width_are_edited_whole),
	    TEST(long_lines_wrap_and_scroll),
	    TEST(the_arrows_go_through_lines_before_they_go_through_history),
	    TEST(ctrl_c_clears_and_says_whether_there_was_something),
	    TEST(ctrl_d_deletes_but_never_ends),
	    TEST(set_text_puts_the_cursor_at_its_end),
	    TEST(whoever_is_told_of_a_line_may_set_the_next),
	    TEST(ctrl_x_ctrl_e_asks_for_the_editor),
	    TEST(escape_ends_what_has_begun_and_nothing_else),
	    TEST(a_paste_is_text_and_never_a_command),
	    TEST(a_megabyte_is_pasted_at_once),
	    TEST(ctrl_r_shows_what_it_searches_and_finds),
	    TEST(escape_keeps_what_was_found_and_ctrl_c_does_not),
	    TEST(a_prefix_set_while_searching_is_shown_afterwards),
	    TEST(a_paste_is_searched_for),
	    TEST_WITH_FOLDER(lines_are_remembered_by_the_next_console),
	    TEST(the_only_candidate_is_put_in),
	    TEST(several_candidates_are_shown_and_taken_in_turn),
	    TEST(escape_or_any_other_key_closes_the_candidates),
	    TEST(more_candidates_than_room_are_counted),
	    TEST(candidates_may_have_any_letters),
	    TEST(names_with_blanks_and_other_cases_are_taken_as_they_are),
	    TEST(what_comes_late_is_shown_if_nothing_was_typed_since),
	    cmocka_unit_test(the_terminal_shows_text_and_cursor_as_they_are),
	    cmocka_unit_test(escape_is_a_key_after_a_moment),
	    cmocka_unit_test(resizing_wraps_what_is_typed),
	    cmocka_unit_test(a_paste_waits_for_enter),
	    cmocka_unit_test(a_megabyte_reaches_the_prompt),
	    cmocka_unit_test(candidates_lie_over_the_screen),
	    TEST_WITH_FOLDER(vi_users_find_their_modes),
	    TEST_WITH_FOLDER(the_users_bindings_stay),
	    TEST_WITH_FOLDER(a_broken_inputrc_leaves_the_screen_alone),
	    TEST_WITH_FOLDER(history_goes_from_one_console_to_the_next),
	    cmocka_unit_test(other_locales_can_type_their_letters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
