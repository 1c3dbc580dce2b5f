/* candidates.c: what Tab offers at the prompt: of a statement, or of a word's argument. */
#include "app/candidates.h"

#include <ctype.h>

#include "app/candidate_list.h"
#include "app/namer.h"
#include "report/migration.h"
#include "sql/token.h"

/* As behind TABLE: schemas, quotes and all. */
static size_t add_relations(CandidateList *list, const char *argument) {
	static const char before[] = "table ";
	const char *text = arena_printf(list->arena, "%s%s", before, argument);
	size_t start = candidates_sql(list, text, strlen(text));
	return start > strlen(before) ? start - strlen(before) : 0;
}

/* Behind ON, or at the beginning where somebody left CREATE INDEX ON out. False: ON is still to come. */
static bool indexed_table_at(const char *argument, const TokenList *tokens, size_t *at) {
	size_t nth = 0, len = strlen(argument);
	bool create = tokens_have(argument, tokens, 0, "create");
	while (create && nth < tokens->count && !tokens_have(argument, tokens, nth, "on")) nth++;
	if (create && nth == tokens->count) return false;
	nth += tokens_have(argument, tokens, nth, "on");
	nth += tokens_have(argument, tokens, nth, "only");
	*at = nth < tokens->count ? tokens->items[nth].span.start : len;
	return *at < len || !len || isspace((unsigned char)argument[len - 1]);
}

/* The columns of its table, as in a row that WHERE compares; behind the parenthesis, as in WHERE itself. */
static size_t add_indexed_columns(CandidateList *list, const char *argument, const TokenList *tokens, size_t table, size_t open) {
	size_t close = tokens_group_end(argument, tokens, open), rest = close ? tokens->items[close - 1].span.end : tokens->items[open].span.end;
	const char *name = arena_copy_n(list->arena, argument + table, tokens->items[open].span.start - table);
	const char *front = arena_printf(list->arena, "select from %s %s", name, close ? "" : "where (");
	const char *text = arena_printf(list->arena, "%s%s", front, argument + rest);
	size_t start = candidates_sql(list, text, strlen(text));
	return rest + (start > strlen(front) ? start - strlen(front) : 0);
}

static size_t add_new_index(CandidateList *list, const char *argument) {
	TokenList tokens = sql_tokens(list->arena, argument);
	size_t table;
	if (!indexed_table_at(argument, &tokens, &table)) return candidates_sql(list, argument, strlen(argument));
	for (size_t i = 0; i < tokens.count; i++)
		if (tokens.items[i].span.start > table && tokens_have(argument, &tokens, i, "(")) return add_indexed_columns(list, argument, &tokens, table, i);
	return table + add_relations(list, argument + table);
}

static size_t add_kind(CandidateList *list, NameKind kind, const char *argument) {
	size_t quote = *argument == '"';
	list->typed = argument + quote;
	list->exactly = quote;
	Names *names = namer_names(list->app->namer);
	list->late = !names_known(names, kind);
	NameRange range = names_find(names, kind, list->typed);
	for (size_t i = 0; i < range.count; i++) candidate_add_name(list, range.items[i].text, range.items[i].note);
	return 0;
}

/* `on,off` */
static void add_choices(CandidateList *list, const char *choices) {
	while (choices && *choices) {
		size_t len = strcspn(choices, ",");
		candidate_add_word(list, arena_copy_n(list->arena, choices, len), NULL);
		choices += len + (choices[len] == ',');
	}
}

/* NAME=VALUE: where the value begins; 0: the name is being typed. */
static size_t value_at(const char *argument) {
	const char *equals = strchr(argument, '=');
	return equals ? (size_t)(equals - argument) + 1 : 0;
}

static size_t add_parameters(CandidateList *list, const char *argument) {
	Names *names = namer_names(list->app->namer);
	size_t value = value_at(argument);
	list->typed = argument + value;
	list->late = !names_known(names, NAME_SETTING);
	if (value) {
		const Name *choices = names_exact(names, NAME_CHOICES, arena_copy_n(list->arena, argument, value - 1));
		add_choices(list, choices ? choices->note : NULL);
		return value;
	}
	NameRange range = names_find(names, NAME_SETTING, argument);
	for (size_t i = 0; i < range.count; i++)
		if (explain_setting_allowed(range.items[i].text, NULL)) candidate_add_word(list, arena_printf(list->arena, "%s=", range.items[i].text), range.items[i].note);
	return 0;
}

static size_t add_settings(CandidateList *list, const char *argument) {
	size_t value = value_at(argument);
	list->typed = argument + value;
	for (int i = 0; i < SETTING_COUNT; i++) {
		const char *name = setting_name((Setting)i), *standard = setting_default((Setting)i);
		bool switched = strcmp(standard, "on") == 0 || strcmp(standard, "off") == 0;
		if (!value) candidate_add_word(list, arena_printf(list->arena, "%s=", name), setting_help((Setting)i));
		else if (strlen(name) == value - 1 && strncmp(argument, name, value - 1) == 0) add_choices(list, switched ? "on,off" : setting_text(&list->app->settings, (Setting)i));
	}
	return value;
}

/* A tool, then a folder. */
static size_t add_migrations(CandidateList *list, const char *argument) {
	size_t len = strcspn(argument, " ");
	size_t folder = argument[len] ? len + strspn(argument + len, " ") : 0;
	if (folder) return folder + candidates_files(list, argument + folder, strlen(argument + folder));
	list->typed = argument;
	for (size_t i = 0; migration_formats[i]; i++) candidate_add_word(list, migration_formats[i]->name, migration_formats[i]->help);
	return 0;
}

static size_t add_argument(ArgumentKind kind, CandidateList *list, const char *argument, const char *text, size_t cursor) {
	switch (kind) {
	case ARGUMENT_NONE: return 0;
	case ARGUMENT_SQL: return candidates_sql(list, text, cursor);
	case ARGUMENT_RELATION:
	case ARGUMENT_TABLE: {
		size_t start = add_relations(list, argument);
		if (kind == ARGUMENT_RELATION) add_kind(list, NAME_INDEX, argument + start);
		return start;
	}
	case ARGUMENT_NEW_INDEX: return add_new_index(list, argument);
	case ARGUMENT_INDEX: return add_kind(list, NAME_INDEX, argument);
	case ARGUMENT_DATABASE: return add_kind(list, NAME_DATABASE, argument);
	case ARGUMENT_FILE: return candidates_files(list, argument, strlen(argument));
	case ARGUMENT_PARAMETER: return add_parameters(list, argument);
	case ARGUMENT_SETTING: return add_settings(list, argument);
	case ARGUMENT_MIGRATION: return add_migrations(list, argument);
	}
	return 0;
}

Candidates candidates_of(ArgumentKind kind, App *app, Arena *arena, const char *text, size_t start, size_t cursor) {
	CandidateList list = {.app = app, .arena = arena, .typed = ""};
	const char *argument = arena_copy_n(arena, text + start, cursor - start);
	size_t from = add_argument(kind, &list, argument, text + start, cursor - start);
	return (Candidates){.start = start + from, .items = list.items.items, .count = list.items.count, .late = list.late};
}
