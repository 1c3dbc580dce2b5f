/* completion.c: what shells complete, from the tables of commands, options, settings, panes, rules and themes. The scripts stand in
 * src/app/completion; each @name@ in them is what a function here makes of the tables. */
#include "app/completion.h"

#include "app/manual.h"
#include "app/options.h"
#include "base/embedded.h"
#include "panes/pane.h"
#include "panes/pane.h"
#include "panes/pane_rules.h"
#include "view/theme.h"

extern const Embedded embedded_completion[];

/* ---- words to choose from, blank-separated ---- */

static void add_word(Str *words, const char *word) {
	str_printf(words, "%s%s", words->len ? " " : "", word);
}

static void pane_words(Str *words, const Command *command) {
	(void)command;
	for (const Pane *const *pane = panes; *pane; pane++) add_word(words, (*pane)->name);
	for (const Pane *const *pane = panes_besides; *pane; pane++) add_word(words, (*pane)->name);
}

static void rule_words(Str *words, const Command *command) {
	(void)command;
	const Rule *rule;
	for (size_t i = 0; (rule = every_rule(i)); i++) add_word(words, rule->id);
}

static void format_words(Str *words, const Command *command) {
	for (Format format = 0; format < (Format)FORMAT_COUNT; format++)
		if (format_is_for(format, command)) add_word(words, format_name(format));
}

static void severity_words(Str *words, const Command *command) {
	(void)command;
	for (Severity s = SEVERITY_INFO; s <= SEVERITY_CRITICAL; s++) add_word(words, severity_name(s));
}

static void shell_words(Str *words, const Command *command) {
	(void)command;
	for (const Embedded *shell = embedded_completion; shell->name; shell++) add_word(words, shell->name);
}

static void setting_words(Str *words, const Command *command) {
	(void)command;
	for (Setting s = 0; s < SETTING_COUNT; s++) str_printf(words, "%s%s=", s ? " " : "", setting_name(s));
}

static void command_words(Str *words) {
	for (const Command *command = commands; command->run; command++)
		if (command->name) add_word(words, command->name);
}

static void topic_words(Str *words) {
	command_words(words);
	manual_topics(words);
	rule_words(words, NULL);
}

/* What the tables call an argument, and what there is of it. Of others nothing is known; FILE and PATH are files. */
static const struct {
	const char *argument;
	void (*words)(Str *words, const Command *command);
} kinds[] = {
	{"PANE", pane_words},         {"RULE", rule_words},   {"FORMAT", format_words},
	{"SEVERITY", severity_words}, {"SHELL", shell_words}, {"NAME=VALUE", setting_words},
};

static bool is_file(const char *argument) {
	return strncmp(argument, "FILE", 4) == 0 || strcmp(argument, "PATH") == 0;
}

/* Files, and those of the store. */
static bool is_plan(const char *argument) {
	return strncmp(argument, "FILE|@NAME", 10) == 0 || strncmp(argument, "BEFORE", 6) == 0;
}

/* Of an argument as the tables write it: PANE, [RULE]. False: nothing is known. */
static bool words_for(Str *words, const char *argument, const Command *command) {
	argument += *argument == '[';
	str_clear(words);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncmp(argument, kinds[i].argument, strlen(kinds[i].argument)) == 0) kinds[i].words(words, command);
	return words->len > 0;
}

static bool setting_values(Str *words, Setting setting) {
	Arena *arena = arena_new();
	str_clear(words);
	if (setting == SETTING_THEME) str_add(words, theme_names(arena));
	else if (setting_is_switch(setting)) str_add(words, "on off");
	arena_free(arena);
	return words->len > 0;
}

/* ---- what both scripts say ---- */

static void add_commands(Str *text) {
	Str words = STR_INIT;
	command_words(&words);
	for (const char *at = words.text; *at; at++) str_add_char(text, *at == ' ' ? '|' : *at);
	str_release(&words);
}

static void add_options_with_values(Str *text) {
	OptionHelp option;
	const char *between = "";
	for (size_t i = 0; option_help(i, &option); i++) {
		if (!option.argument) continue;
		if (option.letter) str_printf(text, "%s-%c|--%s", between, option.letter, option.name);
		else str_printf(text, "%s--%s", between, option.name);
		between = "|";
	}
}

/* ---- bash ---- */

static void bash_settings(Str *text) {
	Str words = STR_INIT;
	for (Setting s = 0; s < SETTING_COUNT; s++)
		if (setting_values(&words, s)) str_printf(text, "\t%s) words='%s' ;;\n", setting_name(s), words.text);
	str_release(&words);
}

static void bash_value(Str *text, const OptionHelp *option, const Command *command) {
	const char *name = command ? command->name : "*";
	Str words = STR_INIT;
	str_add(text, "\t");
	if (option->letter) str_printf(text, "%s:-%c | ", name, option->letter);
	str_printf(text, "%s:--%s) ", name, option->name);
	if (is_file(option->argument)) str_add(text, "files=yes ");
	else if (words_for(&words, option->argument, command)) str_printf(text, "words='%s' ", words.text);
	str_add(text, ";;\n");
	str_release(&words);
}

static void bash_values(Str *text) {
	OptionHelp option;
	for (size_t i = 0; option_help(i, &option); i++) {
		if (!option.argument) continue;
		if (!option.only) bash_value(text, &option, NULL);
		for (const Command *command = commands; command->run && option.only; command++)
			if (option_is_for(option.only, command)) bash_value(text, &option, command);
	}
}

/* Those of all commands (NULL), or those of one alone. */
static void add_options(Str *text, const Command *command) {
	OptionHelp option;
	for (size_t i = 0; option_help(i, &option); i++) {
		if (command ? !option.only || !option_is_for(option.only, command) : option.only != NULL) continue;
		if (option.letter) str_printf(text, " -%c", option.letter);
		str_printf(text, " --%s", option.name);
	}
}

static void bash_options(Str *text) { add_options(text, NULL); }

static void bash_options_of_commands(Str *text) {
	for (const Command *command = commands; command->run; command++) {
		if (!command->name) continue;
		str_printf(text, "\t\t\t%s) words+='", command->name);
		add_options(text, command);
		str_add(text, "' ;;\n");
	}
}

static void bash_words_of_commands(Str *text) {
	Str words = STR_INIT;
	for (const Command *command = commands; command->run; command++) {
		if (!command->name) continue;
		if (is_plan(command->arguments)) str_printf(text, "\t\t\t%s:*) files=yes plans=yes ;;\n", command->name);
		else if (words_for(&words, command->arguments, command)) str_printf(text, "\t\t\t%s:1) words='%s' ;;\n", command->name, words.text);
	}
	str_release(&words);
}

/* ---- zsh ---- */

/* Within '…[…]…': quotes end it, brackets and colons mean something. */
static void add_quoted(Str *text, const char *help) {
	for (; *help; help++) {
		if (*help == '\'') str_add(text, "'\\'");
		else if (strchr("[]:\\", *help)) str_add_char(text, '\\');
		str_add_char(text, *help);
	}
}

static void zsh_spec(Str *text, const char *dashes, const char *name, const char *joint, const OptionHelp *option, const Command *command) {
	Str words = STR_INIT;
	str_printf(text, "\t\t'%s%s%s[", dashes, name, option->argument ? joint : "");
	add_quoted(text, option->help);
	str_add(text, "]");
	if (option->argument) str_printf(text, ":%s:", option->argument);
	if (option->argument && strcmp(option->argument, "NAME=VALUE") == 0) str_add(text, "_pgwhy_setting");
	else if (option->argument && is_file(option->argument)) str_add(text, "_files");
	else if (option->argument && words_for(&words, option->argument, command)) str_printf(text, "(%s)", words.text);
	else if (option->argument) str_add(text, " ");
	str_add(text, "'\n");
	str_release(&words);
}

static void zsh_specs(Str *text, const Command *command) {
	OptionHelp option;
	for (size_t i = 0; option_help(i, &option); i++) {
		if (command ? !option.only || !option_is_for(option.only, command) : option.only != NULL) continue;
		if (option.letter) zsh_spec(text, "-", (char[]){option.letter, '\0'}, "+", &option, command);
		zsh_spec(text, "--", option.name, "=", &option, command);
	}
}

static void zsh_options(Str *text) { zsh_specs(text, NULL); }

static void zsh_options_of_commands(Str *text) {
	Str words = STR_INIT;
	for (const Command *command = commands; command->run; command++) {
		if (!command->name) continue;
		str_printf(text, "\t%s) specs+=('1: : '\n", command->name);
		if (is_plan(command->arguments)) str_add(text, "\t\t'*:plan:_pgwhy_plan'\n");
		else if (words_for(&words, command->arguments, command)) str_printf(text, "\t\t'2:%s:(%s)'\n", command->name, words.text);
		zsh_specs(text, command);
		str_add(text, "\t\t) ;;\n");
	}
	str_release(&words);
}

static void zsh_settings(Str *text) {
	Str words = STR_INIT;
	for (Setting s = 0; s < SETTING_COUNT; s++)
		if (setting_values(&words, s)) str_printf(text, "\tcompset -P %s= && { compadd -- %s; return }\n", setting_name(s), words.text);
	str_release(&words);
}

static void zsh_setting_names(Str *text) {
	for (Setting s = 0; s < SETTING_COUNT; s++) str_printf(text, "%s%s", s ? " " : "", setting_name(s));
}

/* ---- the scripts ---- */

static const struct {
	const char *shell; /* NULL: all of them */
	const char *name;
	void (*add)(Str *text);
} parts[] = {
	{NULL, "commands", add_commands}, {NULL, "command_words", command_words}, {NULL, "options_with_values", add_options_with_values}, {NULL, "topics", topic_words},
	{"bash", "settings", bash_settings}, {"bash", "values", bash_values}, {"bash", "options", bash_options},
	{"bash", "options_of_commands", bash_options_of_commands}, {"bash", "words_of_commands", bash_words_of_commands},
	{"zsh", "settings", zsh_settings}, {"zsh", "setting_names", zsh_setting_names}, {"zsh", "options", zsh_options},
	{"zsh", "options_of_commands", zsh_options_of_commands},
};

/* The text between two @, or all of "@" and what follows when it names no part. */
static const char *add_part(Str *text, const char *shell, const char *at) {
	size_t len = strcspn(at + 1, "@");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (strlen(parts[i].name) != len || strncmp(parts[i].name, at + 1, len) != 0) continue;
		if (parts[i].shell && strcmp(parts[i].shell, shell) != 0) continue;
		Str part = STR_INIT;
		parts[i].add(&part);
		str_add_n(text, part.text, part.len);
		str_release(&part);
		return at + len + 2;
	}
	str_add_char(text, '@');
	return at + 1;
}

const char *completion_script(Arena *arena, const char *shell, Err *err) {
	const char *script = embedded_text(embedded_completion, shell);
	if (!script) {
		err_set(err, ERR_USAGE, "--completion takes bash or zsh, not \"%s\"", shell);
		return NULL;
	}
	Str text = STR_INIT;
	while (*script) {
		size_t plain = strcspn(script, "@");
		str_add_n(&text, script, plain);
		script += plain;
		if (*script) script = add_part(&text, shell, script);
	}
	const char *copy = arena_copy(arena, text.text);
	str_release(&text);
	return copy;
}
