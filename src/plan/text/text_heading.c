/* text_heading.c: the line of a node in EXPLAIN's TEXT format: what it is, what it reads, its figures. */
#include <stdlib.h>

#include "plan/text_parts.h"
#include "plan/value.h"

/* ---- what names stand behind the words ---- */

typedef enum Target {
	NOTHING,
	RELATION, /* on schema.t alias */
	INDEX, /* on i */
	FUNCTION, /* on f alias */
	TABLE_FUNCTION,
	CTE,
	TUPLESTORE,
	ALIAS, /* on "*VALUES*" */
	COMMAND, /* Except All */
} Target;

/* To add one: the words TEXT has, the node type JSON has, the field that tells them apart and its value, what follows. */
static const struct Heading {
	const char *words, *type, *field, *value;
	Target target;
} headings[] = {
    {"Aggregate", "Aggregate", "Strategy", "Plain", NOTHING},
    {"Append", "Append", NULL, NULL, NOTHING},
    {"Bitmap Heap Scan", "Bitmap Heap Scan", NULL, NULL, RELATION},
    {"Bitmap Index Scan", "Bitmap Index Scan", NULL, NULL, INDEX},
    {"BitmapAnd", "BitmapAnd", NULL, NULL, NOTHING},
    {"BitmapOr", "BitmapOr", NULL, NULL, NOTHING},
    {"CTE Scan", "CTE Scan", NULL, NULL, CTE},
    {"Delete", "ModifyTable", "Operation", "Delete", RELATION},
    {"Foreign Delete", "Foreign Scan", "Operation", "Delete", RELATION},
    {"Foreign Insert", "Foreign Scan", "Operation", "Insert", RELATION},
    {"Foreign Scan", "Foreign Scan", "Operation", "Select", RELATION},
    {"Foreign Update", "Foreign Scan", "Operation", "Update", RELATION},
    {"Function Scan", "Function Scan", NULL, NULL, FUNCTION},
    {"Gather Merge", "Gather Merge", NULL, NULL, NOTHING},
    {"Gather", "Gather", NULL, NULL, NOTHING},
    {"Group", "Group", NULL, NULL, NOTHING},
    {"GroupAggregate", "Aggregate", "Strategy", "Sorted", NOTHING},
    {"Hash", "Hash", NULL, NULL, NOTHING},
    {"HashAggregate", "Aggregate", "Strategy", "Hashed", NOTHING},
    {"HashSetOp", "SetOp", "Strategy", "Hashed", COMMAND},
    {"Incremental Sort", "Incremental Sort", NULL, NULL, NOTHING},
    {"Index Only Scan Backward", "Index Only Scan", "Scan Direction", "Backward", RELATION},
    {"Index Only Scan", "Index Only Scan", "Scan Direction", "Forward", RELATION},
    {"Index Scan Backward", "Index Scan", "Scan Direction", "Backward", RELATION},
    {"Index Scan", "Index Scan", "Scan Direction", "Forward", RELATION},
    {"Insert", "ModifyTable", "Operation", "Insert", RELATION},
    {"Limit", "Limit", NULL, NULL, NOTHING},
    {"LockRows", "LockRows", NULL, NULL, NOTHING},
    {"Materialize", "Materialize", NULL, NULL, NOTHING},
    {"Memoize", "Memoize", NULL, NULL, NOTHING},
    {"Merge Append", "Merge Append", NULL, NULL, NOTHING},
    {"Merge", "ModifyTable", "Operation", "Merge", RELATION},
    {"MixedAggregate", "Aggregate", "Strategy", "Mixed", NOTHING},
    {"Named Tuplestore Scan", "Named Tuplestore Scan", NULL, NULL, TUPLESTORE},
    {"ProjectSet", "ProjectSet", NULL, NULL, NOTHING},
    {"Recursive Union", "Recursive Union", NULL, NULL, NOTHING},
    {"Result Cache", "Memoize", NULL, NULL, NOTHING}, /* betas of 14 */
    {"Result", "Result", NULL, NULL, NOTHING},
    {"Sample Scan", "Sample Scan", NULL, NULL, RELATION},
    {"Seq Scan", "Seq Scan", NULL, NULL, RELATION},
    {"SetOp", "SetOp", "Strategy", "Sorted", COMMAND},
    {"Sort", "Sort", NULL, NULL, NOTHING},
    {"Subquery Scan", "Subquery Scan", NULL, NULL, ALIAS},
    {"Table Function Scan", "Table Function Scan", NULL, NULL, TABLE_FUNCTION},
    {"Tid Range Scan", "Tid Range Scan", NULL, NULL, RELATION},
    {"Tid Scan", "Tid Scan", NULL, NULL, RELATION},
    {"Unique", "Unique", NULL, NULL, NOTHING},
    {"Update", "ModifyTable", "Operation", "Update", RELATION},
    {"Values Scan", "Values Scan", NULL, NULL, ALIAS},
    {"WindowAgg", "WindowAgg", NULL, NULL, NOTHING},
    {"WorkTable Scan", "WorkTable Scan", NULL, NULL, CTE},
};

/* ---- small readers; each moves *at past what it took ---- */

static bool take(const char **at, const char *word) {
	size_t len = strlen(word);
	if (strncmp(*at, word, len) != 0) return false;
	*at += len;
	return true;
}

/* A name as SQL writes it, quotes taken off. NULL when there is none. */
static const char *take_name(Arena *arena, const char **at) {
	Str name = STR_INIT;
	const char *from = *at;
	if (**at == '"') {
		for (++*at; **at && (**at != '"' || (*at)[1] == '"'); ++*at) {
			if (**at == '"') ++*at;
			str_add_char(&name, **at);
		}
		if (**at == '"') ++*at;
	} else {
		for (; **at && **at != ' ' && **at != '.'; ++*at) str_add_char(&name, **at);
	}
	const char *copy = *at > from ? arena_copy_n(arena, name.text, name.len) : NULL;
	str_release(&name);
	return copy;
}

static void add(Arena *arena, PlanValue *object, const char *name, const char *text) {
	if (text) add_text(arena, object, name, text, strlen(text));
}

void add_text(Arena *arena, PlanValue *object, const char *name, const char *text, size_t len) {
	PlanValue *value = value_new(arena, PLAN_TEXT, name);
	value->text = arena_copy_n(arena, text, len);
	value_append(object, value);
}

void add_number(Arena *arena, PlanValue *object, const char *name, const char *digits, size_t len) {
	PlanValue *value = value_new_number(arena, name, digits, len);
	bool number = len && strspn(digits, "-+.0123456789eE") >= len && !(value->kind == PLAN_REAL && isnan(value->real));
	value_append(object, number ? value : value_new(arena, PLAN_NULL, name));
}

/* ---- figures ---- */

/* Bytes of the figure at text: "1.25" of "1.25..2.5 rows=3", "N.N" where it is masked. */
static size_t figure_length(const char *text) {
	size_t len = 0;
	while (text[len] && !strchr(" ),", text[len]) && strncmp(text + len, "..", 2) != 0) {
		if (len && text[len] >= 'a' && text[len] <= 'z' && text[len] != 'e' && text[len - 1] >= '0' && text[len - 1] <= '9') break; /* "0.532rows=" */
		len++;
	}
	return len;
}

static void add_figure(Arena *arena, PlanValue *object, const char *name, const char **at) {
	size_t len = figure_length(*at);
	add_number(arena, object, name, *at, len);
	*at += len;
}

static void add_range(Arena *arena, PlanValue *object, const char *text, const char *word, const char *first, const char *second) {
	const char *at = strstr(text, word);
	if (!at) return;
	at += strlen(word);
	add_figure(arena, object, first, &at);
	if (take(&at, "..")) add_figure(arena, object, second, &at);
}

static void add_after(Arena *arena, PlanValue *object, const char *text, const char *word, const char *name) {
	const char *at = strstr(text, word);
	if (!at) return;
	at += strlen(word);
	add_figure(arena, object, name, &at);
}

/* Up to the bracket that closes the first one. */
static const char *bracketed(Arena *arena, const char *text) {
	return arena_copy_n(arena, text, strcspn(text, ")"));
}

static void add_actual(Arena *arena, PlanValue *object, const char *actual) {
	add_range(arena, object, actual, "time=", "Actual Startup Time", "Actual Total Time");
	add_after(arena, object, actual, "rows=", "Actual Rows");
	add_after(arena, object, actual, "loops=", "Actual Loops");
}

void text_figures(Arena *arena, PlanValue *object, const char *text) {
	const char *cost = strstr(text, "(cost="), *actual = strstr(text, "actual ");
	if (cost) {
		cost = bracketed(arena, cost);
		add_range(arena, object, cost, "(cost=", "Startup Cost", "Total Cost");
		add_after(arena, object, cost, "rows=", "Plan Rows");
		add_after(arena, object, cost, "width=", "Plan Width");
	}
	if (actual) {
		add_actual(arena, object, bracketed(arena, actual));
	} else if (strstr(text, "(never executed)")) {
		add_number(arena, object, "Actual Rows", "0", 1);
		add_number(arena, object, "Actual Loops", "0", 1);
	}
}

enum { FIGURES_BYTES = 120 }; /* no "(cost=…)" is longer */

/* "(cost=0.00..1.00 rows=1 width=4)", not a condition on a column called cost. */
static bool is_figures(const char *text) {
	bool range = false, rows = false;
	if (strncmp(text, "(cost=", 6) == 0) {
		for (size_t i = 0; i < FIGURES_BYTES && text[i] && text[i] != ')'; i++) {
			range = range || strncmp(text + i, "..", 2) == 0;
			rows = rows || strncmp(text + i, "rows=", 5) == 0;
		}
		return range && rows;
	}
	return strncmp(text, "(actual time=", 13) == 0 || strncmp(text, "(actual rows=", 13) == 0 || strncmp(text, "(never executed)", 16) == 0;
}

/* Where the figures of a line begin, or its end. A quoted name may hold anything. */
static const char *figures_in(const char *line) {
	bool quoted = false;
	for (; *line; line++) {
		if (*line == '"') quoted = !quoted;
		if (*line == '(' && !quoted && is_figures(line)) return line;
	}
	return line;
}

/* ---- headings ---- */

/* "Sort Key: a" begins with the words of a node, and so does "Gather Motion 3:1". */
static bool may_follow(Target target, const char *text, const char *end) {
	if (text >= end) return true;
	if (target == NOTHING) return false;
	if (target == COMMAND || target == ALIAS) return *text == ' ' && !memchr(text, ':', (size_t)(end - text));
	return strncmp(text, " on ", 4) == 0 || strncmp(text, " using ", 7) == 0;
}

static const struct Heading *heading_at(const char *text, const char *end) {
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
		if (*text != *headings[i].words) continue;
		size_t len = strlen(headings[i].words);
		if (strncmp(text, headings[i].words, len) == 0 && may_follow(headings[i].target, text + len, end)) return &headings[i];
	}
	return NULL;
}

typedef struct Join {
	const char *method, *type;
} Join;

/* "Hash Right Anti Join", "Nested Loop", "Merge Join"; false when it is none of them. */
static bool join_at(const char *text, const char *end, Join *join) {
	static const char *const methods[][2] = {{"Nested Loop", "Nested Loop"}, {"Hash", "Hash Join"}, {"Merge", "Merge Join"}};
	static const char *const types[] = {"", " Left", " Full", " Right", " Semi", " Anti", " Right Semi", " Right Anti"};
	for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
		for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
			const char *at = text;
			bool loop = m == 0 && t == 0; /* says no "Join" */
			if (!take(&at, methods[m][0]) || !take(&at, types[t]) || !(loop || take(&at, " Join")) || at != end) continue;
			*join = (Join){.method = methods[m][1], .type = *types[t] ? types[t] + 1 : "Inner"};
			return true;
		}
	}
	return false;
}

static bool add_join(Arena *arena, PlanValue *node, const char *text) {
	Join join;
	if (!join_at(text, text + strlen(text), &join)) return false;
	add(arena, node, "Node Type", join.method);
	add(arena, node, "Join Type", join.type);
	return true;
}

static void add_target(Arena *arena, PlanValue *node, Target target, const char *text) {
	static const char *const fields[] = {
	    [RELATION] = "Relation Name", [INDEX] = "Index Name", [FUNCTION] = "Function Name", [TABLE_FUNCTION] = "Table Function Name",
	    [CTE] = "CTE Name",           [TUPLESTORE] = "Tuplestore Name", [ALIAS] = NULL,
	};
	if (target == NOTHING || !*text) return;
	if (target == COMMAND) {
		add(arena, node, "Command", text + 1);
		return;
	}
	if (take(&text, " using ")) add(arena, node, "Index Name", take_name(arena, &text));
	if (!take(&text, " on ")) take(&text, " ");
	const char *name = take_name(arena, &text);
	if (name && take(&text, ".")) {
		add(arena, node, "Schema", name);
		name = take_name(arena, &text);
	}
	if (!name) return;
	if (fields[target]) add(arena, node, fields[target], name);
	const char *alias = take(&text, " ") ? take_name(arena, &text) : NULL;
	if (target != INDEX) add(arena, node, "Alias", alias ? alias : name);
}

/* "Custom Scan (ChunkAppend) on t" */
static bool add_custom(Arena *arena, PlanValue *node, const char *text) {
	if (!take(&text, "Custom Scan (")) return false;
	add(arena, node, "Node Type", "Custom Scan");
	size_t len = strcspn(text, ")");
	add_text(arena, node, "Custom Plan Provider", text, len);
	if (text[len]) add_target(arena, node, RELATION, text + len + 1);
	return true;
}

/* Nodes of other makers keep the words they have. */
static void add_unknown(Arena *arena, PlanValue *node, const char *text) {
	const char *on = strstr(text, " on ");
	size_t len = on ? (size_t)(on - text) : strlen(text);
	add_text(arena, node, "Node Type", text, len);
	if (on) add_target(arena, node, RELATION, on);
}

/* Past the words before the name of a node; what they say is added to it, when there is one. */
static const char *take_prefixes(Arena *arena, PlanValue *node, const char *text) {
	static const struct {
		const char *words, *field, *value;
	} prefixes[] = {{"Parallel ", "Parallel Aware", NULL},
	                {"Async ", "Async Capable", NULL},
	                {"Partial ", "Partial Mode", "Partial"},
	                {"Finalize ", "Partial Mode", "Finalize"}};
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		if (!take(&text, prefixes[i].words) || !node) continue;
		if (prefixes[i].value) {
			add(arena, node, prefixes[i].field, prefixes[i].value);
			continue;
		}
		PlanValue *flag = value_new(arena, PLAN_BOOL, prefixes[i].field);
		flag->boolean = true;
		value_append(node, flag);
	}
	return text;
}

static void add_node(Arena *arena, PlanValue *node, const char *text) {
	text = take_prefixes(arena, node, text);
	if (add_join(arena, node, text) || add_custom(arena, node, text)) return;
	const struct Heading *heading = heading_at(text, text + strlen(text));
	if (!heading) {
		add_unknown(arena, node, text);
		return;
	}
	add(arena, node, "Node Type", heading->type);
	if (heading->field) add(arena, node, heading->field, heading->value);
	text += strlen(heading->words);
	if (strcmp(heading->type, "Aggregate") == 0 && !plan_field(node, "Partial Mode")) add(arena, node, "Partial Mode", "Simple");
	add_target(arena, node, heading->target, text);
}

void text_heading(Arena *arena, PlanValue *node, const char *line) {
	const char *figures = figures_in(line);
	size_t len = (size_t)(figures - line);
	while (len && line[len - 1] == ' ') len--;
	add_node(arena, node, arena_copy_n(arena, line, len));
	text_figures(arena, node, figures);
}

/* Are these the words of a node and nothing else? */
static bool has_heading(const char *line, const char *figures) {
	static const char custom[] = "Custom Scan (";
	Join join;
	while (figures > line && figures[-1] == ' ') figures--;
	const char *text = take_prefixes(NULL, NULL, line);
	return join_at(text, figures, &join) || strncmp(text, custom, sizeof custom - 1) == 0 || heading_at(text, figures);
}

/* "Output: '(cost=1..2 rows=3)'": what looks like figures is part of a value. */
static bool is_property(const char *line) {
	size_t len = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz /-");
	return len && line[len] == ':';
}

HeadingKind text_heading_kind(const char *line) {
	const char *figures = figures_in(line);
	if (is_property(line)) return HEADING_NONE;
	return *figures ? HEADING_SURE : has_heading(line, figures) ? HEADING_LIKELY : HEADING_NONE;
}

static const char *const property_names[] = {
    "Filter", "Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "One-Time Filter", "TID Cond", "Order By", "Run Condition",
    "Rows Removed by ", "Output", "Sort Key", "Presorted Key", "Sort Method", "Group Key", "Hash Key", "Cache Key", "Cache Mode", "Hits",
    "Full-sort Groups", "Pre-sorted Groups", "Buckets", "Batches", "Planned Partitions", "Storage", "Buffers", "I/O Timings", "WAL",
    "Heap Fetches", "Heap Blocks", "Index Searches", "Subplans Removed", "Disabled", "Inner Unique", "Workers ", "Worker ", "Single Copy",
    "Params Evaluated", "Function Call", "Remote SQL", "Conflict ", "Tuples", "Memory: used", "Functions", "Options", "Timing", NULL};
static const char *const summary_names[] = {"Settings", "Query ", "Planning", "Execution ", "Total runtime", "Trigger ", "JIT", "Serialization", NULL};
static const char *const subplan_fronts[] = {"->  ", "InitPlan", "SubPlan", "CTE ", NULL};
static const char *const prefix_words[] = {"Parallel ", "Async ", "Partial ", "Finalize ", "Custom Scan (", "Nested Loop ", NULL};

static bool begins_with(const char *line, const char *const *names) {
	for (; *names; names++)
		if (*line == **names && strncmp(line, *names, strlen(*names)) == 0) return true;
	return false;
}

bool text_begins_summary(const char *line) {
	return begins_with(line, summary_names) && strchr(line, ':');
}

bool text_begins_property(const char *line) {
	return begins_with(line, property_names) && strchr(line, ':');
}

bool text_begins_line(const char *line) {
	if (begins_with(line, subplan_fronts) || text_begins_property(line) || text_begins_summary(line)) return true;
	const char *figures = figures_in(line);
	return *figures && has_heading(line, figures); /* without a heading they are the rest of a broken line */
}

/* Names that end in a blank go on with any words: "Workers Pla". */
static bool is_front_of(const char *line, size_t len, const char *const *names) {
	for (; *names; names++) {
		size_t whole = strlen(*names);
		bool goes_on = whole < len && (*names)[whole - 1] == ' ' && !strchr(line, ':');
		if ((whole >= len || goes_on) && strncmp(line, *names, goes_on ? whole : len) == 0) return true;
	}
	return false;
}

bool text_begins_heading(const char *line) {
	static const char *const joins[] = {"Nested Loop", "Hash ", "Merge ", "Custom Scan (", NULL};
	const char *words = take_prefixes(NULL, NULL, line);
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
		size_t len = strlen(headings[i].words);
		if (strncmp(words, headings[i].words, len) == 0 && (!words[len] || words[len] == ' ')) return true;
	}
	return begins_with(words, joins);
}

bool text_is_front(const char *line) {
	size_t len = strlen(line);
	if (is_front_of(line, len, property_names) || is_front_of(line, len, summary_names) || is_front_of(line, len, subplan_fronts)) return true;
	const char *words = take_prefixes(NULL, NULL, line);
	len = strlen(words);
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
		if (strncmp(words, headings[i].words, len) == 0) return true;
	return is_front_of(words, len, prefix_words) || has_heading(line, line + strlen(line));
}
