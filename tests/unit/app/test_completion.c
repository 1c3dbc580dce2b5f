/* test_completion.c: what bash and zsh offer is what the tables hold: real shells are asked. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/completion.h"
#include "app/options.h"
#include "panes/pane.h"
#include "panes/pane_rules.h"
#include "view/theme.h"

static Arena *arena;
static const char *folder;

static int set_up(void **state) {
	(void)state;
	arena = arena_new();
	char *path = arena_copy(arena, "/tmp/pgwhy-completion-XXXXXX");
	folder = mkdtemp(path);
	return folder ? 0 : -1;
}

static int tear_down(void **state) {
	(void)state;
	int status = system(arena_printf(arena, "rm -rf '%s'", folder));
	arena_free(arena);
	return status;
}

static const char *file(const char *name, const char *text) {
	const char *path = arena_printf(arena, "%s/%s", folder, name);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0 && fclose(out) == 0);
	return path;
}

static const char *output_of(const char *command) {
	Str text = STR_INIT;
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	for (int byte; (byte = getc(pipe)) != EOF;) str_add_char(&text, (char)byte);
	assert_int_equal(pclose(pipe), 0);
	const char *copy = arena_copy(arena, text.text);
	str_release(&text);
	return copy;
}

static const char *script(const char *shell) {
	Err err = ERR_INIT;
	const char *text = completion_script(arena, shell, &err);
	assert_non_null(text);
	assert_false(err_is(&err));
	return text;
}

static bool lacks(const char *shell) {
	return system(arena_printf(arena, "command -v %s >/dev/null 2>&1", shell)) != 0;
}

static bool offers(const char *line, const char *word) {
	return strstr(arena_printf(arena, " %s ", line), arena_printf(arena, " %s ", word));
}

/* Takes a line off the front. */
static const char *next_line(const char **text) {
	size_t len = strcspn(*text, "\n");
	const char *line = arena_copy_n(arena, *text, len);
	*text += len + ((*text)[len] == '\n');
	return line;
}

/* What is asked of a shell, line by line: bash answers with all it offers, zsh with the line as it is then. */
typedef struct Questions {
	Str asked;
	LIST(const char *) wanted;
} Questions;

static void ask(Questions *q, const char *line, const char *wanted) {
	str_printf(&q->asked, "%s\n", line);
	*list_push(arena, &q->wanted) = arena_copy(arena, wanted);
}

/* ---- bash ---- */

/* The words as bash has them: NAME=VALUE taken apart, and an empty one to be completed. */
static const char bash_asks[] = "source %s/script\n"
                                "pgwhy() { printf 'number,time,name,execution_ms\\n2,now,before,1\\n1,now,\"a b\",\\nof a text,b,c\\n'; }\n"
                                "while read -r line; do\n"
                                "	[[ $line == *'|' ]] && line=\"${line%%|} ''\"\n"
                                "	eval \"COMP_WORDS=(${line//=/ = })\"\n"
                                "	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                "	_pgwhy\n"
                                "	echo \"${COMPREPLY[*]}\"\n"
                                "done <%s/lines\n";

static void bash_answers(Questions *q) {
	file("script", script("bash"));
	file("lines", q->asked.text);
	const char *told = output_of(arena_printf(arena, "bash '%s'", file("asks", arena_printf(arena, bash_asks, folder, folder))));
	const char *asked = q->asked.text;
	for (size_t i = 0; i < q->wanted.count; i++) {
		const char *line = next_line(&asked), *offered = next_line(&told);
		if (!offers(offered, q->wanted.items[i])) fail_msg("%s: bash offers \"%s\", not %s", line, offered, q->wanted.items[i]);
	}
	str_release(&q->asked);
}

static void every_option_is_offered_where_it_belongs(void **state) {
	(void)state;
	Questions q = {.asked = STR_INIT};
	OptionHelp option;
	for (const Command *command = commands; command->run; command++)
		for (size_t i = 0; option_help(i, &option); i++) {
			if (!option_is_for(option.only, command)) continue;
			const char *line = arena_printf(arena, "pgwhy %s -", command->name ? command->name : "");
			ask(&q, line, arena_printf(arena, "--%s", option.name));
			if (option.letter) ask(&q, line, arena_printf(arena, "-%c", option.letter));
		}
	bash_answers(&q);
}

static void every_word_is_offered_where_it_belongs(void **state) {
	(void)state;
	Questions q = {.asked = STR_INIT};
	for (const Command *command = commands + 1; command->run; command++) {
		ask(&q, "pgwhy |", command->name);
		ask(&q, "pgwhy -h db1 --port=5433 |", command->name);
		ask(&q, "pgwhy --help |", command->name);
	}
	for (const Pane *const *pane = panes; *pane; pane++) ask(&q, "pgwhy show --every 2 |", (*pane)->name);
	const Rule *rule;
	for (size_t i = 0; (rule = every_rule(i)); i++) ask(&q, "pgwhy rules |", rule->id);
	for (Setting s = 0; s < SETTING_COUNT; s++) {
		ask(&q, "pgwhy --set |", arena_printf(arena, "%s=", setting_name(s)));
		if (setting_is_switch(s)) ask(&q, arena_printf(arena, "pgwhy --set %s=|", setting_name(s)), "off");
	}
	for (const Embedded *theme = embedded_themes; theme->name; theme++) {
		const char *ending = strstr(theme->name, ".theme");
		if (!ending) continue;
		const char *name = arena_copy_n(arena, theme->name, (size_t)(ending - theme->name));
		ask(&q, "pgwhy demo --set theme=|", name);
		ask(&q, arena_printf(arena, "pgwhy --set=theme=%.2s", name), name);
	}
	static const char *const cases[][2] = {
	    {"pgwhy show --format m", "markdown"}, {"pgwhy explain --format=|", "json"}, {"pgwhy plan --fail-on w", "warning"}, {"pgwhy --help s", "settings"},
	    {"pgwhy plan /etc/pass", "/etc/passwd"}, {"pgwhy explain -f /etc/pass", "/etc/passwd"}, {"pgwhy --completion z", "zsh"}, {"pgwhy -d plan ex", "explain"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) ask(&q, cases[i][0], cases[i][1]);
	bash_answers(&q);
}

/* Bash takes the @ for a word of its own, unless COMP_WORDBREAKS says otherwise. */
static void kept_plans_are_offered_behind_an_at_sign(void **state) {
	(void)state;
	Questions q = {.asked = STR_INIT};
	static const char *const cases[][2] = {
	    {"pgwhy diff @ b", "before"}, {"pgwhy diff @|", "mark"}, {"pgwhy plan @bef", "@before"}, {"pgwhy diff a.json @ m", "mark"}, {"pgwhy diff /etc/pass", "/etc/passwd"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) ask(&q, cases[i][0], cases[i][1]);
	bash_answers(&q);
}

static void nothing_is_offered_where_it_does_not_belong(void **state) {
	(void)state;
	static const char *const lines[] = {"pgwhy explain --format c", "pgwhy show --fa", "pgwhy --sca", "pgwhy -d pl", "pgwhy show queries q", "pgwhy plan show r"};
	Questions q = {.asked = STR_INIT};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) ask(&q, lines[i], "");
	file("script", script("bash"));
	file("lines", q.asked.text);
	const char *told = output_of(arena_printf(arena, "bash '%s'", file("asks", arena_printf(arena, bash_asks, folder, folder))));
	for (size_t i = 0; i < q.wanted.count; i++) assert_string_equal(next_line(&told), "");
	str_release(&q.asked);
}

/* ---- zsh ---- */

/* An interactive one in a terminal of its own, where Tab is pressed; ^T tells what the line is then. */
static const char zsh_asks[] = "zmodload zsh/zpty\n"
                               "zpty z env TERM=xterm LC_ALL=C zsh -f -i\n"
                               "zpty -w z 'PROMPT= RPROMPT=; fpath=(%s $fpath); autoload -Uz compinit; compinit -u -D; zstyle \":completion:*\" list-prompt \"\";"
                               " told() { print -r -- \"<<$BUFFER>>\"; BUFFER= }; zle -N told; bindkey \"^T\" told; unsetopt zle_bracketed_paste beep; "
                               " pgwhy() { print -r -- \"2,now,before,1\" }; print rea\"\"dy'\n"
                               "zpty -r z out '*ready*'\n"
                               "while read -r line; do\n"
                               "	zpty -n -w z $line$'\\t\\024'\n"
                               "	zpty -r z out '*<<*>>*'\n"
                               "	print -r -- ${${out##*<<}%%%%>>*}\n"
                               "done <%s/lines\n"
                               "zpty -d z\n";

/* --wh could be --whatif and --why. */
static bool begins_another(const char *name, size_t len) {
	OptionHelp option;
	for (size_t i = 0; option_help(i, &option); i++)
		if (strcmp(option.name, name) != 0 && strncmp(option.name, name, len) == 0) return true;
	return false;
}

static void zsh_completes_the_same(void **state) {
	(void)state;
	if (lacks("zsh")) {
		printf("skip: zsh_completes_the_same: no zsh here\n");
		skip();
	}
	Questions q = {.asked = STR_INIT};
	static const char *const cases[][2] = {
	    {"pgwhy exp", "pgwhy explain "}, {"pgwhy --set the", "pgwhy --set theme="}, {"pgwhy --set theme=hi", "pgwhy --set theme=high-contrast "},
	    {"pgwhy --set=mouse=of", "pgwhy --set=mouse=off "}, {"pgwhy rules miss", "pgwhy rules missing-index "}, {"pgwhy --help sett", "pgwhy --help settings "},
	    {"pgwhy explain --fail-on=cr", "pgwhy explain --fail-on=critical "}, {"pgwhy -d plan ru", "pgwhy -d plan rules "},
	    {"pgwhy plan /etc/passw", "pgwhy plan /etc/passwd"}, {"pgwhy --completion ba", "pgwhy --completion bash "},
	    {"pgwhy diff @bef", "pgwhy diff @before "}, {"pgwhy diff a @m", "pgwhy diff a @mark "}, {"pgwhy diff /etc/passw", "pgwhy diff /etc/passwd"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) ask(&q, cases[i][0], cases[i][1]);
	OptionHelp option;
	for (const Command *command = commands; command->run; command++)
		for (size_t i = 0; option_help(i, &option); i++) {
			const char *before = arena_printf(arena, "pgwhy%s%s --", command->name ? " " : "", command->name ? command->name : "");
			if (!option_is_for(option.only, command) || begins_another(option.name, strlen(option.name) - 1)) continue;
			ask(&q, arena_printf(arena, "%s%.*s", before, (int)strlen(option.name) - 1, option.name), arena_printf(arena, "%s%s", before, option.name));
		}
	file("_pgwhy", script("zsh"));
	file("lines", q.asked.text);
	const char *told = output_of(arena_printf(arena, "zsh -f '%s'", file("asks", arena_printf(arena, zsh_asks, folder, folder)))), *asked = q.asked.text;
	for (size_t i = 0; i < q.wanted.count; i++) {
		const char *line = next_line(&asked), *is = next_line(&told);
		if (strncmp(is, q.wanted.items[i], strlen(q.wanted.items[i])) != 0) fail_msg("%s: zsh makes it \"%s\", not %s", line, is, q.wanted.items[i]);
	}
	str_release(&q.asked);
}

static void other_shells_are_refused(void **state) {
	(void)state;
	Err err = ERR_INIT;
	assert_null(completion_script(arena, "fish", &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_non_null(strstr(err.message.text, "\"fish\""));
	err_release(&err);
}

static void nothing_is_left_to_be_filled_in(void **state) {
	(void)state;
	static const char *const shells[] = {"bash", "zsh"};
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		for (const char *at = script(shells[i]); (at = strchr(at, '@')); at++) {
			size_t len = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
			if (len && at[len + 1] == '@') fail_msg("%s: %.*s", shells[i], (int)len + 2, at);
		}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_option_is_offered_where_it_belongs),
	    cmocka_unit_test(every_word_is_offered_where_it_belongs),
	    cmocka_unit_test(kept_plans_are_offered_behind_an_at_sign),
	    cmocka_unit_test(nothing_is_offered_where_it_does_not_belong),
	    cmocka_unit_test(zsh_completes_the_same),
	    cmocka_unit_test(other_shells_are_refused),
	    cmocka_unit_test(nothing_is_left_to_be_filled_in),
	};
	return cmocka_run_group_tests_name("completion", tests, set_up, tear_down);
}
