/* text_property.c: "Name: value" lines of EXPLAIN's TEXT format, into the fields JSON would have. */
#include "plan/text_parts.h"
#include "plan/value.h"

/* ---- reading what stands in a value ---- */

static void add_slice(Arena *arena, PlanValue *object, const char *name, const char *from, const char *to) {
	while (from < to && *from == ' ') from++;
	while (to > from && to[-1] == ' ') to--;
	add_text(arena, object, name, from, (size_t)(to - from));
}

/* "25kB", "0.123 ms" and plain numbers; of anything else nothing is known. */
static void add_measured(Arena *arena, PlanValue *object, const char *name, const char *text) {
	add_number(arena, object, name, text, strspn(text, "-.0123456789N"));
}

/* The next `mark` outside quotes and brackets, or the end. */
static const char *next_outside(const char *text, char mark) {
	char quote = 0;
	int depth = 0;
	for (; *text; text++) {
		if (quote) {
			if (*text == quote) quote = 0;
		} else if (*text == '\'' || *text == '"') {
			quote = *text;
		} else if (*text == mark && depth <= 0) {
			return text;
		} else {
			depth += *text == '(' || *text == '[' || *text == '{';
			depth -= *text == ')' || *text == ']' || *text == '}';
		}
	}
	return text;
}

/* A word between two places. */
static const char *within(const char *from, const char *to, const char *word) {
	size_t len = strlen(word);
	for (; from + len <= to; from++)
		if (memcmp(from, word, len) == 0) return from;
	return NULL;
}

static PlanValue *add_container(Arena *arena, PlanValue *object, PlanValueKind kind, const char *name) {
	PlanValue *value = value_new(arena, kind, name);
	value_append(object, value);
	return value;
}

static void add_list(Arena *arena, PlanValue *object, const char *name, const char *text) {
	PlanValue *list = add_container(arena, object, PLAN_LIST, name);
	for (const char *end; *text; text = *end ? end + 1 : end) {
		end = next_outside(text, ',');
		add_slice(arena, list, NULL, text, end);
	}
}

/* ---- "shared hit=5 read=2, temp written=3" ---- */

/* The name of a figure is: before, the word in front of it, between, its own word, after. */
static const struct Counts {
	const char *line, *before, *between, *after;
} counts[] = {
    {"Buffers", "", "", " Blocks"},  {"I/O Timings", "", "I/O ", " Time"}, {"WAL", "WAL ", "", ""},
    {"Heap Blocks", "", "", " Heap Blocks"}, {"Tuples", "Tuples ", "", ""},        {"Memory", "Memory ", "", ""},
};

static const char *titled(Arena *arena, const char *word, size_t len) {
	char *title = arena_copy_n(arena, word, len);
	if (strcmp(title, "fpi") == 0) return "FPI";
	if (len && *title >= 'a' && *title <= 'z') *title = (char)(*title - 'a' + 'A');
	return title;
}

/* Until 16 the times of shared and local blocks were one, and called so, or nothing. */
static const char *scope_of(Arena *arena, const char *word, size_t len) {
	if (!len || (len == 12 && memcmp(word, "shared/local", len) == 0)) return "";
	return arena_printf(arena, "%s ", titled(arena, word, len));
}

static bool add_counts(Arena *arena, PlanValue *object, const char *line, const char *text) {
	const struct Counts *row = NULL;
	for (size_t i = 0; i < sizeof counts / sizeof *counts && !row; i++)
		if (strcmp(counts[i].line, line) == 0) row = &counts[i];
	if (!row) return false;
	const char *scope = "";
	while (*(text += strspn(text, " ,"))) {
		size_t len = strcspn(text, " ,=");
		if (text[len] != '=') {
			scope = scope_of(arena, text, len);
			text += len;
			continue;
		}
		const char *name = arena_printf(arena, "%s%s%s%s%s", row->before, scope, row->between, titled(arena, text, len), row->after);
		text += len + 1;
		add_measured(arena, object, name, text);
		text += strcspn(text, " ,");
	}
	return true;
}

/* ---- "Sort Method: quicksort  Memory: 25kB" ---- */

/* What JSON calls the parts, by node type (NULL: any). */
static const struct Part {
	const char *node_type, *text_name, *json_name;
} parts[] = {
    {"Hash", "Buckets", "Hash Buckets"},
    {"Hash", "Batches", "Hash Batches"},
    {"Aggregate", "Batches", "HashAgg Batches"},
    {"Memoize", "Hits", "Cache Hits"},
    {"Memoize", "Misses", "Cache Misses"},
    {"Memoize", "Evictions", "Cache Evictions"},
    {"Memoize", "Overflows", "Cache Overflows"},
    {NULL, "Memory Usage", "Peak Memory Usage"},
};

static const char *part_name(const char *node_type, const char *name) {
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		bool here = !parts[i].node_type || strcmp(parts[i].node_type, node_type) == 0;
		if (here && strcmp(parts[i].text_name, name) == 0) return parts[i].json_name;
	}
	return name;
}

/* The next "Name: value" of several, two blanks apart. Some versions have two blanks after the colon, too. */
static bool next_part(Arena *arena, const char **text, const char **name, const char **value) {
	const char *at = *text + strspn(*text, " "), *colon = strchr(at, ':');
	if (!colon) return false;
	*name = arena_copy_n(arena, at, (size_t)(colon - at));
	at = colon + 1 + strspn(colon + 1, " ");
	const char *end = strstr(at, "  ");
	if (!end) end = at + strlen(at);
	*value = arena_copy_n(arena, at, (size_t)(end - at));
	*text = end;
	return true;
}

/* "1024 (originally 512)"; a hash table that kept its size says nothing of it. */
static void add_with_original(Arena *arena, PlanValue *object, const char *name, const char *value) {
	static const char word[] = "(originally ";
	const char *original = strstr(value, word);
	add_measured(arena, object, name, value);
	if (original || strncmp(name, "Hash ", 5) == 0)
		add_measured(arena, object, arena_printf(arena, "Original %s", name), original ? original + sizeof word - 1 : value);
}

static void add_part(Arena *arena, PlanValue *object, const char *node_type, const char *name, const char *value) {
	bool space = strcmp(name, "Memory") == 0 || strcmp(name, "Disk") == 0;
	if (space) {
		add_measured(arena, object, "Sort Space Used", value);
		add_text(arena, object, "Sort Space Type", name, strlen(name));
	} else if (strcmp(name, "Sort Method") == 0 || strcmp(name, "Storage") == 0) {
		add_text(arena, object, name, value, strlen(value));
	} else {
		add_with_original(arena, object, part_name(node_type, name), value);
	}
}

/* "Full-sort Groups: 2  Sort Methods: quicksort, top-N heapsort  Average Memory: 26kB  Peak Memory: 26kB" */
static void add_sort_groups(Arena *arena, PlanValue *object, const char *line, const char *text) {
	PlanValue *groups = add_container(arena, object, PLAN_OBJECT, line), *space = NULL;
	const char *name, *value;
	add_measured(arena, groups, "Group Count", text);
	text += strcspn(text, " ");
	while (next_part(arena, &text, &name, &value)) {
		bool average = strncmp(name, "Average ", 8) == 0, peak = strncmp(name, "Peak ", 5) == 0;
		if (average) space = add_container(arena, groups, PLAN_OBJECT, arena_printf(arena, "Sort Space %s", name + 8));
		if ((average || peak) && space)
			add_measured(arena, space, average ? "Average Sort Space Used" : "Peak Sort Space Used", value);
		else
			add_list(arena, groups, "Sort Methods Used", value);
	}
}

static bool add_parts(Arena *arena, PlanValue *object, const char *node_type, const char *line, const char *text) {
	static const char *const lines[] = {"Sort Method", "Buckets", "Batches", "Planned Partitions", "Hits", "Storage"};
	bool known = false;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) known = known || strcmp(lines[i], line) == 0;
	if (!known) return false;
	const char *all = arena_printf(arena, "%s: %s", line, text), *name, *value;
	while (next_part(arena, &all, &name, &value)) add_part(arena, object, node_type, name, value);
	return true;
}

/* "system ('40'::real) REPEATABLE ('3'::double precision)" */
static bool add_sampling(Arena *arena, PlanValue *object, const char *line, const char *text) {
	static const char again[] = " REPEATABLE (";
	const char *open = strchr(text, '('), *end = strstr(text, again), *last = strrchr(text, ')');
	if (strcmp(line, "Sampling") != 0 || !open || !last) return false;
	add_slice(arena, object, "Sampling Method", text, open);
	const char *close = end ? end - 1 : last;
	if (close > open) add_list(arena, object, "Sampling Parameters", arena_copy_n(arena, open + 1, (size_t)(close - open - 1)));
	if (end) add_slice(arena, object, "Repeatable Seed", end + sizeof again - 1, last);
	return true;
}

/* ---- under a node ---- */

static bool is_among(const char *name, const char *const *names) {
	for (; *names; names++)
		if (strcmp(*names, name) == 0) return true;
	return false;
}

static const char *const lists[] = {"Output", "Sort Key", "Presorted Key", "Group Key", "Hash Key", "Conflict Arbiter Indexes",
                                    "Params Evaluated", NULL};
static const char *const flags[] = {"Single Copy", "Inner Unique", "Disabled", NULL};

void text_property(Arena *arena, PlanValue *object, const char *node_type, const char *name, const char *value) {
	if (add_counts(arena, object, name, value) || add_parts(arena, object, node_type, name, value) || add_sampling(arena, object, name, value)) return;
	if (strcmp(name, "Full-sort Groups") == 0 || strcmp(name, "Pre-sorted Groups") == 0) {
		add_sort_groups(arena, object, name, value);
	} else if (is_among(name, lists)) {
		add_list(arena, object, name, value);
	} else if (is_among(name, flags)) {
		add_container(arena, object, PLAN_BOOL, name)->boolean = strcmp(value, "true") == 0;
	} else if (*value && strspn(value, "-.0123456789") == strlen(value)) {
		add_number(arena, object, name, value, strlen(value));
	} else {
		add_text(arena, object, name, value, strlen(value));
	}
}

static bool is_key(const PlanValue *field, const char *name) {
	return field->kind == PLAN_LIST && field->name && strcmp(field->name, name) == 0;
}

/* "()" is the set that groups nothing. */
static void add_grouping_keys(Arena *arena, PlanValue *set, const char *name, PlanValue *keys) {
	const PlanValue *first = keys->members.first;
	if (first && !first->next && strcmp(value_text(first), "()") == 0) keys->members.first = keys->members.last = NULL;
	keys->name = NULL;
	value_append(value_member(arena, set, PLAN_LIST, name), keys);
}

/* TEXT has a line for each set of keys, below the sort that was needed for it; JSON has them together. */
void text_group_sets(Arena *arena, PlanValue *node) {
	size_t sets = 0;
	for (const PlanValue *field = node->members.first; field; field = field->next)
		sets += is_key(field, "Group Key") + 2 * (size_t)is_key(field, "Hash Key");
	if (sets < 2) return;
	PlanValue *fields = node->members.first, *all = value_new(arena, PLAN_LIST, "Grouping Sets"), *set = NULL;
	node->members.first = node->members.last = NULL;
	for (PlanValue *field = fields, *next; field; field = next) {
		bool group = is_key(field, "Group Key"), hash = is_key(field, "Hash Key"), sort = is_key(field, "Sort Key");
		next = field->next;
		field->next = NULL;
		if (!set || hash || sort) {
			if (group || hash || sort) value_append(all, set = value_new(arena, PLAN_OBJECT, NULL));
		}
		if (group || hash)
			add_grouping_keys(arena, set, hash ? "Hash Keys" : "Group Keys", field);
		else
			value_append(sort ? set : node, field);
	}
	value_append(node, all);
}

/* ---- beside the nodes ---- */

/* Names of times changed their capitals with the versions. */
static const char *const times[][2] = {
    {"Planning Time", "Planning Time"},
    {"Planning time", "Planning Time"},
    {"Execution Time", "Execution Time"},
    {"Execution time", "Execution Time"},
    {"Total runtime", "Total Runtime"},
};

/* "a = 'b', c = 'd'" */
static void add_settings(Arena *arena, PlanValue *document, const char *text) {
	PlanValue *settings = add_container(arena, document, PLAN_OBJECT, "Settings");
	for (const char *end; *text; text = *end ? end + 1 + strspn(end + 1, " ") : end) {
		end = next_outside(text, ',');
		const char *sign = within(text, end, " = ");
		if (!sign) continue;
		const char *from = sign + 3, *to = end;
		if (*from == '\'' && to - from >= 2 && to[-1] == '\'') from++, to--;
		add_slice(arena, settings, arena_copy_n(arena, text, (size_t)(sign - text)), from, to);
	}
}

/* "Generation 0.670 ms (Deform 0.171 ms), Inlining 0.000 ms, Total 3 ms", "Inlining false, Optimization true" */
static void add_jit(Arena *arena, PlanValue *object, const char *name, const char *text) {
	PlanValue *group = add_container(arena, object, PLAN_OBJECT, name);
	for (const char *end; *text; text = *end ? end + 1 + strspn(end + 1, " ") : end) {
		end = next_outside(text, ',');
		const char *blank = within(text, end, " "), *value = blank ? blank + 1 : end;
		const char *word = arena_copy_n(arena, text, (size_t)((blank ? blank : end) - text));
		const char *deform = within(text, end, "(Deform ");
		if (strncmp(value, "true", 4) == 0 || strncmp(value, "false", 5) == 0) {
			add_container(arena, group, PLAN_BOOL, word)->boolean = *value == 't';
		} else if (deform) {
			PlanValue *split = add_container(arena, group, PLAN_OBJECT, word);
			add_measured(arena, split, "Deform", deform + strlen("(Deform "));
			add_measured(arena, split, "Total", value);
		} else {
			add_measured(arena, group, word, value);
		}
	}
}

/* "Trigger a for constraint c on t", of which name or constraint or relation may be missing. */
static void add_trigger(Arena *arena, PlanValue *document, const char *name, const char *value) {
	static const char constraint_word[] = "for constraint ";
	PlanValue *trigger = add_container(arena, value_member(arena, document, PLAN_LIST, "Triggers"), PLAN_OBJECT, NULL);
	const char *at = name + strlen("Trigger "), *end = at + strlen(at), *on = within(at, end, " on ");
	const char *name_end = on ? on : end, *constraint = within(at, name_end, constraint_word);
	if (constraint) add_slice(arena, trigger, "Constraint Name", constraint + sizeof constraint_word - 1, name_end);
	if (!constraint || constraint > at) add_slice(arena, trigger, "Trigger Name", at, constraint ? constraint : name_end);
	if (on) add_slice(arena, trigger, "Relation", on + 4, end);
	const char *time = strstr(value, "time="), *calls = strstr(value, "calls=");
	if (time) add_measured(arena, trigger, "Time", time + 5);
	if (calls) add_measured(arena, trigger, "Calls", calls + 6);
}

/* "time=0.2 ms  output=5kB  format=text" */
static void add_serialization(Arena *arena, PlanValue *document, const char *value) {
	PlanValue *group = add_container(arena, document, PLAN_OBJECT, "Serialization");
	const char *time = strstr(value, "time="), *output = strstr(value, "output="), *format = strstr(value, "format=");
	if (time) add_measured(arena, group, "Time", time + 5);
	if (output) add_measured(arena, group, "Output Volume", output + 7);
	if (format) add_text(arena, group, "Format", format + 7, strcspn(format + 7, " "));
}

bool text_is_summary(const char *name) {
	static const char *const names[] = {"Settings", "Query Identifier", "Query Text", "Query Parameters", "Planning", "JIT", "Serialization", NULL};
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if (strcmp(times[i][0], name) == 0) return true;
	return is_among(name, names) || strncmp(name, "Trigger ", 8) == 0;
}

bool text_summary(Arena *arena, PlanValue *document, const char *name, const char *value) {
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		if (strcmp(times[i][0], name) != 0) continue;
		add_measured(arena, document, times[i][1], value);
		return true;
	}
	if (strcmp(name, "Settings") == 0)
		add_settings(arena, document, value);
	else if (strncmp(name, "Trigger ", 8) == 0)
		add_trigger(arena, document, name, value);
	else if (strcmp(name, "Serialization") == 0)
		add_serialization(arena, document, value);
	else if (strcmp(name, "Options") == 0 || strcmp(name, "Timing") == 0)
		add_jit(arena, document, name, value);
	else
		return false;
	return true;
}
