/* manual.c: what --help and the manual page say, from the program's tables. */
#include "app/manual.h"

#include "advise/unused_cause.h"
#include "app/options.h"
#include "app/words.h"
#include "base/utf8.h"
#include "core/format.h"
#include "panes/pane.h"
#include "panes/pane_rules.h"
#include "panes/scan_verdict.h"
#include "view/keymap.h"
#include "view/role.h"

/* One table, two faces: plain lines for --help, mdoc for the manual. */
typedef struct Face {
	Str *text;
	bool mdoc;
} Face;

enum { CELLS = 80 }; /* of a line: a terminal would break it within words, and begin the next one at its edge */

/* Goes on in the line there is; those after it are indented. */
static void add_prose(Str *text, int indent, const char *prose) {
	while (*prose) {
		size_t len = format_line(prose, CELLS - (size_t)indent);
		str_add_n(text, prose, len);
		str_add_char(text, '\n');
		prose += len + strspn(prose + len, " ");
		if (*prose) str_printf(text, "%*s", indent, "");
	}
}

/* "  left      right"; a left side that is too long has the line to itself. */
static void add_row(Str *text, int width, const char *left, const char *right) {
	if (strlen(left) > (size_t)width) str_printf(text, "  %s\n  %-*s  ", left, width, "");
	else str_printf(text, "  %-*s  ", width, left);
	add_prose(text, width + 4, right);
}

/* In mdoc a line may not begin with . or ', a backslash escapes, and each sentence begins a line. */
static void add_escaped(Str *text, const char *words) {
	bool begins = true;
	for (; *words; words++) {
		bool sentence_ends = words[0] == '.' && words[1] == ' ';
		if (begins && (*words == '.' || *words == '\'')) str_add(text, "\\&");
		if (*words == '\\') str_add(text, "\\(rs");
		else if (*words == '-') str_add(text, "\\-");
		else str_add_char(text, *words);
		if (sentence_ends) str_add(text, "\n");
		words += sentence_ends;
		begins = sentence_ends;
	}
}

static void item(const Face *face, const char *name, const char *help) {
	if (!face->mdoc) {
		add_row(face->text, 22, name, help);
		return;
	}
	str_add(face->text, ".It Sy \"\\&"); /* quoted, one argument; \& because mandoc takes a lone escape for nothing */
	add_escaped(face->text, name);
	str_add(face->text, "\"\n");
	add_escaped(face->text, help);
	str_add(face->text, "\n");
}

static void heading(const Face *face, const char *title) {
	if (!face->mdoc) str_printf(face->text, "%s%s\n", face->text->len ? "\n" : "", title);
}

static void begin(const Face *face) {
	if (face->mdoc) str_add(face->text, ".Bl -tag -width Ds\n");
}

static void end(const Face *face) {
	if (face->mdoc) str_add(face->text, ".El\n");
}

static void add_keys(Arena *arena, const Face *face) {
	static const char *const context_titles[CONTEXT_COUNT] = {
		[CONTEXT_ALL] = "Keys everywhere", [CONTEXT_LIST] = "Keys in a pane", [CONTEXT_PLAN] = "Keys in a plan", [CONTEXT_PAGE] = "Keys in a text",
	};
	Keymap *keymap = keymap_default(arena);
	for (Context context = 0; context < CONTEXT_COUNT; context++) {
		if (face->mdoc) str_printf(face->text, ".Ss %s\n", context_titles[context]);
		heading(face, context_titles[context]);
		begin(face);
		for (Action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
			const char *names = keymap_keys(arena, keymap, context, action);
			const char *everywhere = context == CONTEXT_ALL ? "" : keymap_keys(arena, keymap, CONTEXT_ALL, action);
			if (*names && strcmp(names, everywhere) != 0) item(face, names, action_help(action));
		}
		end(face);
	}
}

static void add_columns_of(Arena *arena, const Face *face, const Pane *const *pane) {
	for (; *pane; pane++) {
		if (face->mdoc) str_printf(face->text, ".Ss %s\n", (*pane)->title);
		heading(face, arena_printf(arena, "%s: %s", (*pane)->title, (*pane)->summary));
		begin(face);
		for (size_t i = 0; i < (*pane)->column_count; i++) item(face, (*pane)->columns[i].id, (*pane)->columns[i].help);
		end(face);
	}
}

static void add_columns(Arena *arena, const Face *face) {
	add_columns_of(arena, face, panes);
	add_columns_of(arena, face, panes_besides);
}

static void add_rules(Arena *arena, const Face *face) {
	heading(face, "Rules of advice");
	begin(face);
	const Rule *rule;
	for (size_t i = 0; (rule = every_rule(i)); i++)
		item(face, rule->id, face->mdoc ? arena_printf(arena, "%s. %s", rule->summary, rule->fires) : rule->summary);
	end(face);
}

static void add_causes(Arena *arena, const Face *face) {
	(void)arena;
	begin(face);
	for (const UnusedReason *reason = unused_reasons; reason->word; reason++) item(face, reason->word, reason->means);
	end(face);
}

static void add_verdicts(Arena *arena, const Face *face) {
	(void)arena;
	begin(face);
	const ScanVerdict *verdict;
	for (size_t i = 0; (verdict = scan_verdict_at(i)); i++) item(face, verdict->word, verdict->means);
	end(face);
}

static void add_options(Arena *arena, const Face *face) {
	OptionHelp option;
	begin(face);
	for (size_t i = 0; option_help(i, &option); i++) {
		const char *letter = option.letter ? arena_printf(arena, "-%c, ", option.letter) : "";
		const char *argument = option.argument ? arena_printf(arena, " %s", option.argument) : "";
		const char *only = option.only ? arena_printf(arena, " (%s)", option.only) : "";
		item(face, arena_printf(arena, "%s--%s%s", letter, option.name, argument), arena_printf(arena, "%s%s", option.help, only));
	}
	end(face);
}

static void add_commands(Arena *arena, const Face *face) {
	begin(face);
	for (const Command *command = commands; command->run; command++)
		item(face, arena_printf(arena, "pgwhy%s%s %s", command->name ? " " : "", command->name ? command->name : "", command->arguments), command->help);
	end(face);
}

static void add_settings(Arena *arena, const Face *face) {
	heading(face, "Settings, in ~/.config/pgwhy/config (lines NAME = VALUE) or by --set NAME=VALUE");
	begin(face);
	for (Setting s = 0; s < SETTING_COUNT; s++)
		item(face, setting_name(s), arena_printf(arena, "%s [%s]", setting_help(s), setting_default(s)));
	end(face);
}

static void add_words(Arena *arena, const Face *face) {
	WordHelp word;
	heading(face, "Words of the prompt, after : or \\");
	begin(face);
	for (size_t i = 0; word_help_of(i, &word); i++)
		item(face, arena_printf(arena, ":%s%s%s", word.name, *word.arguments ? " " : "", word.arguments), word.help);
	end(face);
}

static void add_roles(Arena *arena, const Face *face) {
	(void)arena;
	begin(face);
	for (Role role = 0; role < ROLE_COUNT; role++) item(face, role_name(role), role_meaning(role));
	end(face);
}

static const struct {
	const char *name;
	bool topic; /* of --help too; the others have their place in the overview */
	void (*add)(Arena *arena, const Face *face);
} tables[] = {
	{"words", true, add_words},      {"keys", true, add_keys},        {"columns", true, add_columns},    {"rules", true, add_rules},  {"settings", true, add_settings},
	{"options", false, add_options}, {"commands", false, add_commands}, {"roles", false, add_roles}, {"causes", false, add_causes}, {"verdicts", false, add_verdicts},
};

void manual_topics(Str *words) {
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (tables[i].topic) str_printf(words, "%s%s", words->len ? " " : "", tables[i].name);
}

static bool add_table(Arena *arena, const char *name, const Face *face) {
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (strcmp(tables[i].name, name) == 0 && (face->mdoc || tables[i].topic)) {
			tables[i].add(arena, face);
			return true;
		}
	return false;
}

const char *manual_table(Arena *arena, const char *name) {
	Str text = STR_INIT;
	const char *table = add_table(arena, name, &(Face){.text = &text, .mdoc = true}) ? arena_copy(arena, text.text) : NULL;
	str_release(&text);
	return table;
}

/* ---- --help ---- */

/* The options of one command, or those of all (NULL). */
static void help_options(Str *text, const Command *command) {
	OptionHelp option;
	for (size_t i = 0; option_help(i, &option); i++) {
		if (command ? !option.only || !option_is_for(option.only, command) : option.only != NULL) continue;
		Str left = STR_INIT;
		if (option.letter) str_printf(&left, "-%c, ", option.letter);
		else str_add(&left, "    ");
		str_printf(&left, "--%s%s%s", option.name, option.argument ? " " : "", option.argument ? option.argument : "");
		add_row(text, 24, left.text, option.help);
		str_release(&left);
	}
}

/* A title and what follows it; nothing when nothing follows. */
static void help_options_of(Str *text, const Command *command) {
	size_t before = text->len;
	str_printf(text, "\nOptions of %s:\n", command->name);
	size_t title = text->len;
	help_options(text, command);
	if (text->len == title) str_cut(text, before);
}

static void help_overview(Arena *arena, Str *text) {
	str_add(text, "pgwhy answers why a PostgreSQL server is slow, and what to do about it.\n\nUsage:\n");
	for (const Command *command = commands; command->run; command++)
		add_row(text, 34, arena_printf(arena, "pgwhy %s%s%s", command->name ? command->name : "[OPTION]...", *command->arguments ? " " : "", command->arguments),
		        command->help);
	str_add_char(text, '\n');
	add_prose(text, 0, "Connecting is psql's: the options below, PG* variables, service and pass files, URIs.");
	str_add(text, "\nOptions:\n");
	help_options(text, NULL);
	for (const Command *command = commands + 1; command->run; command++) help_options_of(text, command);
	str_add_char(text, '\n');
	add_prose(text, 0, "Exit status: 0 fine, 1 a finding at or above --fail-on, 2 usage, 3 connection or server, 4 unreadable input.");
}

static void help_command(Str *text, const Command *command) {
	str_printf(text, "pgwhy %s %s\n  ", command->name, command->arguments);
	add_prose(text, 2, command->help);
	help_options_of(text, command);
	str_add(text, "\nThose of every command: pgwhy --help\n");
}

static void help_rule(Str *text, const Rule *rule) {
	str_printf(text, "%s: %s\n\n", rule->id, rule->summary);
	add_prose(text, 0, rule->fires);
}

const char *manual_help(Arena *arena, const char *topic, Err *err) {
	Str text = STR_INIT;
	const Rule *rule = every_rule_named(topic);
	const Command *command = command_named(topic);
	bool found = true;
	if (!*topic) help_overview(arena, &text);
	else if (rule) help_rule(&text, rule);
	else if (!add_table(arena, topic, &(Face){.text = &text}) && command) help_command(&text, command);
	else found = text.len > 0;
	if (!found) {
		err_set(err, ERR_USAGE, "there is no help on \"%s\"", topic);
		err_hint(err, "There is help on settings, keys, words, columns, rules, each rule and each command.");
	}
	const char *copy = found ? arena_copy(arena, text.text) : NULL;
	str_release(&text);
	return copy;
}
