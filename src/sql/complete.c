/* complete.c: what may stand at the cursor of a statement that is being typed. */
#include "sql/complete.h"

#include "sql/keyword.h"

/* ---- the grammar, as far as a prompt needs it ---- */

typedef enum Clause {
	AT_STATEMENT,
	AT_EXPLAIN,
	AT_EXPLAIN_OPTIONS,
	AT_LIST, /* SELECT, RETURNING */
	AT_TABLE, /* FROM, and what follows it */
	AT_JOINED, /* the same, ON still to come */
	AT_INTO,
	AT_UPDATED,
	AT_WRITTEN, /* the columns of INSERT, of ON CONFLICT, left of = in SET */
	AT_CONDITION, /* WHERE, HAVING, within parentheses */
	AT_JOIN_CONDITION, /* ON */
	AT_VALUE, /* right of = in SET, VALUES, arguments */
	AT_GROUPED,
	AT_SORTED,
	AT_LIMITED,
	AT_WITH,
	AT_NAME, /* something new is named */
	AT_TYPE,
	AT_WINDOW, /* OVER (… */
	AT_QUERY, /* ( of a WITH query, or behind UNION */
	AT_CONFLICT,
	AT_SILENT,
	AT_COUNT
} Clause;

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define ENDS "group by", "order by", "limit", "offset", "fetch first", "union", "union all", "intersect", "except", "for update"
#define TESTS "and", "or", "is null", "is not null", "in", "not in", "between", "like", "ilike", "is distinct from", "at time zone", "collate"
#define OPERANDS "case", "not", "exists", "null", "true", "false", "cast", "array", "interval", "current_date", "current_timestamp"
enum { NAMES = COMPLETE_COLUMNS | COMPLETE_TABLES | COMPLETE_FUNCTIONS };

/* At the beginning of an item of the clause, and behind an operand. */
static const struct {
	unsigned wants;
	const char *const *first, *const *then;
} clauses[AT_COUNT] = {
	[AT_STATEMENT] = {0, WORDS("select", "with", "insert into", "update", "delete from", "merge into", "values", "table", "explain"), NULL},
	[AT_EXPLAIN] = {0, WORDS("analyze", "verbose", "select", "with", "insert into", "update", "delete from", "merge into", "values"), NULL},
	[AT_EXPLAIN_OPTIONS] = {0, WORDS("analyze", "buffers", "verbose", "costs", "settings", "wal", "timing", "summary", "generic_plan", "memory", "serialize", "format"),
	                            WORDS("on", "off", "text", "json")},
	[AT_LIST] = {NAMES, WORDS("distinct", OPERANDS, "from"), WORDS("from", "as", "over", "filter", "end", "when", "then", "else", TESTS, "where", ENDS)},
	[AT_TABLE] = {COMPLETE_RELATIONS | COMPLETE_FUNCTIONS, WORDS("lateral", "only", "select", "values"),
	                  WORDS("where", "join", "left join", "on", "using", "as", ENDS, "inner join", "right join", "full join", "cross join", "natural join", "set", "having", "returning", "window", "tablesample")},
	[AT_JOINED] = {COMPLETE_RELATIONS | COMPLETE_FUNCTIONS, WORDS("lateral", "only", "select", "values"),
	                   WORDS("on", "using", "as", "join", "left join", "where", "tablesample")},
	[AT_INTO] = {COMPLETE_RELATIONS, NULL, WORDS("values", "select", "default values", "as", "with", "using", "overriding system value", "on conflict", "returning")},
	[AT_UPDATED] = {COMPLETE_RELATIONS, WORDS("only", "set"), WORDS("set", "as")},
	[AT_WRITTEN] = {COMPLETE_COLUMNS, NULL, NULL},
	[AT_CONDITION] = {NAMES, WORDS(OPERANDS, "any", "all", "select"), WORDS(TESTS, "when", "then", "else", "end", ENDS, "having", "returning", "over", "window")},
	[AT_JOIN_CONDITION] = {NAMES, WORDS(OPERANDS), WORDS("where", "join", "left join", TESTS, "when", "then", "else", "end", "inner join", "right join", "full join", "cross join", ENDS, "returning")},
	[AT_VALUE] = {NAMES, WORDS("default", OPERANDS, "select"), WORDS("where", "from", "returning", "on conflict", "end", "as", TESTS, "order by", ENDS)},
	[AT_GROUPED] = {NAMES, WORDS("rollup", "cube", "grouping sets"), WORDS("having", "order by", "limit", "offset", "fetch first", "union", "union all", "window")},
	[AT_SORTED] = {NAMES, WORDS("case"), WORDS("desc", "asc", "nulls last", "nulls first", "limit", "offset", "fetch first", "for update", "rows", "range", "collate")},
	[AT_LIMITED] = {0, WORDS("all", "first", "next"), WORDS("offset", "limit", "rows only", "row only", "for update")},
	[AT_WITH] = {0, WORDS("recursive"), WORDS("as", "select", "insert into", "update", "delete from", "merge into")},
	[AT_NAME] = {0, NULL, NULL},
	[AT_TYPE] = {COMPLETE_TYPES, NULL, NULL},
	[AT_WINDOW] = {COMPLETE_COLUMNS, WORDS("partition by", "order by"), WORDS("order by", "rows", "range")},
	[AT_QUERY] = {0, WORDS("select", "all", "values", "with", "insert into", "update", "delete from", "table"), NULL},
	[AT_CONFLICT] = {0, WORDS("do nothing", "do update set", "on constraint"), WORDS("do nothing", "do update set", "where")},
	[AT_SILENT] = {0, NULL, NULL},
};

/* Words that begin a clause, or go on in the one there is. */
typedef enum Turn {
	TURN_CLAUSE, /* `clause` begins */
	TURN_OPERATOR, /* an operand is wanted next */
	TURN_OPERAND, /* as good as one */
	TURN_PART /* the first half of `words` */
} Turn;

static const struct {
	const char *word;
	Turn turn;
	Clause clause;
	const char *const *words;
} turns[] = {
	{"select", TURN_CLAUSE, AT_LIST, NULL}, {"returning", TURN_CLAUSE, AT_LIST, NULL},
	{"from", TURN_CLAUSE, AT_TABLE, NULL}, {"join", TURN_CLAUSE, AT_JOINED, NULL}, {"table", TURN_CLAUSE, AT_TABLE, NULL},
	{"into", TURN_CLAUSE, AT_INTO, NULL}, {"update", TURN_CLAUSE, AT_UPDATED, NULL}, {"set", TURN_CLAUSE, AT_WRITTEN, NULL},
	{"where", TURN_CLAUSE, AT_CONDITION, NULL}, {"on", TURN_CLAUSE, AT_JOIN_CONDITION, NULL}, {"having", TURN_CLAUSE, AT_CONDITION, NULL},
	{"values", TURN_CLAUSE, AT_VALUE, NULL}, {"limit", TURN_CLAUSE, AT_LIMITED, NULL}, {"offset", TURN_CLAUSE, AT_LIMITED, NULL},
	{"fetch", TURN_CLAUSE, AT_LIMITED, NULL}, {"with", TURN_CLAUSE, AT_WITH, NULL}, {"explain", TURN_CLAUSE, AT_EXPLAIN, NULL},
	{"union", TURN_CLAUSE, AT_QUERY, NULL}, {"intersect", TURN_CLAUSE, AT_QUERY, NULL}, {"except", TURN_CLAUSE, AT_QUERY, NULL},
	{"using", TURN_CLAUSE, AT_TABLE, NULL}, {"conflict", TURN_CLAUSE, AT_CONFLICT, NULL}, {"over", TURN_CLAUSE, AT_NAME, NULL}, {"window", TURN_CLAUSE, AT_NAME, NULL},
	{"tablesample", TURN_PART, 0, WORDS("bernoulli", "system")},
	{"and", TURN_OPERATOR, 0, NULL}, {"or", TURN_OPERATOR, 0, NULL}, {"not", TURN_OPERATOR, 0, NULL}, {"in", TURN_OPERATOR, 0, NULL},
	{"like", TURN_OPERATOR, 0, NULL}, {"ilike", TURN_OPERATOR, 0, NULL}, {"between", TURN_OPERATOR, 0, NULL}, {"case", TURN_OPERATOR, 0, NULL},
	{"when", TURN_OPERATOR, 0, NULL}, {"then", TURN_OPERATOR, 0, NULL}, {"else", TURN_OPERATOR, 0, NULL}, {"distinct", TURN_OPERATOR, 0, NULL},
	{"all", TURN_OPERATOR, 0, NULL}, {"any", TURN_OPERATOR, 0, NULL}, {"only", TURN_OPERATOR, 0, NULL}, {"lateral", TURN_OPERATOR, 0, NULL},
	{"recursive", TURN_OPERATOR, 0, NULL}, {"exists", TURN_OPERATOR, 0, NULL}, {"by", TURN_OPERATOR, 0, NULL}, {"analyze", TURN_OPERATOR, 0, NULL},
	{"verbose", TURN_OPERATOR, 0, NULL},
	{"null", TURN_OPERAND, 0, NULL}, {"true", TURN_OPERAND, 0, NULL}, {"false", TURN_OPERAND, 0, NULL}, {"end", TURN_OPERAND, 0, NULL},
	{"asc", TURN_OPERAND, 0, NULL}, {"desc", TURN_OPERAND, 0, NULL}, {"default", TURN_OPERAND, 0, NULL},
	{"order", TURN_PART, 0, WORDS("by")}, {"group", TURN_PART, 0, WORDS("by")}, {"partition", TURN_PART, 0, WORDS("by")},
	{"insert", TURN_PART, 0, WORDS("into")}, {"delete", TURN_PART, 0, WORDS("from")}, {"merge", TURN_PART, 0, WORDS("into")},
	{"left", TURN_PART, 0, WORDS("join", "outer join")}, {"right", TURN_PART, 0, WORDS("join", "outer join")}, {"full", TURN_PART, 0, WORDS("join", "outer join")},
	{"inner", TURN_PART, 0, WORDS("join")}, {"outer", TURN_PART, 0, WORDS("join")}, {"cross", TURN_PART, 0, WORDS("join")}, {"natural", TURN_PART, 0, WORDS("join", "left join")},
	{"is", TURN_PART, 0, WORDS("null", "not null", "true", "false", "distinct from", "not distinct from")},
	{"nulls", TURN_PART, 0, WORDS("last", "first")}, {"for", TURN_PART, 0, WORDS("update", "share", "no key update", "key share")},
	{"do", TURN_PART, 0, WORDS("nothing", "update set")},
};

/* ---- the cursor's place ---- */

typedef struct Place {
	Clause begin, clause;
	bool operand; /* the last word was one, or ended one */
	bool naming; /* AS */
	const char *const *part; /* words that have to follow */
} Place;

static bool text_has(const Draft *draft, size_t nth, char first) {
	return draft->text[draft->tokens[nth].span.start] == first;
}

/* Behind a dot a word is a name, whatever it spells. */
static bool is_plain_word(const Draft *draft, size_t nth) {
	TokenKind kind = draft->tokens[nth].kind;
	return (kind == TOKEN_KEYWORD || kind == TOKEN_NAME) && !text_has(draft, nth, '"') && !(nth && draft_is(draft, nth - 1, "."));
}

static bool follows(const Draft *draft, size_t nth, const char *before, const char *word) {
	return nth >= 2 && draft_is(draft, nth - 1, word) && draft_is(draft, nth - 2, before);
}

/* Words that begin a clause but not here: IS DISTINCT FROM, DISTINCT ON, extract(year FROM …), FOR UPDATE, DO UPDATE, JOIN … USING. */
static bool begin_elsewhere(const Draft *draft, size_t nth, Clause clause, Place *place) {
	bool distinct = nth && draft_is(draft, nth - 1, "distinct");
	if (draft_is(draft, nth, "from") && (place->begin == AT_CONDITION || follows(draft, nth, "is", "distinct") || follows(draft, nth, "not", "distinct"))) {
		place->operand = false;
	} else if (draft_is(draft, nth, "on") && distinct) {
		place->operand = true;
	} else if (draft_is(draft, nth, "using") && place->clause == AT_JOINED) {
		place->clause = AT_TABLE;
	} else if (clause == AT_UPDATED && nth && (draft_is(draft, nth - 1, "for") || draft_is(draft, nth - 1, "key"))) {
		place->clause = AT_SILENT;
	} else if (clause == AT_UPDATED && nth && (draft_is(draft, nth - 1, "do") || draft_is(draft, nth - 1, "then"))) {
		place->clause = AT_UPDATED;
		place->operand = true;
	} else {
		return false;
	}
	return true;
}

static void begin_clause(const Draft *draft, size_t nth, Clause clause, Place *place) {
	if (begin_elsewhere(draft, nth, clause, place)) return;
	place->clause = clause;
	place->operand = false;
}

static void take_by(const Draft *draft, size_t nth, Place *place) {
	bool sorts = nth && draft_is(draft, nth - 1, "order");
	place->clause = sorts ? AT_SORTED : AT_GROUPED;
	place->operand = false;
}

/* True when the word is one of ours. */
static bool take_word(const Draft *draft, size_t nth, Place *place) {
	for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
		if (!draft_is(draft, nth, turns[i].word)) continue;
		place->part = turns[i].words;
		switch (turns[i].turn) {
		case TURN_CLAUSE: begin_clause(draft, nth, turns[i].clause, place); break;
		case TURN_OPERATOR: place->operand = false; break;
		case TURN_OPERAND: place->operand = true; break;
		case TURN_PART: break;
		}
		if (draft_is(draft, nth, "by")) take_by(draft, nth, place);
		return true;
	}
	return false;
}

static void take_operator(const Draft *draft, size_t nth, Place *place) {
	if (draft_is(draft, nth, ".")) return;
	if (draft_is(draft, nth, ",")) {
		if (place->clause == AT_JOINED || place->clause == AT_JOIN_CONDITION) place->clause = AT_TABLE;
		place->operand = place->naming = false;
	} else if (draft_is(draft, nth, "*")) {
		place->operand = !place->operand || draft_is(draft, nth - 1, "."); /* all columns, or times */
	} else {
		place->operand = false;
	}
}

/* `set a = 1, b`: left of = stand columns. */
static void take_assignment(const Draft *draft, size_t nth, bool *assigns, Place *place) {
	if (draft_is(draft, nth, "set")) *assigns = true;
	else if (is_plain_word(draft, nth) && (place->clause == AT_CONDITION || place->clause == AT_TABLE || place->clause == AT_LIST)) *assigns = false;
	if (!*assigns) return;
	if (draft_is(draft, nth, "=") && place->clause == AT_WRITTEN) place->clause = AT_VALUE;
	if (draft_is(draft, nth, ",")) place->clause = AT_WRITTEN;
}

static void take(const Draft *draft, size_t nth, Place *place) {
	if (is_plain_word(draft, nth)) {
		if (draft_is(draft, nth, "as")) {
			place->naming = place->clause != AT_WITH;
			place->part = NULL;
			return;
		}
		if (!place->naming && take_word(draft, nth, place)) return;
	}
	place->part = NULL;
	if (draft->tokens[nth].kind == TOKEN_OPERATOR) {
		take_operator(draft, nth, place);
		return;
	}
	place->operand = true;
	place->naming = false;
}

/* What stands in parentheses is as good as an operand, but for these. */
static bool is_operand(const Draft *draft, size_t parenthesis) {
	return !follows(draft, parenthesis, "distinct", "on") && !(parenthesis && draft_is(draft, parenthesis - 1, "explain"));
}

static Place place_in(const Draft *draft, size_t first, size_t at, Clause begin) {
	Place place = {.begin = begin, .clause = begin};
	bool assigns = false;
	for (size_t i = first; i < at; i = draft_skip(draft, i)) {
		if (draft_is(draft, i, "(")) {
			place.operand = is_operand(draft, i);
			place.part = NULL;
			place.naming = false;
			continue;
		}
		take(draft, i, &place);
		take_assignment(draft, i, &assigns, &place);
	}
	return place;
}

/* ---- what an open parenthesis begins ---- */

static size_t verb_before(const Draft *draft, size_t parenthesis) {
	size_t depth = 0;
	for (size_t i = parenthesis; i-- > 0;) {
		if (draft_is(draft, i, ")")) depth++;
		else if (draft_is(draft, i, "(") && depth) depth--;
		else if (!depth && (draft_is(draft, i, "into") || draft_opens_query(draft, i) || draft_is(draft, i, "("))) return i;
	}
	return draft->count;
}

static Clause clause_inside(const Draft *draft, size_t parenthesis) {
	static const struct {
		const char *before;
		Clause clause;
	} kinds[] = {
		{"from", AT_TABLE}, {"join", AT_TABLE}, {"as", AT_QUERY}, {"materialized", AT_QUERY}, {"using", AT_WRITTEN}, {"set", AT_WRITTEN},
		{"conflict", AT_WRITTEN}, {"over", AT_WINDOW}, {"explain", AT_EXPLAIN_OPTIONS}, {"values", AT_VALUE}, {"filter", AT_CONDITION},
	};
	if (!parenthesis) return AT_QUERY;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (draft_is(draft, parenthesis - 1, kinds[i].before)) return kinds[i].clause;
	size_t verb = verb_before(draft, parenthesis);
	if (draft_is(draft, verb, "values")) return AT_VALUE;
	if (draft_is(draft, verb, "into") && draft_is_name(draft, parenthesis - 1)) return AT_WRITTEN;
	if (draft_is(draft, verb, "with") && draft_is_name(draft, parenthesis - 1)) return AT_NAME;
	return AT_CONDITION;
}

static size_t opened_at(const Draft *draft, size_t at) {
	size_t depth = 0;
	for (size_t i = at; i-- > 0;) {
		if (draft_is(draft, i, ")")) depth++;
		else if (draft_is(draft, i, "(") && depth-- == 0) return i;
	}
	return draft->count;
}

static Place place_at(const Draft *draft, size_t at) {
	size_t parenthesis = opened_at(draft, at);
	if (parenthesis == draft->count) return place_in(draft, 0, at, AT_STATEMENT);
	Clause begin = draft_opens_query(draft, parenthesis + 1) ? AT_QUERY : clause_inside(draft, parenthesis);
	Place place = place_in(draft, parenthesis + 1, at, begin);
	bool casts = parenthesis && draft_is(draft, parenthesis - 1, "cast");
	if (casts && place.naming) place = (Place){.clause = AT_TYPE};
	return place;
}

/* ---- the draft ---- */

/* Is the cursor where nothing can be completed: in a comment, a string, a number? */
static bool is_mute(const char *text, Token token, size_t cursor) {
	if (cursor <= token.span.start || cursor > token.span.end) return false;
	bool within = cursor < token.span.end || token.open;
	switch (token.kind) {
	case TOKEN_COMMENT: return within || text[token.span.start] == '-'; /* what is typed at its end belongs to it */
	case TOKEN_STRING: return within;
	case TOKEN_NUMBER:
	case TOKEN_PARAMETER: return true;
	default: return false;
	}
}

/* The words of the statement with the cursor in it, without comments; false: the cursor is where nothing can be completed. */
static bool read_words(Arena *arena, const char *text, size_t cursor, TokenList *words, size_t *typed) {
	size_t len = strlen(text);
	Token token = {0};
	*typed = (size_t)-1;
	while (token_next(text, len, token.span.end, &token)) {
		if (is_mute(text, token, cursor)) return false;
		if (token.kind == TOKEN_COMMENT) continue;
		if (token_is(text, token, ";")) {
			if (token.span.start >= cursor) break;
			words->count = 0;
			continue;
		}
		bool word = token.kind == TOKEN_NAME || token.kind == TOKEN_KEYWORD;
		if (word && token.span.start < cursor && cursor <= token.span.end) *typed = words->count;
		*list_push(arena, words) = token;
	}
	return true;
}

static size_t *partners(Arena *arena, const char *text, const TokenList *tokens) {
	size_t *partner = ARENA_ARRAY(arena, size_t, tokens->count + 1), *open = ARENA_ARRAY(arena, size_t, tokens->count + 1), depth = 0;
	for (size_t i = 0; i < tokens->count; i++) {
		partner[i] = tokens->count;
		if (tokens_have(text, tokens, i, "(")) open[depth++] = i;
		else if (tokens_have(text, tokens, i, ")") && depth) {
			partner[i] = open[--depth];
			partner[partner[i]] = i;
		}
	}
	return partner;
}

/* ---- what is typed ---- */

/* A name that is closed by its quote is done with. */
static bool read_typed(const Draft *draft, size_t cursor, Expected *expected) {
	expected->start = cursor;
	expected->typed = "";
	if (draft->typed >= draft->count) return true;
	Token token = draft->tokens[draft->typed];
	expected->start = token.span.start;
	expected->quoted = draft->text[token.span.start] == '"';
	if (expected->quoted && !token.open && cursor == token.span.end) return false;
	size_t from = token.span.start + expected->quoted;
	expected->typed = arena_copy_n(draft->arena, draft->text + from, cursor - from);
	return !(token.span.end - token.span.start > 2 && draft->text[token.span.start + 1] == '&');
}

/* `schema.table.` in front of it, nothing in between. */
static size_t read_qualifiers(const Draft *draft, size_t at, Expected *expected) {
	size_t end = expected->start;
	const char **places[] = {&expected->qualifier, &expected->schema};
	for (size_t i = 0; i < 2; i++) {
		bool dotted = at >= 2 && draft_is(draft, at - 1, ".") && draft->tokens[at - 1].span.end == end && draft->tokens[at - 2].span.end == draft->tokens[at - 1].span.start &&
		              (draft->tokens[at - 2].kind == TOKEN_NAME || draft->tokens[at - 2].kind == TOKEN_KEYWORD);
		if (!dotted) break;
		at -= 2;
		*places[i] = draft_name(draft, at);
		end = draft->tokens[at].span.start;
	}
	return at;
}

static bool is_upper(const char *text) {
	return *text >= 'A' && *text <= 'Z';
}

/* As what is typed is written; with nothing typed, as the statement's first key word. */
static bool writes_upper(const Draft *draft, const Expected *expected) {
	if (*expected->typed) {
		size_t len = strlen(expected->typed);
		return is_upper(expected->typed) && (len == 1 || is_upper(expected->typed + len - 1) || expected->typed[len - 1] == '_');
	}
	for (size_t i = 0; i < draft->count; i++)
		if (draft->tokens[i].kind == TOKEN_KEYWORD) return is_upper(draft->text + draft->tokens[i].span.start);
	return false;
}

static Scope only_named(const Draft *draft, const Scope *scope, const Expected *expected) {
	Scope named = {0};
	for (size_t i = 0; i < scope->count; i++) {
		const ScopeTable *table = &scope->items[i];
		const char *schema = table->stars.count && !table->derived ? table->stars.items[0].schema : NULL;
		bool fits = strcmp(table->alias, expected->qualifier) == 0 && (!expected->schema || (schema && strcmp(schema, expected->schema) == 0));
		if (fits && !named.count) *list_push(draft->arena, &named) = *table; /* the innermost one hides the others */
	}
	return named;
}

static Scope only_targets(const Draft *draft, const Scope *scope) {
	Scope targets = {0};
	for (size_t i = 0; i < scope->count; i++)
		if (scope->items[i].target) *list_push(draft->arena, &targets) = scope->items[i];
	return targets.count ? targets : *scope;
}

static void expect(const Draft *draft, size_t at, const Place *place, Expected *expected) {
	bool typing = at && draft_is(draft, at - 1, "::");
	Clause clause = typing ? AT_TYPE : place->naming ? AT_NAME : place->clause;
	bool operand = place->operand && !typing;
	if (!place->part && !operand) expected->wants = clauses[clause].wants;
	if (!expected->qualifier && !expected->quoted) expected->words = place->part ? place->part : operand ? clauses[clause].then : clauses[clause].first;
	if (expected->wants & COMPLETE_RELATIONS) expected->with = scope_with_names(draft, at);
	if (!(expected->wants & (COMPLETE_COLUMNS | COMPLETE_TABLES))) return;
	expected->tables = scope_at(draft, at);
	if (clause == AT_WRITTEN) expected->tables = only_targets(draft, &expected->tables);
	if (!expected->qualifier) return;
	expected->tables = only_named(draft, &expected->tables, expected);
	if (!expected->tables.count) expected->wants |= COMPLETE_RELATIONS; /* a schema's, then */
}

Expected complete_expected(Arena *arena, const char *text, size_t cursor) {
	static const char *const none[] = {NULL};
	Expected expected = {.start = cursor, .typed = "", .words = none};
	TokenList tokens = {0};
	size_t typed;
	if (!read_words(arena, text, cursor, &tokens, &typed)) return expected;
	Draft draft = {.arena = arena, .text = text, .tokens = tokens.items, .count = tokens.count, .typed = typed < tokens.count ? typed : tokens.count};
	draft.partner = partners(arena, text, &tokens);
	if (!read_typed(&draft, cursor, &expected)) return expected;
	size_t at = 0;
	while (at < draft.count && draft.tokens[at].span.start < expected.start) at++;
	size_t place_end = read_qualifiers(&draft, at, &expected);
	Place place = place_at(&draft, place_end);
	expect(&draft, place_end, &place, &expected);
	if (!expected.words) expected.words = none;
	expected.upper = writes_upper(&draft, &expected);
	return expected;
}
