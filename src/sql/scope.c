/* scope.c: the tables in reach of a place in a statement, by its words alone. */
#include "sql/scope.h"

#include "base/str.h"
#include "sql/keyword.h"

/* WITH queries may read each other over and over: there is an end to it. */
enum { MOST_LEVELS = 24, MOST_NESTING = 8, MOST_TABLES = 200, MOST_COLUMNS = 1600, MOST_ITEMS = 20000 };

/* Tokens [first, end), the inside of a parenthesis or the whole. */
typedef struct Level {
	size_t first, end;
} Level;

/* ---- words ---- */

bool draft_is(const Draft *draft, size_t nth, const char *word) {
	return nth < draft->count && token_is(draft->text, draft->tokens[nth], word);
}

static bool is_one_of(const Draft *draft, size_t nth, const char *const *words) {
	for (; *words; words++)
		if (draft_is(draft, nth, *words)) return true;
	return false;
}

static bool is_quoted(const Draft *draft, size_t nth) {
	Token token = draft->tokens[nth];
	const char *text = draft->text + token.span.start;
	return token.kind == TOKEN_NAME && (text[0] == '"' || (token.span.end - token.span.start > 2 && text[1] == '&' && text[2] == '"'));
}

bool draft_is_name(const Draft *draft, size_t nth) {
	if (nth >= draft->count || nth == draft->typed) return false;
	Token token = draft->tokens[nth];
	if (token.kind == TOKEN_NAME) return true;
	return token.kind == TOKEN_KEYWORD && !keyword_reserved(draft->text + token.span.start, token.span.end - token.span.start);
}

const char *draft_name(const Draft *draft, size_t nth) {
	Token token = draft->tokens[nth];
	const char *text = draft->text + token.span.start;
	size_t len = token.span.end - token.span.start;
	Str name = STR_INIT;
	if (is_quoted(draft, nth)) {
		const char *quote = memchr(text, '"', len), *end = text + len;
		for (text = quote + 1; text < end; text++) {
			if (*text == '"' && (text + 1 == end || text[1] != '"')) break;
			str_add_char(&name, *text);
			text += *text == '"';
		}
	} else {
		for (size_t i = 0; i < len; i++) str_add_char(&name, text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 'a' - 'A') : text[i]);
	}
	const char *copy = arena_copy_n(draft->arena, name.text, name.len);
	str_release(&name);
	return copy;
}

size_t draft_skip(const Draft *draft, size_t nth) {
	if (!draft_is(draft, nth, "(")) return nth + 1;
	size_t partner = draft->partner[nth];
	return partner < draft->count ? partner + 1 : draft->count;
}

bool draft_opens_query(const Draft *draft, size_t nth) {
	static const char *const verbs[] = {"select", "with", "values", "table", "insert", "update", "delete", "merge", NULL};
	return nth != draft->typed && is_one_of(draft, nth, verbs);
}

static Level inside(const Draft *draft, size_t parenthesis) {
	return (Level){parenthesis + 1, draft->partner[parenthesis]};
}

/* ---- WITH ---- */

/* One of the queries of WITH. */
typedef struct WithQuery {
	const char *name;
	ScopeNames columns; /* as listed behind its name */
	Level query;
} WithQuery;

typedef LIST(WithQuery) WithList;

static size_t read_names(const Draft *draft, size_t parenthesis, ScopeNames *names) {
	size_t end = draft_skip(draft, parenthesis);
	for (size_t i = parenthesis + 1; i < end && names->count < MOST_COLUMNS; i++)
		if (draft_is_name(draft, i)) *list_push(draft->arena, names) = draft_name(draft, i);
	return end;
}

static void add_with(const Draft *draft, Level level, WithList *list) {
	size_t at = level.first;
	if (!draft_is(draft, at, "with")) return;
	at += draft_is(draft, at + 1, "recursive") ? 2 : 1;
	while (at < level.end && draft_is_name(draft, at) && list->count < MOST_TABLES) {
		WithQuery query = {.name = draft_name(draft, at++)};
		if (draft_is(draft, at, "(")) at = read_names(draft, at, &query.columns);
		static const char *const between[] = {"as", "not", "materialized", NULL};
		while (at < level.end && is_one_of(draft, at, between)) at++;
		if (!draft_is(draft, at, "(")) return;
		query.query = inside(draft, at);
		*list_push(draft->arena, list) = query;
		at = draft_skip(draft, at);
		if (!draft_is(draft, at, ",")) return;
		at++;
	}
}

/* ---- levels ---- */

typedef struct Levels {
	Level items[MOST_LEVELS]; /* innermost first, the whole statement last */
	size_t count;
} Levels;

static Levels levels_at(const Draft *draft, size_t at) {
	LIST(size_t) open = {0};
	for (size_t i = 0; i < at && i < draft->count; i++) {
		if (draft_is(draft, i, "(")) *list_push(draft->arena, &open) = i;
		else if (draft_is(draft, i, ")") && open.count) open.count--;
	}
	Levels levels = {.count = 0};
	while (open.count && levels.count < MOST_LEVELS - 1) levels.items[levels.count++] = inside(draft, open.items[--open.count]);
	levels.items[levels.count++] = (Level){0, draft->count};
	return levels;
}

static WithList with_of(const Draft *draft, const Levels *levels) {
	WithList list = {0};
	for (size_t i = 0; i < levels->count; i++) add_with(draft, levels->items[i], &list);
	return list;
}

ScopeNames scope_with_names(const Draft *draft, size_t at) {
	Levels levels = levels_at(draft, at);
	WithList list = with_of(draft, &levels);
	ScopeNames names = {0};
	for (size_t i = 0; i < list.count; i++)
		if (at < list.items[i].query.first || at > list.items[i].query.end) *list_push(draft->arena, &names) = list.items[i].name;
	return names;
}

/* ---- tables of a FROM clause ---- */

typedef struct Reading {
	const Draft *draft;
	const WithList *with;
	Scope *scope;
	int nesting;
	size_t *items_left;
} Reading;

static void read_query(const Reading *reading, Level query, ScopeTable *table);
static void read_tables(const Reading *reading, Level level, bool in_from);

/* `AS alias (names)`, all of it optional. */
static size_t read_alias(const Draft *draft, size_t at, ScopeTable *table) {
	if (draft_is(draft, at, "*")) at++;
	bool as = draft_is(draft, at, "as");
	size_t name = at + as;
	bool plain = name < draft->count && name != draft->typed && (draft->tokens[name].kind == TOKEN_NAME || (as && draft_is_name(draft, name)));
	if (!plain) return name;
	table->alias = draft_name(draft, name++);
	if (draft_is(draft, name, "(")) {
		ScopeNames names = {0};
		name = read_names(draft, name, &names);
		if (names.count) table->columns = names;
		if (names.count && table->derived) table->stars.count = 0;
	}
	return name;
}

static const WithQuery *with_named(const WithList *with, const char *name) {
	for (size_t i = 0; i < with->count; i++)
		if (strcmp(with->items[i].name, name) == 0) return &with->items[i];
	return NULL;
}

static void settle_table(const Reading *reading, TableRef ref, ScopeTable *table) {
	const WithQuery *query = ref.schema ? NULL : with_named(reading->with, ref.name);
	table->alias = ref.name;
	if (!query) {
		*list_push(reading->draft->arena, &table->stars) = ref;
		return;
	}
	table->derived = true;
	if (query->columns.count) table->columns = query->columns;
	else read_query(reading, query->query, table);
}

static void add_table(const Reading *reading, const ScopeTable *table) {
	if (table->alias && reading->scope->count < MOST_TABLES) *list_push(reading->draft->arena, reading->scope) = *table;
}

static size_t read_named(const Reading *reading, size_t at, bool target) {
	const Draft *draft = reading->draft;
	const char *parts[3] = {NULL, NULL, draft_name(draft, at)};
	for (at++; draft_is(draft, at, ".") && at + 1 < draft->count && draft->tokens[at + 1].kind != TOKEN_OPERATOR; at += 2) {
		if (at + 1 == draft->typed) return at + 2; /* it is being typed still */
		parts[0] = parts[1];
		parts[1] = parts[2];
		parts[2] = draft_name(draft, at + 1);
	}
	if (draft_is(draft, at, ".")) return at + 1;
	ScopeTable table = {.target = target};
	if (draft_is(draft, at, "(") && !target) { /* a function: nobody here knows what it returns */
		ScopeTable ignored = {.derived = true};
		at = read_alias(draft, draft_skip(draft, at), &ignored);
		if (ignored.columns.count) add_table(reading, &ignored);
		return at;
	}
	settle_table(reading, (TableRef){.schema = parts[1], .name = parts[2]}, &table);
	if (target && !draft_is(draft, at, "as") && draft_is(draft, at, "(")) { /* INSERT INTO t (columns) */
		add_table(reading, &table);
		return draft_skip(draft, at);
	}
	at = read_alias(draft, at, &table);
	add_table(reading, &table);
	return at;
}

static size_t read_group(const Reading *reading, size_t parenthesis) {
	const Draft *draft = reading->draft;
	Level level = inside(draft, parenthesis);
	size_t end = draft_skip(draft, parenthesis);
	if (!draft_opens_query(draft, level.first) && !draft_is(draft, level.first, "(")) {
		read_tables(reading, level, true);
		return end;
	}
	ScopeTable table = {.derived = true};
	read_query(reading, level, &table);
	end = read_alias(draft, end, &table);
	add_table(reading, &table);
	return end;
}

static size_t read_item(const Reading *reading, size_t at, bool target) {
	static const char *const before[] = {"only", "lateral", "table", "rows", NULL};
	const Draft *draft = reading->draft;
	if (*reading->items_left == 0) return at;
	--*reading->items_left;
	while (is_one_of(draft, at, before)) at++;
	if (draft_is(draft, at, "(")) return read_group(reading, at);
	return draft_is_name(draft, at) ? read_named(reading, at, target) : at;
}

/* What the word at `at` begins. */
typedef enum Opening { OPENS_NOTHING, OPENS_FROM, OPENS_TARGET, ENDS_FROM } Opening;

static Opening opening(const Draft *draft, Level level, size_t at, bool in_from) {
	static const char *const ends[] = {"where", "group", "having", "order", "limit", "offset", "fetch", "set", "returning", "values", "select", "window", "for", "do", "then", NULL};
	static const char *const locks[] = {"for", "key", "do", "then", NULL};
	bool merges = draft_is(draft, level.first, "delete") || draft_is(draft, level.first, "merge");
	if (draft_is(draft, at, "from")) {
		if (at > level.first && draft_is(draft, at - 1, "distinct") && in_from) return OPENS_NOTHING; /* IS DISTINCT FROM */
		if (at > level.first && draft_is(draft, at - 1, "distinct") && at > level.first + 1 && (draft_is(draft, at - 2, "is") || draft_is(draft, at - 2, "not"))) return OPENS_NOTHING;
		return at > level.first && draft_is(draft, at - 1, "delete") ? OPENS_TARGET : OPENS_FROM;
	}
	if (draft_is(draft, at, "join") || (draft_is(draft, at, "table") && at == level.first)) return OPENS_FROM;
	if (draft_is(draft, at, "using") && merges && !draft_is(draft, at + 1, "(")) return OPENS_FROM;
	if (draft_is(draft, at, "into")) return OPENS_TARGET;
	if (draft_is(draft, at, "update")) return at > level.first && is_one_of(draft, at - 1, locks) ? OPENS_NOTHING : OPENS_TARGET;
	if (draft_is(draft, at, ",") && in_from) return OPENS_FROM;
	return is_one_of(draft, at, ends) ? ENDS_FROM : OPENS_NOTHING;
}

static void read_tables(const Reading *reading, Level level, bool in_from) {
	const Draft *draft = reading->draft;
	size_t at = level.first;
	if (in_from) at = read_item(reading, at, false);
	while (at < level.end) {
		Opening what = draft->tokens[at].kind == TOKEN_STRING ? OPENS_NOTHING : opening(draft, level, at, in_from);
		if (what == ENDS_FROM) in_from = false;
		if (what == OPENS_FROM) in_from = true;
		if (what == OPENS_FROM || what == OPENS_TARGET) {
			size_t next = read_item(reading, at + 1, what == OPENS_TARGET);
			at = next > at ? next : at + 1;
		} else {
			at = draft_skip(draft, at);
		}
	}
}

/* ---- what a query returns ---- */

static bool ends_arm(const Draft *draft, size_t at) {
	static const char *const words[] = {"union", "intersect", "except", NULL};
	return is_one_of(draft, at, words);
}

/* Of several arms of a UNION the one with `at` in it. */
static Level arm_of(const Draft *draft, Level level, size_t at) {
	for (size_t i = level.first; i < level.end; i = draft_skip(draft, i)) {
		if (!ends_arm(draft, i)) continue;
		if (i >= at) level.end = i;
		else level.first = i + 1 + (draft_is(draft, i + 1, "all") || draft_is(draft, i + 1, "distinct"));
	}
	return level;
}

static void add_star(const Draft *draft, const Scope *scope, const char *of, ScopeTable *table) {
	for (size_t i = 0; i < scope->count; i++) {
		const ScopeTable *source = &scope->items[i];
		if (of && strcmp(of, source->alias) != 0) continue;
		for (size_t k = 0; k < source->columns.count && table->columns.count < MOST_COLUMNS; k++)
			*list_push(draft->arena, &table->columns) = source->columns.items[k];
		for (size_t k = 0; k < source->stars.count && table->stars.count < MOST_TABLES; k++)
			*list_push(draft->arena, &table->stars) = source->stars.items[k];
	}
}

/* What SQL calls a column computed by tokens [first, end); NULL: `?column?`, which nobody asks for. */
static const char *output_name(const Draft *draft, size_t first, size_t end) {
	size_t last = end - 1;
	if (end - first >= 2 && draft_is(draft, end - 2, "as")) return draft->tokens[last].kind == TOKEN_OPERATOR ? NULL : draft_name(draft, last);
	for (size_t i = first; i < end; i = draft_skip(draft, i))
		if (i > first && draft_is(draft, i, "::") && i + 2 >= end) return output_name(draft, first, i);
	bool word = draft_is_name(draft, last);
	if (word && (end - first == 1 || draft_is(draft, last - 1, "."))) return draft_name(draft, last);
	if (word && draft->tokens[last].kind == TOKEN_NAME) {
		Token before = draft->tokens[last - 1];
		bool operand = before.kind == TOKEN_NAME || before.kind == TOKEN_NUMBER || before.kind == TOKEN_STRING || draft_is(draft, last - 1, ")") || draft_is(draft, last - 1, "end");
		if (operand) return draft_name(draft, last);
	}
	bool call = draft_is(draft, last, ")") && draft->partner[last] > first && draft->partner[last] < end && draft_is_name(draft, draft->partner[last] - 1);
	if (call) return draft_name(draft, draft->partner[last] - 1);
	return NULL;
}

static void add_output(const Draft *draft, const Scope *scope, size_t first, size_t end, ScopeTable *table) {
	if (first >= end || table->columns.count >= MOST_COLUMNS) return;
	if (draft_is(draft, end - 1, "*") && end - first <= 5 && (end - first == 1 || draft_is(draft, end - 2, "."))) {
		add_star(draft, scope, end - first >= 3 ? draft_name(draft, end - 3) : NULL, table);
		return;
	}
	const char *name = output_name(draft, first, end);
	if (name) *list_push(draft->arena, &table->columns) = name;
}

static void read_values(const Draft *draft, size_t at, ScopeTable *table) {
	if (!draft_is(draft, at + 1, "(")) return;
	size_t end = draft->partner[at + 1], count = 1;
	for (size_t i = at + 2; i < end; i = draft_skip(draft, i)) count += draft_is(draft, i, ",");
	for (size_t i = 1; i <= count && i <= MOST_COLUMNS; i++) *list_push(draft->arena, &table->columns) = arena_printf(draft->arena, "column%zu", i);
}

static size_t output_begin(const Draft *draft, Level arm) {
	for (size_t at = arm.first; at < arm.end; at = draft_skip(draft, at))
		if (draft_is(draft, at, "select") || draft_is(draft, at, "returning") || draft_is(draft, at, "values")) return at;
	return arm.end;
}

static void read_query(const Reading *reading, Level query, ScopeTable *table) {
	static const char *const ends[] = {"from", "into", "where", "group", "having", "order", "limit", "offset", "fetch", "window", "for", NULL};
	const Draft *draft = reading->draft;
	if (reading->nesting >= MOST_NESTING || query.first >= query.end) return;
	if (draft_is(draft, query.first, "(")) {
		Reading deeper = *reading;
		deeper.nesting++;
		read_query(&deeper, inside(draft, query.first), table);
		return;
	}
	Level arm = arm_of(draft, query, query.first);
	size_t at = output_begin(draft, arm);
	if (at == arm.end) return;
	if (draft_is(draft, at, "values")) {
		read_values(draft, at, table);
		return;
	}
	Scope scope = {0};
	WithList with = {0};
	add_with(draft, query, &with);
	for (size_t i = 0; i < reading->with->count && with.count < MOST_TABLES; i++) *list_push(draft->arena, &with) = reading->with->items[i];
	read_tables(&(Reading){.draft = draft, .with = &with, .scope = &scope, .nesting = reading->nesting + 1, .items_left = reading->items_left}, arm, false);
	at++;
	if (draft_is(draft, at, "all")) at++;
	if (draft_is(draft, at, "distinct")) at += draft_is(draft, at + 1, "on") && draft_is(draft, at + 2, "(") ? draft_skip(draft, at + 2) - at : 1;
	size_t first = at;
	for (; at < arm.end && !is_one_of(draft, at, ends); at = draft_skip(draft, at)) {
		if (!draft_is(draft, at, ",")) continue;
		add_output(draft, &scope, first, at, table);
		first = at + 1;
	}
	add_output(draft, &scope, first, at < arm.end ? at : arm.end, table);
}

/* ---- all in reach ---- */

Scope scope_at(const Draft *draft, size_t at) {
	Scope scope = {0};
	Levels levels = levels_at(draft, at);
	WithList with = with_of(draft, &levels);
	size_t items_left = MOST_ITEMS;
	for (size_t i = 0; i < levels.count; i++) {
		Level level = levels.items[i];
		bool query = draft_opens_query(draft, level.first) || i + 1 == levels.count;
		if (!query && !(level.first >= 2 && (draft_is(draft, level.first - 2, "from") || draft_is(draft, level.first - 2, "join")))) continue;
		Level arm = arm_of(draft, level, at);
		/* a subquery in FROM sees nothing of what stands beside it, unless LATERAL; offering it is no harm */
		read_tables(&(Reading){.draft = draft, .with = &with, .scope = &scope, .items_left = &items_left}, arm, !query);
	}
	return scope;
}
