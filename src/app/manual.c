/* manual.c: the tables of the program as help texts and as parts of the manual page. */
#include "app/manual.h"

#include "advise/advise.h"
#include "app/options.h"
#include "panes/pane.h"
#include "view/keymap.h"
#include "view/role.h"

/* One table, two faces: plain lines for --help, mdoc for the manual. */
typedef struct Face {
	Str *text;
	bool mdoc;
} Face;

/* In mdoc a line may not begin with . or ', and a backslash escapes. */
static void add_escaped(Str *text, const char *words) {
	if (*words == '.' || *words == '\'') str_add(text, "\\&");
	for (; *words; words++) {
		if (*words == '\\') str_add(text, "\\e");
		else if (*words == '-') str_add(text, "\\-");
		else str_add_char(text, *words);
	}
}

static void item(const Face *face, const char *name, const char *help) {
	if (!face->mdoc) {
		str_printf(face->text, strlen(name) > 22 ? "  %s\n  %-22s  %s\n" : "  %-22s%s  %s\n", name, "", help);
		return;
	}
	str_add(face->text, ".It Sy ");
	add_escaped(face->text, name);
	str_add(face->text, "\n");
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

static void add_columns(Arena *arena, const Face *face) {
	for (const Pane *const *pane = panes; *pane; pane++) {
		if (face->mdoc) str_printf(face->text, ".Ss %s\n", (*pane)->title);
		heading(face, arena_printf(arena, "%s: %s", (*pane)->title, (*pane)->summary));
		begin(face);
		for (size_t i = 0; i < (*pane)->column_count; i++) item(face, (*pane)->columns[i].id, (*pane)->columns[i].help);
		end(face);
	}
}

static void add_rules(Arena *arena, const Face *face) {
	heading(face, "Rules of advice");
	begin(face);
	for (const Rule *const *rule = rules; *rule; rule++)
		item(face, (*rule)->id, face->mdoc ? arena_printf(arena, "%s. %s", (*rule)->summary, (*rule)->fires) : (*rule)->summary);
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
	begin(face);
	for (Setting s = 0; s < SETTING_COUNT; s++)
		item(face, setting_name(s), arena_printf(arena, "%s [%s]", setting_help(s), setting_default(s)));
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
	bool in_help; /* the others have their own place in --help */
	void (*add)(Arena *arena, const Face *face);
} tables[] = {
	{"keys", true, add_keys},         {"columns", true, add_columns},   {"rules", true, add_rules},
	{"options", false, add_options}, {"commands", false, add_commands}, {"settings", false, add_settings},
	{"roles", false, add_roles},
};

static bool add_table(Arena *arena, const char *name, const Face *face) {
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (strcmp(tables[i].name, name) == 0 && (face->mdoc || tables[i].in_help)) {
			tables[i].add(arena, face);
			return true;
		}
	return false;
}

bool manual_help(Arena *arena, const char *topic, Str *text) {
	const Rule *rule = rule_named(topic);
	if (!rule) return add_table(arena, topic, &(Face){.text = text});
	str_printf(text, "%s: %s\n\n%s\n", rule->id, rule->summary, rule->fires);
	return true;
}

const char *manual_table(Arena *arena, const char *name) {
	Str text = STR_INIT;
	const char *table = add_table(arena, name, &(Face){.text = &text, .mdoc = true}) ? arena_copy(arena, text.text) : NULL;
	str_release(&text);
	return table;
}
