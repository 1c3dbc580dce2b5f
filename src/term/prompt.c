/* prompt.c: readline inside the screen.
 *
 * Readline is given a queue of bytes in place of a terminal to read, nothing to write to, and no say in modes and signals; what it thinks
 * (rl_line_buffer, rl_point, rl_display_prompt) is drawn by us. What would make it wait for a key, or write, is switched off. */
#include "term/prompt.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "term/charset.h"
#include "term/completer.h"
#include "term/past.h"
#include "term/prompt_shown.h"
#include "term/readline.h"

enum { SEARCH_PASTE_MOST = 256 };

struct Prompt {
	PromptSpec spec;
	Past *past;
	FILE *nowhere; /* what readline writes to */
	Str prefix; /* in the locale's characters, as readline wants it */
	Str text; /* what prompt_text() gave */
	int top; /* first row of the text on screen */
	const char *keys; /* bytes readline has not read yet */
	size_t keys_left;
	bool accepted, edit; /* to be told when readline is done */
	Str entered;
	Completer completer;
};

/* What readline calls back can find it in no other way. */
static Prompt *the_prompt;

/* ---- text in and out ---- */

static const char *text_of(Str *out, const char *bytes, size_t len) {
	str_clear(out);
	charset_to_utf8(out, bytes, len);
	return out->text;
}

const char *prompt_text(const Prompt *prompt) {
	return text_of((Str *)&prompt->text, rl_line_buffer, (size_t)rl_end);
}

/* Text from elsewhere: valid, its line breaks \n, no control characters but those and tabs. */
static void add_clean(Str *out, const char *text, size_t len) {
	bool utf8 = charset_is_utf8();
	size_t from = 0, at = 0;
	while (at < len) {
		unsigned char byte = (unsigned char)text[at];
		if ((byte >= ' ' && byte < 0x7F) || byte == '\n' || byte == '\t') {
			at++;
			continue;
		}
		uint32_t point;
		size_t bytes = utf8_decode(text + at, len - at, &point);
		bool good = byte >= 0x80 && (point != UTF8_INVALID || bytes > 1);
		if (!good) {
			str_add_n(out, text + from, at - from);
			if (byte >= 0x80) str_add_n(out, utf8 ? "?" : text + at, 1);
			if (byte == '\r' && (at + 1 == len || text[at + 1] != '\n')) str_add_char(out, '\n');
			from = at + bytes;
		}
		at += bytes;
	}
	str_add_n(out, text + from, len - from);
}

/* As readline wants it. */
static void add_foreign(Str *out, const char *text, size_t len) {
	Str clean = STR_INIT;
	add_clean(&clean, text, len);
	charset_from_utf8(out, clean.text, clean.len);
	str_release(&clean);
}

/* ---- what readline reads ---- */

static int next_byte(FILE *unused) {
	(void)unused;
	Prompt *prompt = the_prompt;
	if (!prompt || !prompt->keys_left) return EOF;
	prompt->keys_left--;
	return (unsigned char)*prompt->keys++;
}

static int bytes_left(void) {
	return the_prompt && the_prompt->keys_left > 0;
}

static void feed(Prompt *prompt, const char *bytes, size_t len) {
	prompt->keys = bytes;
	prompt->keys_left = len;
	while (prompt->keys_left) rl_callback_read_char();
}

/* ---- modes ---- */

enum { SEARCHING = RL_STATE_ISEARCH | RL_STATE_NSEARCH };

static bool under_way(void) {
	return RL_ISSTATE(SEARCHING | RL_STATE_NUMERICARG | RL_STATE_VIMOTION | RL_STATE_CHARSEARCH | RL_STATE_MULTIKEY);
}

/* Back to plain editing, whatever had begun. ^G means that everywhere, unless the user has given it another meaning. */
static void end_under_way(Prompt *prompt) {
	static const char key[] = {CTRL('G')};
	if (under_way()) feed(prompt, key, 1);
	rl_callback_sigcleanup();
	rl_clear_message();
}

/* The prefix is readline's own while it searches. */
static void apply_prefix(const Prompt *prompt) {
	if (!under_way() && (!rl_prompt || strcmp(rl_prompt, prompt->prefix.text) != 0)) rl_set_prompt(prompt->prefix.text);
}

/* ---- keys of our own ---- */

static int choose(int by) {
	completer_choose(&the_prompt->completer, by);
	return 0;
}

static int on_tab(int count, int key) {
	(void)count;
	(void)key;
	if (the_prompt->completer.shown) return choose(1);
	completer_complete(&the_prompt->completer);
	return 0;
}

static int on_backtab(int count, int key) {
	(void)count;
	(void)key;
	return the_prompt->completer.shown ? choose(-1) : 0;
}

static int on_menu(int count, int key) {
	(void)key;
	return choose(count < 0 ? -1 : 1);
}

static int on_menu_back(int count, int key) {
	(void)key;
	return choose(count < 0 ? 1 : -1);
}

/* To the line above or below in the text, to the same cell as far as there is one; false: there is no such line. */
static bool move_line(int by) {
	const char *text = rl_line_buffer;
	int start = rl_point, end = rl_point;
	while (start > 0 && text[start - 1] != '\n') start--;
	while (end < rl_end && text[end] != '\n') end++;
	if (by < 0 ? start == 0 : end == rl_end) return false;
	size_t cells = utf8_cells_n(text + start, (size_t)(rl_point - start));
	int to = end + 1;
	if (by < 0)
		for (to = start - 1; to > 0 && text[to - 1] != '\n';) to--;
	int len = (int)strcspn(text + to, "\n"), fit = (int)utf8_fit(text + to, cells);
	rl_point = to + (fit < len ? fit : len);
	return true;
}

static int on_up(int count, int key) {
	if (the_prompt->completer.shown) return choose(-1);
	return move_line(-1) ? 0 : rl_get_previous_history(count, key);
}

static int on_down(int count, int key) {
	if (the_prompt->completer.shown) return choose(1);
	return move_line(1) ? 0 : rl_get_next_history(count, key);
}

static int on_enter(int count, int key) {
	Prompt *prompt = the_prompt;
	if (completer_choosing(&prompt->completer)) return 0; /* takes the candidate */
	if (!prompt->spec.complete || prompt->spec.complete(prompt->spec.owner, prompt_text(prompt))) return rl_newline(count, key);
	if (prompt_is_in_vi_commands()) {
		rl_point = rl_end;
		rl_vi_insertion_mode(1, key);
	}
	return rl_insert_text("\n") == 1 ? 0 : 1;
}

static int on_edit(int count, int key) {
	(void)count;
	(void)key;
	the_prompt->edit = true;
	return 0;
}

/* Our own functions take the place of readline's, and keys that mean nothing; what else the user has bound stays. */
static const struct {
	const char *keys;
	rl_command_func_t *was, *is;
} keys_of_our_own[] = {
    {"\r", rl_newline, on_enter},
    {"\n", rl_newline, on_enter},
    {"\033\r", rl_vi_editing_mode, rl_newline},
    {"\033\n", rl_vi_editing_mode, rl_newline},
    {"\t", rl_complete, on_tab},
    {"\033[Z", NULL, on_backtab},
    {"\033[A", rl_get_previous_history, on_up},
    {"\033OA", rl_get_previous_history, on_up},
    {"\033[B", rl_get_next_history, on_down},
    {"\033OB", rl_get_next_history, on_down},
    {"\030\005", NULL, on_edit},
};

/* Whatever keys the user has for completion are for ours. */
static void bind_completion(ReadlineKeymap map) {
	static const struct {
		rl_command_func_t *was, *is;
	} functions[] = {
	    {rl_complete, on_tab}, {rl_possible_completions, on_tab}, {rl_menu_complete, on_menu}, {rl_backward_menu_complete, on_menu_back}, {rl_old_menu_complete, on_menu},
	};
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		char **keys = rl_invoking_keyseqs_in_map(functions[i].was, map);
		for (char **key = keys; key && *key; key++) {
			rl_bind_keyseq_in_map(*key, functions[i].is, map);
			free(*key);
		}
		free(keys);
	}
}

static void bind_keys(void) {
	static const char *const maps[] = {"emacs-standard", "vi-insert", "vi-command"};
	for (size_t m = 0; m < sizeof maps / sizeof *maps; m++) {
		ReadlineKeymap map = rl_get_keymap_by_name(maps[m]);
		for (size_t i = 0; i < sizeof keys_of_our_own / sizeof *keys_of_our_own; i++) {
			int type = ISFUNC;
			rl_command_func_t *function = rl_function_of_keyseq(keys_of_our_own[i].keys, map, &type);
			if (!function || (type == ISFUNC && function == keys_of_our_own[i].was))
				rl_bind_keyseq_in_map(keys_of_our_own[i].keys, keys_of_our_own[i].is, map);
		}
		bind_completion(map);
	}
}

/* ---- start and end ---- */

static void on_line(char *line) {
	if (!line) return; /* ^D on an empty line */
	Prompt *prompt = the_prompt;
	text_of(&prompt->entered, line, strlen(line));
	prompt->accepted = true;
	if (past_add(prompt->past, prompt->entered.text)) add_history(line);
	free(line);
}

static void leave_tty(int unused) {
	(void)unused;
}

static void leave_tty_too(void) {
}

static void show_later(void) {
}

/* Complaints about the user's inputrc would be written over the screen. */
static void initialize_silently(FILE *nowhere) {
	fflush(stderr);
	int kept = dup(STDERR_FILENO);
	dup2(fileno(nowhere), STDERR_FILENO);
	rl_initialize();
	if (kept < 0) return;
	dup2(kept, STDERR_FILENO);
	close(kept);
}

static void set_up_readline(Prompt *prompt) {
	static const struct {
		const char *name, *value;
	} variables[] = {
	    {"enable-bracketed-paste", "off"}, /* the marks are term/input.c's business */
	    {"blink-matching-paren", "off"}, /* it would wait half a second */
	    {"bell-style", "none"},
	    {"input-meta", "on"}, {"output-meta", "on"}, {"convert-meta", "off"},
	};
	rl_readline_name = "pgwhy";
	rl_catch_signals = rl_catch_sigwinch = rl_change_environment = 0;
	rl_prep_term_function = leave_tty;
	rl_deprep_term_function = leave_tty_too;
	rl_redisplay_function = show_later;
	rl_getc_function = next_byte;
	rl_input_available_hook = bytes_left;
	rl_outstream = prompt->nowhere;
	initialize_silently(prompt->nowhere);
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) rl_variable_bind(variables[i].name, variables[i].value);
	bind_keys();
	rl_callback_handler_install("", on_line);
}

static void set_up_history(const Past *past) {
	using_history();
	stifle_history(PAST_MOST);
	Str line = STR_INIT;
	for (size_t i = 0; i < past->entries.count; i++) {
		str_clear(&line);
		charset_from_utf8(&line, past->entries.items[i], strlen(past->entries.items[i]));
		add_history(line.text);
	}
	str_release(&line);
}

Prompt *prompt_new(const PromptSpec *spec) {
	Prompt *prompt = calloc(1, sizeof *prompt);
	if (!prompt) die("out of memory");
	*prompt = (Prompt){.spec = *spec, .past = past_read(spec->history_path), .completer = completer_new(spec->candidates, spec->owner)};
	prompt->prefix = prompt->text = prompt->entered = (Str)STR_INIT;
	prompt->nowhere = fopen("/dev/null", "w");
	if (!prompt->nowhere) die("cannot open /dev/null");
	the_prompt = prompt;
	set_up_history(prompt->past);
	set_up_readline(prompt);
	return prompt;
}

void prompt_free(Prompt *prompt) {
	if (!prompt) return;
	past_write(prompt->past, NULL); /* nobody is left to be told */
	prompt_clear(prompt);
	rl_callback_handler_remove();
	rl_clear_history();
	rl_outstream = NULL;
	the_prompt = NULL;
	fclose(prompt->nowhere);
	past_free(prompt->past);
	completer_release(&prompt->completer);
	str_release(&prompt->prefix);
	str_release(&prompt->text);
	str_release(&prompt->entered);
	free(prompt);
}

void prompt_set_prefix(Prompt *prompt, const char *prefix) {
	str_clear(&prompt->prefix);
	add_foreign(&prompt->prefix, prefix, strlen(prefix));
	apply_prefix(prompt);
}

/* ---- events ---- */

static void replace_line(const char *text) {
	rl_free_line_state();
	rl_replace_line(text, 1);
	rl_point = rl_end;
	rl_mark = 0;
	using_history(); /* the next line up is the last one entered */
	if (prompt_is_in_vi_commands()) rl_vi_insertion_mode(1, 'i');
}

void prompt_set_text(Prompt *prompt, const char *text) {
	end_under_way(prompt);
	completer_close(&prompt->completer);
	Str line = STR_INIT;
	add_foreign(&line, text, strlen(text));
	replace_line(line.text);
	str_release(&line);
	apply_prefix(prompt);
}

bool prompt_clear(Prompt *prompt) {
	bool searching = RL_ISSTATE(SEARCHING), typed = rl_end > 0;
	end_under_way(prompt);
	completer_close(&prompt->completer);
	if (!searching) replace_line("");
	apply_prefix(prompt);
	return searching || typed;
}

bool prompt_busy(const Prompt *prompt) {
	return prompt->completer.shown || under_way() || (rl_editing_mode == 0 && !prompt_is_in_vi_commands());
}

/* Esc alone. As a byte readline would take it for the beginning of a sequence, and wait. */
static void escape(Prompt *prompt) {
	static const char key[] = {ESC};
	if (prompt->completer.shown) return; /* any key closes it */
	if (RL_ISSTATE(RL_STATE_ISEARCH)) feed(prompt, key, 1); /* keeps what was found */
	if (under_way()) end_under_way(prompt);
	else if (rl_editing_mode == 0 && !prompt_is_in_vi_commands()) rl_vi_movement_mode(1, ESC);
}

/* What is pasted is text and never commands: it goes past the keys, or into what is searched for. */
static void paste(Prompt *prompt, const char *text, size_t len) {
	Str line = STR_INIT;
	add_foreign(&line, text, len);
	if (RL_ISSTATE(SEARCHING)) {
		str_cut(&line, strcspn(line.text, "\n\t"));
		str_cut(&line, utf8_fit(line.text, SEARCH_PASTE_MOST));
		feed(prompt, line.text, line.len);
	} else {
		if (under_way()) end_under_way(prompt);
		rl_insert_text(line.text);
	}
	str_release(&line);
}

static void tell(Prompt *prompt) {
	const PromptSpec *spec = &prompt->spec;
	bool accepted = prompt->accepted, edit = prompt->edit;
	prompt->accepted = prompt->edit = false;
	if (edit && spec->edit) spec->edit(spec->owner, prompt_text(prompt));
	if (!accepted) return;
	Str text = prompt->entered; /* the prompt may hold another line, or be gone, before this one is done with */
	prompt->entered = (Str)STR_INIT;
	if (spec->accepted) spec->accepted(spec->owner, text.text);
	str_release(&text);
}

void prompt_event(Prompt *prompt, const InputEvent *event) {
	bool invalid = event->kind == INPUT_KEY && event->key.code == UTF8_INVALID && event->len == 1;
	if (invalid && charset_is_utf8()) return; /* half a character would make readline wait for the rest, or end the line */
	prompt->completer.kept = prompt->completer.late = false;
	if (event->kind == INPUT_PASTE) paste(prompt, event->bytes, event->len);
	else if (event->key.code == ESC && !event->key.alt) escape(prompt);
	else feed(prompt, event->bytes, event->len);
	if (!prompt->completer.kept && !prompt->completer.late) completer_close(&prompt->completer);
	apply_prefix(prompt);
	tell(prompt);
}

void prompt_candidates_came(Prompt *prompt) {
	if (prompt->completer.late && !completer_choosing(&prompt->completer)) completer_complete(&prompt->completer);
}

/* ---- drawing ---- */

int prompt_height(const Prompt *prompt, int width, int most) {
	(void)prompt;
	PromptShown now = prompt_shown();
	TextBox textbox = prompt_shown_box(&now);
	int rows = textbox_rows(&textbox, width);
	prompt_shown_release(&now);
	return rows < most ? rows : most;
}

void prompt_draw(Prompt *prompt, Canvas *canvas, Box box) {
	rl_set_screen_size(box.height > 0 ? box.height : 1, box.width > 0 ? box.width : 1);
	PromptShown now = prompt_shown();
	TextBox textbox = prompt_shown_box(&now);
	textbox_draw(&textbox, canvas, box, &prompt->top);
	const Completer *completer = &prompt->completer;
	if (completer->shown) {
		Box clip = canvas_clip(canvas, (Box){0, 0, canvas->width, canvas->height});
		Str front = STR_INIT;
		size_t start = strlen(text_of(&front, rl_line_buffer, (size_t)completer->start));
		int x = box.x + textbox_place(&textbox, box.width, start).x;
		popup_draw(canvas, x, box.y, completer->found.items, completer->found.count, completer->chosen);
		str_release(&front);
		canvas->clip = clip;
	}
	prompt_shown_release(&now);
}
