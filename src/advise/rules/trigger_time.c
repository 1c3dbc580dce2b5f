/* trigger_time.c: triggers, most of all those that keep foreign keys, take much of a write's time. */
#include "advise/advise.h"
#include "advise/index_name.h"
#include "advise/say.h"
#include "core/format.h"
#include "sql/quote.h"

#define TIME_SHARE 0.1
#define LOOKUP_MS 0.05 /* finding the rows of one key by an index takes less */
#define WAIT_MS 10.0 /* finding one row by its key took longer than work takes */
#define SPARED 0.5 /* rule of thumb for what no index mends */

/* What a call of it does. */
typedef enum Duty {
	DUTY_UNKNOWN,
	DUTY_FUNCTION, /* whatever somebody wrote */
	DUTY_FIND_REFERRING, /* a row went: are there others that refer to it? */
	DUTY_FIND_REFERRED, /* a row came: is what it refers to there? */
} Duty;

typedef struct Burden {
	const TriggerFigures *trigger; /* the first of those of one constraint or name: partitions have one each */
	const char *name;
	Duty duty;
	const ForeignKeyFacts *key; /* NULL unknown */
	const PlanNode *write; /* NULL: a cascade's */
	double ms, calls;
} Burden;

typedef LIST(Burden) BurdenList;

static const PlanNode *write_of(const Plan *plan, const char *relation) {
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (node_is(node, "ModifyTable") && (!relation || (node->relation && strcmp(node->relation, relation) == 0)))
			return node;
	}
	return NULL;
}

static bool begins(const char *text, const char *front) {
	return strncmp(text, front, strlen(front)) == 0;
}

/* The server names what it makes for a foreign key: _a_ acts on the table referred to, _c_ checks the one that refers. */
static Duty duty_by_name(const char *name) {
	if (begins(name, "RI_ConstraintTrigger_a_")) return DUTY_FIND_REFERRING;
	if (begins(name, "RI_ConstraintTrigger_c_")) return DUTY_FIND_REFERRED;
	return begins(name, "RI_ConstraintTrigger") ? DUTY_UNKNOWN : DUTY_FUNCTION;
}

/* TEXT without VERBOSE leaves the name out; then what was written tells, for an update only together with the catalog. */
static Duty duty_of(const Advice *advice, const TriggerFigures *trigger, const ForeignKeyFacts *key) {
	Duty duty = trigger->name ? duty_by_name(trigger->name) : DUTY_UNKNOWN;
	const PlanNode *write = write_of(advice->plan, trigger->relation);
	if (!write) write = write_of(advice->plan, NULL); /* a cascade's, or a partition's */
	const char *operation = write ? node_text(write, "Operation") : NULL;
	if (!trigger->constraint) return DUTY_FUNCTION;
	if (duty != DUTY_UNKNOWN || !operation) return duty;
	if (strcmp(operation, "Delete") == 0) return DUTY_FIND_REFERRING;
	if (strcmp(operation, "Insert") == 0) return DUTY_FIND_REFERRED;
	const char *relation = trigger->relation ? trigger->relation : write->relation;
	if (!key || !relation) return DUTY_UNKNOWN;
	if (strcmp(key->referred, key->table) == 0) return DUTY_UNKNOWN;
	return strcmp(relation, key->referred) == 0 ? DUTY_FIND_REFERRING : DUTY_FIND_REFERRED;
}

static Burden *burden_named(BurdenList *burdens, const char *name, Duty duty) {
	for (size_t i = 0; i < burdens->count; i++)
		if (burdens->items[i].duty == duty && strcmp(burdens->items[i].name, name) == 0) return &burdens->items[i];
	return NULL;
}

static BurdenList add_up(const Advice *advice) {
	BurdenList burdens = {0};
	for (size_t i = 0; i < advice->plan->triggers.count; i++) {
		const TriggerFigures *trigger = &advice->plan->triggers.items[i];
		const char *name = trigger->constraint ? trigger->constraint : trigger->name;
		if (!name || !(trigger->time_ms > 0) || !(trigger->calls >= 1)) continue;
		const ForeignKeyFacts *key = foreign_key_facts(advice->facts, trigger->constraint, trigger->relation);
		Duty duty = duty_of(advice, trigger, key);
		Burden *burden = burden_named(&burdens, name, duty);
		if (!burden) {
			burden = list_push(advice->arena, &burdens);
			*burden = (Burden){.trigger = trigger, .name = name, .duty = duty, .key = key,
			                   .write = write_of(advice->plan, trigger->relation)};
		}
		burden->ms += trigger->time_ms;
		burden->calls += trigger->calls;
	}
	return burdens;
}

/* ---- what to say ---- */

static const char *calls(Arena *arena, const Burden *burden) {
	return burden->calls == 1 ? "One call" : arena_printf(arena, "%s calls", format_rows(arena, burden->calls));
}

static const char *per_call(Arena *arena, const Burden *burden) {
	double ms = burden->ms / burden->calls;
	return ms < 0.1 ? arena_printf(arena, "%.1f µs", ms * 1000) : format_ms(arena, ms);
}

static const char *where_it_stands(Arena *arena, const Burden *burden) {
	return arena_printf(arena,
	                    "SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
	                    sql_literal(arena, burden->name));
}

/* No plan shows who uses it, so it is not an index the planner could be asked about. */
static void give_index(Advice *advice, Finding *finding, const ForeignKeyFacts *key) {
	Arena *arena = advice->arena;
	IndexAdvice index = {.schema = key->schema, .table = key->table, .method = "btree", .bytes = NAN,
	                     .column_count = key->column_count, .partitioned = key->partitioned};
	index.columns = ARENA_ARRAY(arena, const char *, key->column_count);
	for (size_t i = 0; i < key->column_count; i++) index.columns[i] = sql_identifier(arena, key->columns[i]);
	index.name = index_name(arena, advice->facts, &index, 0);
	finding_set_indexes(arena, finding, &index, 1);
	finding->kind = REMEDY_SCHEMA;
	finding->basis = BASIS_ESTIMATED;
	finding->because = arena_printf(arena, "No index on %s begins with (%s), so each call reads that table.", key->table,
	                                say_columns(arena, index.columns, index.column_count));
	finding->notes = "The index costs a little on each write to that table; joins along the foreign key gain by it, too.";
}

static void look_for_index(Advice *advice, Finding *finding, const Burden *burden) {
	Arena *arena = advice->arena;
	finding->title = arena_printf(arena, "foreign key %s is looked up in %s for each row that goes", burden->name,
	                              burden->key ? burden->key->table : "the table that has it");
	if (burden->key) {
		give_index(advice, finding, burden->key);
		return;
	}
	finding->because = "If no index on the table that has this constraint begins with its columns, each call reads that "
			   "table; a plan alone does not tell.";
	finding->notes = arena_printf(arena, "Its table and columns, to put an index on: %s;", where_it_stands(arena, burden));
}

static void blame_wait(Arena *arena, Finding *finding, const Burden *burden) {
	finding->title = arena_printf(arena, "foreign key %s took %s to find the row referred to", burden->name,
	                              per_call(arena, burden));
	finding->because = "The row referred to is found by its unique key, so it is no index that is missing: it waited for "
			   "a lock on that row, or for the disk.";
	finding->notes = "Run it again: what was read is in the cache then. If it is slow again, see who locks the row.";
}

static void blame_number(Arena *arena, Finding *finding, const Burden *burden) {
	finding->title = arena_printf(arena, "foreign key %s is checked %s times, row by row", burden->name,
	                              format_rows(arena, burden->calls));
	finding->because = "Each row written is looked up by the unique key it refers to: no index makes that faster.";
	finding->notes = "For a bulk load: drop the constraint, load, add it again as NOT VALID, then ALTER TABLE … VALIDATE "
			 "CONSTRAINT checks all rows in one join, while reads and writes go on.";
}

static void blame_function(Arena *arena, const Plan *plan, Finding *finding, const Burden *burden) {
	finding->title = arena_printf(arena, "trigger %s takes %s of the time", burden->name,
	                              format_share(arena, plan_share(plan, burden->ms, NAN)));
	finding->because = "EXPLAIN does not see what a trigger's function runs.";
	finding->notes = "auto_explain with log_nested_statements and log_analyze logs the plans of the statements inside. A "
			 "trigger FOR EACH STATEMENT with transition tables does in one what this one does row by row.";
}

static void blame_either(Arena *arena, Finding *finding, const Burden *burden) {
	finding->title = arena_printf(arena, "foreign key %s takes %s per call", burden->name,
	                              per_call(arena, burden));
	finding->because = "It checks either the rows that refer to this table, which needs an index on their columns, or "
			   "the row this one refers to, which has one.";
	finding->notes = arena_printf(arena, "Which it is: %s;", where_it_stands(arena, burden));
}

static void explain(Advice *advice, Finding *finding, const Burden *burden) {
	Arena *arena = advice->arena;
	bool waited = burden->ms / burden->calls >= WAIT_MS;
	switch (burden->duty) {
	case DUTY_FIND_REFERRING: look_for_index(advice, finding, burden); break;
	case DUTY_FIND_REFERRED: (waited ? blame_wait : blame_number)(arena, finding, burden); break;
	case DUTY_FUNCTION: blame_function(arena, advice->plan, finding, burden); break;
	case DUTY_UNKNOWN: blame_either(arena, finding, burden); break;
	}
}

static void report(Advice *advice, const Rule *rule, const Burden *burden) {
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	finding.node = burden->write ? burden->write->id : 0;
	finding.relation = burden->trigger->relation ? burden->trigger->relation : burden->write ? burden->write->relation : NULL;
	finding.evidence = arena_printf(arena, "%s of %s: %s.", calls(arena, burden), per_call(arena, burden),
	                                say_share(arena, advice->plan, burden->ms, NAN));
	explain(advice, &finding, burden);
	bool index = burden->duty == DUTY_FIND_REFERRING;
	finding_weigh(advice->plan, &finding, burden->ms, NAN, index ? LOOKUP_MS * burden->calls / burden->ms : 1 - SPARED);
	*list_push(arena, &advice->findings) = finding;
}

/* A key that goes is looked up quickly where there is an index; where it is slow in spite of one, rows or locks are to blame. */
static bool inherent(const Burden *burden) {
	if (burden->duty != DUTY_FIND_REFERRING) return false;
	return burden->ms / burden->calls <= LOOKUP_MS || (burden->key && burden->key->indexed);
}

static void run(Advice *advice, const Rule *rule) {
	if (!(plan_statement_ms(advice->plan) > 0)) return;
	BurdenList burdens = add_up(advice);
	for (size_t i = 0; i < burdens.count; i++) {
		const Burden *burden = &burdens.items[i];
		if (advice_takes(advice, plan_share(advice->plan, burden->ms, NAN), TIME_SHARE) && !inherent(burden)) report(advice, rule, burden);
	}
}

const Rule rule_trigger_time = {
    .id = "trigger-time",
    .summary = "a trigger, or a foreign key without an index, takes much of a write's time",
    .fires = "The calls of one trigger or constraint take at least 10% of the statement. Where rows are deleted or their key "
	     "changes, a foreign key that takes more than 0.05 ms per call lacks an index on the columns that refer; it is "
	     "given when the catalog knows them, else the constraint is named. Where rows are inserted the check uses the "
	     "key of the table referred to: then it is their number, or a wait when a call takes 10 ms. Silent for a slow "
	     "call where the index is there, for deferred constraints, which EXPLAIN does not time, and without timing.",
    .sourced = true,
    .run = run,
};
