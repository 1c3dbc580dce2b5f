/* write_fields.c: the fields of a node in EXPLAIN's TEXT format. JSON has them in the order TEXT has: they are gone through once, and
 * those that share a line are written where the first of them stands. */
#include <stdlib.h>

#include "plan/value.h"
#include "plan/words.h"
#include "plan/write_parts.h"

/* A field, what it is a member of, and the node it belongs to (NULL beside the nodes). */
typedef struct Field {
	const PlanValue *object, *value;
	const PlanNode *node;
} Field;
typedef void WriteField(PlanWriter *w, Field f);

static void plain(PlanWriter *w, const PlanValue *field, int depth);

/* ---- parts of lines ---- */

static const char *text_of(const PlanWriter *w, const PlanValue *object, const char *name) {
	return write_figure(w, plan_field(object, name), -1);
}

static bool has(const PlanValue *object, const char *name) {
	return plan_field(object, name) != NULL;
}

static bool above_zero(const PlanValue *object, const char *name) {
	return value_real(plan_field(object, name)) > 0;
}

/* "a, b"; NULL when there is more in it than figures and texts. */
static const char *joined(const PlanWriter *w, const PlanValue *list) {
	Str out = STR_INIT;
	bool flat = true;
	for (const PlanValue *item = list->members.first; item && flat; item = item->next) {
		flat = item->kind != PLAN_LIST && item->kind != PLAN_OBJECT;
		str_printf(&out, "%s%s", item == list->members.first ? "" : ", ", write_figure(w, item, -1));
	}
	const char *text = flat ? arena_copy_n(w->arena, out.text, out.len) : NULL;
	str_release(&out);
	return text;
}

static const PlanValue *members(const PlanValue *value) {
	return value && (value->kind == PLAN_LIST || value->kind == PLAN_OBJECT) ? value->members.first : NULL;
}

static const char *listed(const PlanWriter *w, const PlanValue *value) {
	const char *text = value->kind == PLAN_LIST ? joined(w, value) : NULL;
	return text ? text : value_words(w->arena, value);
}

/* A figure of a line: the field, what stands before it. */
typedef struct Part {
	const char *name, *word;
} Part;

/* " hit=5 read=2": those above zero. */
static void add_counts(PlanWriter *w, Str *line, const PlanValue *object, const Part *parts, size_t count, int decimals) {
	for (size_t i = 0; i < count; i++)
		if (above_zero(object, parts[i].name)) str_printf(line, " %s=%s", parts[i].word, write_figure(w, plan_field(object, parts[i].name), decimals));
}

static void end_counts(PlanWriter *w, const char *title, Str *line) {
	if (line->len) write_line(w, "%s:%s", title, line->text);
	str_release(line);
}

#define COUNTS(w, line, object, parts, decimals) add_counts(w, line, object, parts, sizeof(parts) / sizeof *(parts), decimals)

/* ---- buffers, times of reading, WAL ---- */

typedef struct Scope {
	const char *word; /* " shared" */
	Part parts[4];
} Scope;

static void add_scopes(PlanWriter *w, const char *title, const PlanValue *object, const Scope *scopes, size_t count, int decimals) {
	Str line = STR_INIT;
	for (size_t i = 0; i < count; i++) {
		Str own = STR_INIT;
		size_t parts = 0;
		while (parts < 4 && scopes[i].parts[parts].name) parts++;
		add_counts(w, &own, object, scopes[i].parts, parts, decimals);
		if (own.len) str_printf(&line, "%s%s%s", line.len ? "," : "", scopes[i].word, own.text);
		str_release(&own);
	}
	end_counts(w, title, &line);
}

/* Until 14 only shared and local blocks were timed, and not told apart; in 15 and 16 they shared a word. */
static void add_timings(PlanWriter *w, const PlanValue *object) {
	const Scope scopes[] = {
	    {w->temp_timed ? " shared/local" : "", {{"I/O Read Time", "read"}, {"I/O Write Time", "write"}}},
	    {" shared", {{"Shared I/O Read Time", "read"}, {"Shared I/O Write Time", "write"}}},
	    {" local", {{"Local I/O Read Time", "read"}, {"Local I/O Write Time", "write"}}},
	    {" temp", {{"Temp I/O Read Time", "read"}, {"Temp I/O Write Time", "write"}}},
	};
	add_scopes(w, "I/O Timings", object, scopes, sizeof scopes / sizeof *scopes, 3);
}

static void buffers(PlanWriter *w, Field f) {
	static const Scope scopes[] = {
	    {" shared", {{"Shared Hit Blocks", "hit"}, {"Shared Read Blocks", "read"}, {"Shared Dirtied Blocks", "dirtied"}, {"Shared Written Blocks", "written"}}},
	    {" local", {{"Local Hit Blocks", "hit"}, {"Local Read Blocks", "read"}, {"Local Dirtied Blocks", "dirtied"}, {"Local Written Blocks", "written"}}},
	    {" temp", {{"Temp Read Blocks", "read"}, {"Temp Written Blocks", "written"}}},
	};
	add_scopes(w, "Buffers", f.object, scopes, sizeof scopes / sizeof *scopes, -1);
	add_timings(w, f.object);
}

static void wal(PlanWriter *w, Field f) {
	static const Part parts[] = {{"WAL Records", "records"}, {"WAL FPI", "fpi"}, {"WAL Bytes", "bytes"}, {"WAL Buffers Full", "buffers full"}};
	Str line = STR_INIT;
	COUNTS(w, &line, f.object, parts, -1);
	end_counts(w, "WAL", &line);
}

static void heap_blocks(PlanWriter *w, Field f) {
	static const Part parts[] = {{"Exact Heap Blocks", "exact"}, {"Lossy Heap Blocks", "lossy"}};
	Str line = STR_INIT;
	COUNTS(w, &line, f.object, parts, -1);
	end_counts(w, "Heap Blocks", &line);
}

/* Of INSERT … ON CONFLICT they stand on lines of their own. */
static void tuples(PlanWriter *w, Field f) {
	static const Part parts[] = {{"Tuples Inserted", "inserted"}, {"Tuples Updated", "updated"}, {"Tuples Deleted", "deleted"}, {"Tuples Skipped", "skipped"}};
	Str line = STR_INIT;
	const char *operation = f.node ? node_text(f.node, "Operation") : NULL;
	if (!operation || strcmp(operation, "Merge") != 0) {
		plain(w, f.value, 0);
		return;
	}
	COUNTS(w, &line, f.object, parts, -1);
	end_counts(w, "Tuples", &line);
}

/* ---- memory and disk ---- */

static void sort(PlanWriter *w, Field f) {
	if (!has(f.object, "Sort Space Used")) write_line(w, "Sort Method: %s", text_of(w, f.object, "Sort Method"));
	else write_line(w, "Sort Method: %s  %s: %skB", text_of(w, f.object, "Sort Method"), text_of(w, f.object, "Sort Space Type"), text_of(w, f.object, "Sort Space Used"));
}

/* "Full-sort Groups: 2  Sort Methods: quicksort, top-N heapsort  Average Memory: 26kB  Peak Memory: 26kB" */
static void sort_groups(PlanWriter *w, Field f) {
	static const char *const places[] = {"Memory", "Disk"};
	Str line = STR_INIT;
	const PlanValue *methods = plan_field(f.value, "Sort Methods Used");
	if (members(methods)) str_printf(&line, "  Sort Method%s: %s", members(methods)->next ? "s" : "", listed(w, methods));
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const PlanValue *space = plan_field(f.value, arena_printf(w->arena, "Sort Space %s", places[i]));
		if (space)
			str_printf(&line, "  Average %s: %skB  Peak %s: %skB", places[i], text_of(w, space, "Average Sort Space Used"), places[i],
			           text_of(w, space, "Peak Sort Space Used"));
	}
	write_line(w, "%s: %s%s", f.value->name, text_of(w, f.value, "Group Count"), line.text);
	str_release(&line);
}

static bool changed(const PlanValue *object, const char *name, const char *original) {
	const PlanValue *before = plan_field(object, original);
	return before && value_real(before) != value_real(plan_field(object, name));
}

static void hash(PlanWriter *w, Field f) {
	bool grown = changed(f.object, "Hash Buckets", "Original Hash Buckets") || changed(f.object, "Hash Batches", "Original Hash Batches");
	const char *buckets = "", *batches = "";
	if (grown) {
		buckets = arena_printf(w->arena, " (originally %s)", text_of(w, f.object, "Original Hash Buckets"));
		batches = arena_printf(w->arena, " (originally %s)", text_of(w, f.object, "Original Hash Batches"));
	}
	write_line(w, "Buckets: %s%s  Batches: %s%s  Memory Usage: %skB", text_of(w, f.object, "Hash Buckets"), buckets, text_of(w, f.object, "Hash Batches"), batches,
	           text_of(w, f.object, "Peak Memory Usage"));
}

static void hash_aggregate(PlanWriter *w, Field f) {
	Str line = STR_INIT;
	if (above_zero(f.object, "Planned Partitions")) str_printf(&line, "  Planned Partitions: %s", text_of(w, f.object, "Planned Partitions"));
	if (has(f.object, "HashAgg Batches")) str_printf(&line, "  Batches: %s", text_of(w, f.object, "HashAgg Batches"));
	if (has(f.object, "Peak Memory Usage")) str_printf(&line, "  Memory Usage: %skB", text_of(w, f.object, "Peak Memory Usage"));
	if (value_real(plan_field(f.object, "HashAgg Batches")) > 1 && has(f.object, "Disk Usage")) str_printf(&line, "  Disk Usage: %skB", text_of(w, f.object, "Disk Usage"));
	if (line.len) write_line(w, "%s", line.text + 2);
	str_release(&line);
}

static void memoize(PlanWriter *w, Field f) {
	write_line(w, "Hits: %s  Misses: %s  Evictions: %s  Overflows: %s  Memory Usage: %skB", text_of(w, f.object, "Cache Hits"), text_of(w, f.object, "Cache Misses"),
	           text_of(w, f.object, "Cache Evictions"), text_of(w, f.object, "Cache Overflows"), text_of(w, f.object, "Peak Memory Usage"));
}

static void storage(PlanWriter *w, Field f) {
	if (has(f.object, "Maximum Storage")) write_line(w, "Storage: %s  Maximum Storage: %skB", text_of(w, f.object, "Storage"), text_of(w, f.object, "Maximum Storage"));
	else write_line(w, "Storage: %s", text_of(w, f.object, "Storage"));
}

/* file_fdw's. */
static void bytes(PlanWriter *w, Field f) {
	write_line(w, "%s: %s b", f.value->name, write_figure(w, f.value, -1));
}

/* "Peak Memory Usage" and "Disk Usage" belong to one of those above, or are somebody else's. */
static void space(PlanWriter *w, Field f) {
	if (!has(f.object, "Hash Buckets") && !has(f.object, "HashAgg Batches") && !has(f.object, "Cache Hits")) write_line(w, "%s: %s kB", f.value->name, write_figure(w, f.value, -1));
}

static void memory(PlanWriter *w, Field f) {
	write_line(w, "Memory: used=%skB  allocated=%skB", text_of(w, f.object, "Memory Used"), text_of(w, f.object, "Memory Allocated"));
}

/* ---- what a node does ---- */

static void sampling(PlanWriter *w, Field f) {
	const PlanValue *parameters = plan_field(f.object, "Sampling Parameters");
	const char *arguments = parameters ? listed(w, parameters) : "", *seed = "";
	if (has(f.object, "Repeatable Seed")) seed = arena_printf(w->arena, " REPEATABLE (%s)", text_of(w, f.object, "Repeatable Seed"));
	write_line(w, "Sampling: %s (%s)%s", text_of(w, f.object, "Sampling Method"), arguments, seed);
}

/* [{"Sort Key": ["a"], "Group Keys": [["a"], []]}, …] */
static void grouping_sets(PlanWriter *w, Field f) {
	static const char *const keys[][2] = {{"Hash Keys", "Hash Key"}, {"Group Keys", "Group Key"}};
	for (const PlanValue *set = members(f.value); set; set = set->next) {
		const PlanValue *sorted = plan_field(set, "Sort Key");
		if (sorted) plain(w, sorted, 0);
		w->indent += sorted != NULL;
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			for (const PlanValue *key = members(plan_field(set, keys[i][0])); key; key = key->next)
				write_line(w, "%s: %s", keys[i][1], members(key) ? listed(w, key) : "()");
		w->indent -= sorted != NULL;
	}
}

/* "Update on public.p1 p_1": the tables behind the one that was named. Foreign ones say more. */
static void target_tables(PlanWriter *w, Field f) {
	for (const PlanValue *table = members(f.value); table; table = table->next) {
		bool foreign = false;
		for (const PlanValue *more = members(table); more; more = more->next)
			foreign = foreign || (strcmp(more->name, "Relation Name") != 0 && strcmp(more->name, "Schema") != 0 && strcmp(more->name, "Alias") != 0);
		write_line(w, "%s%s%s", foreign ? "Foreign " : "", f.node ? f.node->label : "Target", write_target(w, table));
		w->indent++;
		write_fields(w, table, f.node);
		w->indent--;
	}
}

static void workers(PlanWriter *w, Field f) {
	for (const PlanValue *worker = members(f.value); worker; worker = worker->next) {
		size_t before = w->out.len;
		const char *actual = write_actual(w, worker);
		write_line(w, "Worker %s:  ", text_of(w, worker, "Worker Number"));
		str_cut(&w->out, w->out.len - 1);
		w->begun = true;
		w->indent++;
		if (actual) write_line(w, "%s", actual);
		write_fields(w, worker, f.node);
		w->indent--;
		if (w->begun) str_cut(&w->out, before); /* nothing to say of it */
		w->begun = false;
	}
}

/* ---- beside the nodes ---- */

static void settings(PlanWriter *w, Field f) {
	Str line = STR_INIT;
	for (const PlanValue *setting = members(f.value); setting; setting = setting->next)
		str_printf(&line, "%s%s = '%s'", line.len ? ", " : "", setting->name ? setting->name : "", write_figure(w, setting, -1));
	if (line.len) write_line(w, "Settings: %s", line.text);
	str_release(&line);
}

/* Without a line below it has no title either. */
static void planning(PlanWriter *w, Field f) {
	size_t before = w->out.len;
	write_line(w, "%s:", f.value->name);
	size_t title = w->out.len;
	w->indent++;
	write_fields(w, f.value, NULL);
	w->indent--;
	if (w->out.len == title) str_cut(&w->out, before);
}

static const char *milliseconds(const PlanWriter *w, const PlanValue *timing) {
	if (timing->kind != PLAN_OBJECT) return arena_printf(w->arena, "%s %s ms", timing->name, write_figure(w, timing, 3));
	return arena_printf(w->arena, "%s %s ms (Deform %s ms)", timing->name, write_figure(w, plan_field(timing, "Total"), 3),
	                    write_figure(w, plan_field(timing, "Deform"), 3));
}

/* "Options: Inlining false, Optimization true", "Timing: Generation 0.670 ms (Deform 0.171 ms), Inlining 0.000 ms" */
static void jit_group(PlanWriter *w, const PlanValue *group, bool times) {
	Str line = STR_INIT;
	for (const PlanValue *one = members(group); one; one = one->next) {
		if (!one->name) continue;
		const char *text = times ? milliseconds(w, one) : arena_printf(w->arena, "%s %s", one->name, write_figure(w, one, -1));
		str_printf(&line, "%s%s", line.len ? ", " : "", text);
	}
	if (line.len) write_line(w, "%s: %s", times ? "Timing" : "Options", line.text);
	str_release(&line);
}

static void jit(PlanWriter *w, Field f) {
	write_line(w, "JIT:");
	w->indent++;
	if (has(f.value, "Functions")) write_line(w, "Functions: %s", text_of(w, f.value, "Functions"));
	jit_group(w, plan_field(f.value, "Options"), false);
	jit_group(w, plan_field(f.value, "Timing"), true);
	w->indent--;
}

static void serialization(PlanWriter *w, Field f) {
	const char *time = has(f.value, "Time") ? arena_printf(w->arena, "time=%s ms  ", write_figure(w, plan_field(f.value, "Time"), 3)) : "";
	write_line(w, "Serialization: %soutput=%skB  format=%s", time, text_of(w, f.value, "Output Volume"), text_of(w, f.value, "Format"));
	w->indent++;
	buffers(w, (Field){.object = f.value});
	w->indent--;
}

/* Is the relation of every trigger the one table the statement writes to? Then TEXT doesn't say it. */
static bool one_table(const PlanWriter *w, const PlanValue *triggers) {
	const char *only = NULL;
	for (size_t i = 0; i < w->plan->node_count; i++) {
		const PlanNode *node = w->plan->nodes[i];
		if (!node_is(node, "ModifyTable")) continue;
		if (only || plan_field(node->fields, "Target Tables")) return false;
		only = node->relation;
	}
	for (const PlanValue *trigger = members(triggers); trigger; trigger = trigger->next) {
		const char *relation = value_text(plan_field(trigger, "Relation"));
		if (relation && (!only || strcmp(relation, only) != 0)) return false;
	}
	return true;
}

/* The name of a constraint's own trigger says nothing: only VERBOSE has it. */
static void triggers(PlanWriter *w, Field f) {
	bool named = !one_table(w, f.value);
	for (const PlanValue *trigger = members(f.value); trigger; trigger = trigger->next) {
		const char *name = value_text(plan_field(trigger, "Trigger Name")), *constraint = value_text(plan_field(trigger, "Constraint Name"));
		const char *relation = value_text(plan_field(trigger, "Relation")), *text = "Trigger";
		if (name && (w->verbose || !constraint)) text = arena_printf(w->arena, "%s %s", text, name);
		if (constraint) text = arena_printf(w->arena, "%s for constraint %s", text, constraint);
		if (relation && named) text = arena_printf(w->arena, "%s on %s", text, relation);
		if (has(trigger, "Time")) text = arena_printf(w->arena, "%s: time=%s", text, write_figure(w, plan_field(trigger, "Time"), 3));
		else text = arena_printf(w->arena, "%s:", text);
		write_line(w, "%s calls=%s", text, text_of(w, trigger, "Calls"));
	}
}

static void time_taken(PlanWriter *w, Field f) {
	write_line(w, "%s: %s ms", strcmp(f.value->name, "Total Runtime") == 0 ? "Total runtime" : f.value->name, write_figure(w, f.value, 3));
}

/* ---- fields on lines of their own ---- */

enum { MOST_DEPTH = 8 }; /* hostile files nest without end */

static void plain_members(PlanWriter *w, const PlanValue *value, int depth) {
	write_line(w, "%s:", value->name ? value->name : "-");
	w->indent++;
	for (const PlanValue *member = members(value); member; member = member->next) plain(w, member, depth + 1);
	w->indent--;
}

static void plain(PlanWriter *w, const PlanValue *value, int depth) {
	bool nested = value->kind == PLAN_LIST || value->kind == PLAN_OBJECT;
	const char *text = !nested ? write_figure(w, value, -1) : value->kind == PLAN_LIST ? joined(w, value) : NULL;
	if (!text && depth < MOST_DEPTH) plain_members(w, value, depth);
	else write_line(w, "%s: %s", value->name ? value->name : "-", text ? text : value_words(w->arena, value));
}

static void anything(PlanWriter *w, Field f) {
	plain(w, f.value, 0);
}

/* What TEXT had that is no field. */
static void other_lines(PlanWriter *w, Field f) {
	for (const PlanValue *line = members(f.value); line; line = line->next) write_line(w, "%s", write_figure(w, line, -1));
}

static void unless_zero(PlanWriter *w, Field f) {
	if (!value_text(f.value) || value_real(f.value) > 0) plain(w, f.value, 0);
}

static void if_true(PlanWriter *w, Field f) {
	const char *text = value_text(f.value);
	if (text && strcmp(text, "true") == 0) plain(w, f.value, 0);
}

static void if_true_and_verbose(PlanWriter *w, Field f) {
	if (w->verbose) if_true(w, f);
}

/* ---- which is which ---- */

/* Sorted by name for bsearch. NULL: it stands in the heading. Fields that share a line share a function. */
static const struct Row {
	const char *name;
	WriteField *write;
} rows[] = {
	{"Actual Loops", NULL}, {"Actual Rows", NULL}, {"Actual Startup Time", NULL}, {"Actual Total Time", NULL}, {"Alias", NULL},
	{"Async Capable", NULL}, {"CTE Name", NULL}, {"Cache Evictions", memoize}, {"Cache Hits", memoize}, {"Cache Misses", memoize},
	{"Cache Overflows", memoize}, {"Command", NULL}, {"Custom Plan Provider", NULL}, {"Disabled", if_true}, {"Disk Usage", space},
	{"Exact Heap Blocks", heap_blocks}, {"Execution Time", time_taken}, {"Foreign File Size", bytes}, {"Full-sort Groups", sort_groups}, {"Function Name", NULL},
	{"Grouping Sets", grouping_sets}, {"Hash Batches", hash}, {"Hash Buckets", hash}, {"HashAgg Batches", hash_aggregate},
	{"I/O Read Time", buffers}, {"I/O Write Time", buffers}, {"Index Name", NULL}, {"Inner Unique", if_true_and_verbose}, {"JIT", jit},
	{"Join Type", NULL}, {"Local Dirtied Blocks", buffers}, {"Local Hit Blocks", buffers}, {"Local I/O Read Time", buffers},
	{"Local I/O Write Time", buffers}, {"Local Read Blocks", buffers}, {"Local Written Blocks", buffers}, {"Lossy Heap Blocks", heap_blocks},
	{"Maximum Storage", storage}, {"Memory Allocated", memory}, {"Memory Used", memory}, {"Node Type", NULL}, {"Operation", NULL},
	{"Original Hash Batches", hash}, {"Original Hash Buckets", hash}, {"Other Lines", other_lines}, {"Parallel Aware", NULL}, {"Parent Relationship", NULL},
	{"Partial Mode", NULL}, {"Peak Memory Usage", space}, {"Plan Rows", NULL}, {"Plan Width", NULL}, {"Planned Partitions", hash_aggregate},
	{"Planning", planning}, {"Planning Time", time_taken}, {"Pre-sorted Groups", sort_groups}, {"Query Parameters", NULL}, {"Query Text", NULL},
	{"Relation Name", NULL}, {"Repeatable Seed", sampling}, {"Rows Removed by Conflict Filter", unless_zero},
	{"Rows Removed by Filter", unless_zero}, {"Rows Removed by Index Recheck", unless_zero}, {"Rows Removed by Join Filter", unless_zero},
	{"Sampling Method", sampling}, {"Sampling Parameters", sampling}, {"Scan Direction", NULL}, {"Schema", NULL},
	{"Serialization", serialization}, {"Settings", settings}, {"Shared Dirtied Blocks", buffers}, {"Shared Hit Blocks", buffers},
	{"Shared I/O Read Time", buffers}, {"Shared I/O Write Time", buffers}, {"Shared Read Blocks", buffers}, {"Shared Written Blocks", buffers},
	{"Single Copy", if_true}, {"Sort Method", sort}, {"Sort Space Type", sort}, {"Sort Space Used", sort}, {"Startup Cost", NULL},
	{"Storage", storage}, {"Strategy", NULL}, {"Subplan Name", NULL}, {"Subplans Removed", unless_zero}, {"Table Function Name", NULL},
	{"Target Tables", target_tables}, {"Temp I/O Read Time", buffers}, {"Temp I/O Write Time", buffers}, {"Temp Read Blocks", buffers},
	{"Temp Written Blocks", buffers}, {"Total Cost", NULL}, {"Total Runtime", time_taken}, {"Triggers", triggers}, {"Tuples Deleted", tuples},
	{"Tuples Inserted", tuples}, {"Tuples Skipped", tuples}, {"Tuples Updated", tuples}, {"Tuplestore Name", NULL}, {"WAL Buffers Full", wal},
	{"WAL Bytes", wal}, {"WAL FPI", wal}, {"WAL Records", wal}, {"Worker Number", NULL}, {"Workers", workers},
};

static int by_name(const void *name, const void *row) {
	return strcmp(name, ((const struct Row *)row)->name);
}

static WriteField *writer_of(const PlanValue *field) {
	const struct Row *row = field->name ? bsearch(field->name, rows, sizeof rows / sizeof *rows, sizeof *rows, by_name) : NULL;
	return row ? row->write : anything;
}

/* Those that write a line for several fields; none for the others. A bit each. */
static unsigned shared_line(WriteField *write) {
	static WriteField *const lines[] = {buffers, wal, heap_blocks, sort, hash, hash_aggregate, memoize, storage, memory, sampling, tuples};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (lines[i] == write) return 1u << i;
	return 0;
}

void write_fields(PlanWriter *w, const PlanValue *object, const PlanNode *node) {
	unsigned written = 0;
	if (w->depth > MOST_DEPTH) return;
	w->depth++;
	for (const PlanValue *field = members(object); field; field = field->next) {
		WriteField *write = writer_of(field);
		unsigned line = shared_line(write);
		if (write && !(written & line)) write(w, (Field){object, field, node});
		written |= line;
	}
	w->depth--;
}
