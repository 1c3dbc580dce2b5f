/* candidates_sql.c: candidates at the cursor of a statement: columns first, then tables, functions, key words. */
#include <ctype.h>

#include "app/candidate_list.h"
#include "app/candidates.h"
#include "app/namer.h"
#include "sql/complete.h"
#include "sql/quote.h"

enum { FIRST_OWN_OID = 16384 }; /* FirstNormalObjectId: what is below came with the server */

/* The types people write in casts. */
static const char *const types[] = {
	"text", "int", "bigint", "numeric", "date", "timestamp", "timestamptz", "boolean", "jsonb", "uuid", "varchar", "interval", "double precision", "real",
	"smallint", "json", "time", "bytea", "char", "inet", "money", "regclass", "text[]", "int[]", "bigint[]", "oid", "xml", "tsvector", "tsquery",
};

/* ---- columns ---- */

static const Name *relation_of(const CandidateList *list, const TableRef *table) {
	return names_relation(namer_names(list->app->namer), table->schema, table->name);
}

static const NameColumns *columns_of(CandidateList *list, const TableRef *table) {
	const Name *relation = relation_of(list, table);
	if (!relation) return NULL;
	const NameColumns *columns = namer_columns(list->app->namer, relation->oid);
	if (!columns) list->late = true;
	return columns;
}

/* In several tables of the statement such a name has to say which. */
static bool is_ambiguous(CandidateList *list, const Scope *tables, const char *column) {
	size_t found = 0;
	for (size_t i = 0; i < tables->count && found < 2; i++) {
		const ScopeTable *table = &tables->items[i];
		for (size_t k = 0; k < table->columns.count; k++) found += strcmp(table->columns.items[k], column) == 0;
		for (size_t k = 0; k < table->stars.count; k++) {
			const NameColumns *columns = columns_of(list, &table->stars.items[k]);
			for (size_t n = 0; columns && n < columns->count; n++) found += strcmp(columns->items[n].text, column) == 0;
		}
	}
	return found > 1;
}

static void add_column(CandidateList *list, const Expected *expected, const ScopeTable *table, const char *name, const char *type) {
	if (!candidate_fits(list, name)) return;
	bool qualified = !expected->qualifier && expected->tables.count > 1 && is_ambiguous(list, &expected->tables, name);
	if (!qualified) candidate_add_name(list, name, type);
	else candidate_add(list, arena_printf(list->arena, "%s.%s", sql_identifier(list->arena, table->alias), sql_identifier(list->arena, name)), type);
}

/* A column list behind an alias renames the first ones. */
static void add_columns(CandidateList *list, const Expected *expected) {
	for (size_t i = 0; i < expected->tables.count; i++) {
		const ScopeTable *table = &expected->tables.items[i];
		for (size_t k = 0; k < table->columns.count; k++) add_column(list, expected, table, table->columns.items[k], "column");
		for (size_t k = 0; k < table->stars.count; k++) {
			const NameColumns *columns = columns_of(list, &table->stars.items[k]);
			for (size_t n = table->derived ? 0 : table->columns.count; columns && n < columns->count; n++)
				add_column(list, expected, table, columns->items[n].text, columns->items[n].type);
		}
	}
}

static void add_aliases(CandidateList *list, const Expected *expected) {
	for (size_t i = 0; i < expected->tables.count; i++) candidate_add_name(list, expected->tables.items[i].alias, "alias");
}

/* ---- what stands in schemas ---- */

static bool is_system(const char *schema) {
	return strcmp(schema, "information_schema") == 0 || strncmp(schema, "pg_", 3) == 0;
}

static void add_in_schema(CandidateList *list, NameKind kind, const char *schema, const char *end) {
	Names *names = namer_names(list->app->namer);
	NameRange range = names_find(names, kind, list->typed);
	for (size_t i = 0; i < range.count; i++) {
		const char *in = names_schema(names, range.items[i].schema);
		if (!in || strcmp(in, schema) != 0 || !candidate_fits(list, range.items[i].text)) continue;
		if (*end) candidate_add(list, arena_printf(list->arena, "%s%s", sql_identifier(list->arena, range.items[i].text), end), range.items[i].note);
		else candidate_add_name(list, range.items[i].text, range.items[i].note);
	}
}

/* Elsewhere than on the search path: with the schema in front. */
static void add_elsewhere(CandidateList *list, const char *schema, const Name *relation) {
	const char *text = arena_printf(list->arena, "%s.%s", sql_identifier(list->arena, schema), sql_identifier(list->arena, relation->text));
	candidate_add(list, text, relation->note);
}

/* The users' own first; what the server came with only when asked for by its first letters. */
static void add_relations(CandidateList *list, NameKind kind, bool own) {
	Names *names = namer_names(list->app->namer);
	NameRange range = names_find(names, kind, list->typed);
	for (size_t i = 0; i < range.count && list->items.count < MOST_CANDIDATES; i++) {
		const Name *relation = &range.items[i];
		const char *schema = names_schema(names, relation->schema);
		bool mine = schema && relation->oid >= FIRST_OWN_OID && !is_system(schema);
		if (!schema || mine != own || !candidate_fits(list, relation->text)) continue;
		bool searched = names_place(names, relation->schema) > 0;
		bool hidden = searched && kind == NAME_RELATION && names_relation(names, NULL, relation->text) != relation;
		if (searched && !hidden) candidate_add_name(list, relation->text, relation->note);
		else if (mine && *list->typed && !list->exactly) add_elsewhere(list, schema, relation);
	}
}

static void add_schemas(CandidateList *list) {
	NameRange range = names_find(namer_names(list->app->namer), NAME_SCHEMA, list->typed);
	for (size_t i = 0; i < range.count; i++)
		if (*list->typed || !is_system(range.items[i].text)) candidate_add_name(list, range.items[i].text, range.items[i].note);
}

/* Where tables stand, functions stand that return rows, which no aggregate does. */
static bool may_stand(const Expected *expected, const Name *function) {
	bool aggregates = function->note && (strncmp(function->note, "aggregate", 9) == 0 || strncmp(function->note, "window", 6) == 0);
	return !(expected->wants & COMPLETE_RELATIONS) || !aggregates;
}

static void add_functions(CandidateList *list, const Expected *expected, bool called) {
	Names *names = namer_names(list->app->namer);
	NameRange range = names_find(names, NAME_FUNCTION, list->typed);
	for (size_t i = 0; i < range.count && *list->typed; i++) {
		if (!names_place(names, range.items[i].schema) || !may_stand(expected, &range.items[i]) || !candidate_fits(list, range.items[i].text)) continue;
		candidate_add(list, arena_printf(list->arena, "%s%s", sql_identifier(list->arena, range.items[i].text), called ? "" : "("), range.items[i].note);
	}
}

/* ---- words ---- */

static const char *capitals(Arena *arena, const char *word) {
	char *copy = arena_copy(arena, word);
	for (char *letter = copy; *letter; letter++) *letter = (char)toupper((unsigned char)*letter);
	return copy;
}

static void add_words(CandidateList *list, const char *const *words, bool upper) {
	for (; *words; words++)
		if (candidate_fits(list, *words)) candidate_add(list, upper ? capitals(list->arena, *words) : *words, NULL);
}

static void add_names(CandidateList *list, const Expected *expected, bool called) {
	Names *names = namer_names(list->app->namer);
	unsigned wants = expected->wants;
	if (wants & (COMPLETE_RELATIONS | COMPLETE_COLUMNS | COMPLETE_FUNCTIONS)) list->late = list->late || !names_known(names, NAME_FUNCTION);
	if (wants & COMPLETE_COLUMNS) add_columns(list, expected);
	if ((wants & COMPLETE_TABLES) && !expected->qualifier) add_aliases(list, expected);
	if ((wants & COMPLETE_RELATIONS) && expected->qualifier) add_in_schema(list, NAME_RELATION, expected->qualifier, "");
	if ((wants & COMPLETE_FUNCTIONS) && expected->qualifier) add_in_schema(list, NAME_FUNCTION, expected->qualifier, called ? "" : "(");
	if (expected->qualifier) return;
	if (wants & COMPLETE_RELATIONS) {
		for (size_t i = 0; i < expected->with.count; i++) candidate_add_name(list, expected->with.items[i], "with");
		add_relations(list, NAME_RELATION, true);
		add_schemas(list);
		if (*list->typed) add_relations(list, NAME_RELATION, false);
	}
	if (wants & COMPLETE_TYPES)
		for (size_t i = 0; i < sizeof types / sizeof *types; i++) candidate_add_word(list, types[i], "type");
	if (wants & COMPLETE_FUNCTIONS) add_functions(list, expected, called);
}

size_t candidates_sql(CandidateList *list, const char *text, size_t cursor) {
	Expected expected = complete_expected(list->arena, text, cursor);
	list->typed = expected.typed;
	list->exactly = expected.quoted;
	add_names(list, &expected, text[cursor] == '(');
	add_words(list, expected.words, expected.upper);
	return expected.start;
}

enum { FORESEEN_BYTES = 1 << 14 };

void candidates_foresee(App *app, const char *sql) {
	if (strlen(sql) > FORESEEN_BYTES) return;
	Arena *arena = arena_new();
	CandidateList list = {.app = app, .arena = arena, .typed = ""};
	Expected expected = complete_expected(arena, sql, strlen(sql));
	for (size_t i = 0; i < expected.tables.count; i++)
		for (size_t k = 0; k < expected.tables.items[i].stars.count; k++) columns_of(&list, &expected.tables.items[i].stars.items[k]);
	namer_wanted(app->namer);
	arena_free(arena);
}
