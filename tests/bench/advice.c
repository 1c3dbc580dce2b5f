/* advice.c: how near the advised indexes come to the best an exhaustive search finds, for statements of every shape.
 *
 * Each statement alone: cost with the advised indexes pretended, divided by its cost as things are; beside it the same of a search over
 * every order of 1 to 3 of the columns its plan mentions, which asks the planner as often as it likes. Planner calls and milliseconds of
 * both. Cost is what HypoPG lets the planner think, so advice it cannot judge (GIN) counts as none. */
#include <jansson.h>
#include <libpq-fe.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advise/scan.h"
#include "base/clock.h"
#include "base/str.h"
#include "pg/cluster.h"
#include "plan/json.h"
#include "sql/mention.h"
#include "sql/quote.h"

enum { WIDTH_MOST = 3, CANDIDATES_MOST = 1500 };
#define EQUAL_COST 1.01

static const char settings[] = "shared_preload_libraries = 'pg_stat_statements'\nautovacuum = off\njit = off\nmax_parallel_workers_per_gather = 2\n";

typedef LIST(const char *) Texts;

typedef struct Bench {
	Arena *arena;
	Cluster *cluster;
	PGconn *pg;
	const char *pgwhy; /* the program */
	const char **names; /* of the indexes pretended last */
	size_t calls;
} Bench;

static void check(bool fine, const char *message) {
	if (fine) return;
	fprintf(stderr, "%s\n", message);
	exit(1);
}

static PGresult *ask(Bench *bench, const char *sql) {
	PGresult *result = PQexec(bench->pg, sql);
	ExecStatusType status = PQresultStatus(result);
	check(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK, PQerrorMessage(bench->pg));
	return result;
}

static void run(Bench *bench, const char *sql) {
	PQclear(ask(bench, sql));
}

/* ---- the planner ---- */

/* Its name in plans; "": HypoPG does not know such an index. */
static const char *pretend(Bench *bench, const char *create) {
	PGresult *result = PQexecParams(bench->pg, "select indexname from hypopg_create_index($1)", 1, NULL, &create, NULL, NULL, 0);
	const char *name = PQntuples(result) == 1 ? arena_copy(bench->arena, PQgetvalue(result, 0, 0)) : "";
	PQclear(result);
	return name;
}

static const Plan *plan_it(Bench *bench, const char *statement, const Texts *indexes) {
	run(bench, "select hypopg_reset()");
	bench->names = ARENA_ARRAY(bench->arena, const char *, indexes ? indexes->count + 1 : 1);
	for (size_t i = 0; indexes && i < indexes->count; i++) bench->names[i] = pretend(bench, indexes->items[i]);
	run(bench, "set plan_cache_mode = force_generic_plan");
	run(bench, arena_printf(bench->arena, "prepare it as %s", statement));
	const char *values = strstr(statement, "$2") ? "(null, null)" : strstr(statement, "$1") ? "(null)" : "";
	PGresult *result = ask(bench, arena_printf(bench->arena, "explain (format json, verbose) execute it%s", values));
	const char *json = arena_copy(bench->arena, PQgetvalue(result, 0, 0));
	PlanList plans = {0};
	check(plan_read_json(bench->arena, json, strlen(json), &plans, NULL), "a plan cannot be read");
	PQclear(result);
	run(bench, "deallocate it");
	run(bench, "select hypopg_reset()");
	bench->calls++;
	return plans.items[0];
}

/* ---- the exhaustive search ---- */

typedef struct Shown {
	const char *schema, *table, *alias;
	Texts columns;
} Shown;
typedef LIST(Shown) ShownList;

static void add_text(Arena *arena, Texts *list, const char *text) {
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) == 0) return;
	*list_push(arena, list) = text;
}

static void add_columns(Bench *bench, ShownList *tables, const char *expression) {
	MentionList mentions = {0};
	mentions_add(bench->arena, &mentions, expression);
	for (size_t i = 0; i < mentions.count; i++)
		for (size_t t = 0; mentions.items[i].qualifier && mentions.items[i].column && t < tables->count; t++)
			if (strcmp(tables->items[t].alias, mentions.items[i].qualifier) == 0) add_text(bench->arena, &tables->items[t].columns, mentions.items[i].column);
}

static bool is_condition(const char *field) {
	return strstr(field, " Cond") || strstr(field, "Filter") || strstr(field, " Key");
}

static ShownList shown_by(Bench *bench, const Plan *plan) {
	ShownList tables = {0};
	for (size_t i = 0; i < plan->node_count; i++)
		if (node_is_scan_of_table(plan->nodes[i]))
			*list_push(bench->arena, &tables) = (Shown){.schema = plan->nodes[i]->schema, .table = plan->nodes[i]->relation, .alias = plan->nodes[i]->alias};
	for (size_t i = 0; i < plan->node_count; i++)
		for (const PlanValue *field = plan->nodes[i]->fields->members.first; field; field = field->next) {
			if (!field->name || !is_condition(field->name)) continue;
			if (field->kind == PLAN_TEXT) add_columns(bench, &tables, field->text);
			for (const PlanValue *item = field->kind == PLAN_LIST ? field->members.first : NULL; item; item = item->next)
				if (item->kind == PLAN_TEXT) add_columns(bench, &tables, item->text);
		}
	return tables;
}

static const char *create(Arena *arena, const Shown *table, const Texts *keys) {
	const char *list = "";
	for (size_t i = 0; i < keys->count; i++) list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", sql_identifier(arena, keys->items[i]));
	return arena_printf(arena, "CREATE INDEX ON %s.%s (%s)", sql_identifier(arena, table->schema), sql_identifier(arena, table->table), list);
}

/* Every order of up to `width` of its columns. */
static void add_orders(Bench *bench, const Shown *table, size_t width, Texts keys, Texts *candidates) {
	if (keys.count && candidates->count < CANDIDATES_MOST) add_text(bench->arena, candidates, create(bench->arena, table, &keys));
	for (size_t c = 0; keys.count < width && c < table->columns.count; c++) {
		Texts longer = {0};
		size_t before;
		for (size_t i = 0; i < keys.count; i++) add_text(bench->arena, &longer, keys.items[i]);
		before = longer.count;
		add_text(bench->arena, &longer, table->columns.items[c]);
		if (longer.count > before) add_orders(bench, table, width, longer, candidates);
	}
}

static Texts used_in(Bench *bench, const Plan *plan, const Texts *indexes) {
	Texts used = {0};
	for (size_t i = 0; i < plan->node_count; i++)
		for (size_t k = 0; plan->nodes[i]->index && k < indexes->count; k++)
			if (strcmp(plan->nodes[i]->index, bench->names[k]) == 0) add_text(bench->arena, &used, indexes->items[k]);
	return used;
}

/* Takes indexes out as long as the cost stays the same. */
static double minimise(Bench *bench, const char *statement, Texts set, double cost) {
	for (size_t i = 0; i < set.count;) {
		Texts fewer = {0};
		for (size_t k = 0; k < set.count; k++)
			if (k != i) add_text(bench->arena, &fewer, set.items[k]);
		double without = plan_it(bench, statement, &fewer)->root->total_cost;
		if (without <= EQUAL_COST * cost) {
			set = fewer;
			cost = without;
		} else {
			i++;
		}
	}
	return cost;
}

static double search(Bench *bench, const char *statement, const Plan *as_is) {
	double best = as_is->root->total_cost;
	ShownList tables = shown_by(bench, as_is);
	for (size_t width = 1; width <= WIDTH_MOST; width++) {
		Texts candidates = {0};
		for (size_t t = 0; t < tables.count; t++) add_orders(bench, &tables.items[t], width, (Texts){0}, &candidates);
		const Plan *plan = plan_it(bench, statement, &candidates);
		Texts used = used_in(bench, plan, &candidates);
		double cost = used.count ? plan_it(bench, statement, &used)->root->total_cost : best;
		if (cost < best) best = fmin(best, minimise(bench, statement, used, cost));
	}
	return best;
}

/* ---- pgwhy ---- */

static const char *read_all(Arena *arena, FILE *file) {
	Str text = STR_INIT;
	for (int byte; (byte = getc(file)) != EOF;) str_add_char(&text, (char)byte);
	const char *copy = arena_copy_n(arena, text.text ? text.text : "", text.len);
	str_release(&text);
	return copy;
}

/* CREATE INDEX out of a remedy, as HypoPG wants it. */
static void add_created(Arena *arena, Texts *indexes, const char *sql) {
	for (const char *at = sql; (at = strstr(at, "CREATE INDEX ")); at++) {
		const char *on = strstr(at, " ON "), *end = strchr(at, ';');
		if (on) add_text(arena, indexes, arena_printf(arena, "CREATE INDEX%.*s", (int)((end ? (size_t)(end - on) : strlen(on))), on));
	}
}

static Texts advised(Bench *bench, const char *file) {
	Texts indexes = {0};
	const char *command = arena_printf(bench->arena, "'%s' explain -d postgres --no-analyze --format json -f '%s' 2>/dev/null", bench->pgwhy, file);
	FILE *pipe = popen(command, "r");
	check(pipe != NULL, "cannot start pgwhy");
	const char *output = read_all(bench->arena, pipe);
	pclose(pipe);
	json_t *root = json_loads(output, 0, NULL), *one = json_is_array(root) ? json_array_get(root, 0) : root, *finding;
	check(one != NULL, output);
	size_t i;
	json_array_foreach(json_object_get(one, "findings"), i, finding) {
		json_t *remedy = json_object_get(finding, "remedy");
		const char *kind = json_string_value(json_object_get(remedy, "kind")), *sql = json_string_value(json_object_get(remedy, "sql"));
		if (kind && sql && strcmp(kind, "index") == 0) add_created(bench->arena, &indexes, sql);
	}
	json_decref(root);
	return indexes;
}

/* Counted from another database: where pg_stat_statements is installed pgwhy keeps out of it. */
static double planned_by_pgwhy(Bench *bench) {
	char *calls = cluster_ask(bench->arena, bench->cluster, "template1",
	                          "select coalesce(sum(calls), 0) from pg_stat_statements where query ~* 'explain \\(' and query !~ 'pg_stat_statements'", NULL);
	return calls ? strtod(calls, NULL) : NAN;
}

static void count_anew(Bench *bench) {
	cluster_ask(bench->arena, bench->cluster, "template1", "select pg_stat_statements_reset()", NULL);
}

/* ---- all of it ---- */

typedef struct Sums {
	double ours, theirs; /* of logarithms */
	double calls, their_calls, ms, their_ms;
	size_t count, dearer, worse;
} Sums;

static void bench_one(Bench *bench, const char *name, const char *statement, Sums *sums) {
	const char *file = arena_printf(bench->arena, "%s/statement.sql", cluster_dir(bench->cluster));
	FILE *out = fopen(file, "w");
	check(out != NULL, "cannot write the statement");
	fputs(statement, out);
	fclose(out);
	const Plan *as_is = plan_it(bench, statement, NULL);
	double before = as_is->root->total_cost;
	count_anew(bench);
	int64_t start_ms = clock_ms();
	Texts indexes = advised(bench, file);
	double ms = (double)(clock_ms() - start_ms), calls = planned_by_pgwhy(bench);
	double ours = plan_it(bench, statement, &indexes)->root->total_cost / before;
	bench->calls = 0;
	start_ms = clock_ms();
	double theirs = search(bench, statement, as_is) / before, their_ms = (double)(clock_ms() - start_ms), their_calls = (double)bench->calls;
	printf("%-32.32s %12.1f %8.4f %8.4f %7.0f %7.0f %8.0f %8.0f\n", name, before, ours, theirs, calls, their_calls, ms, their_ms);
	fflush(stdout);
	*sums = (Sums){sums->ours + log(ours), sums->theirs + log(theirs), sums->calls + calls, sums->their_calls + their_calls, sums->ms + ms, sums->their_ms + their_ms,
	               sums->count + 1, sums->dearer + (ours > 1.001), sums->worse + (ours > 1.05 * theirs)};
}

static const char *beside(Arena *arena, const char *name) {
	FILE *file = fopen(arena_printf(arena, "tests/bench/advice/%s", name), "r");
	check(file != NULL, "tests/bench/advice is not there: run it from the project's folder");
	const char *text = read_all(arena, file);
	fclose(file);
	return text;
}

int main(int argc, char **argv) {
	(void)argc;
	Err err = ERR_INIT;
	Bench bench = {.arena = arena_new()};
	char *slash = strrchr(argv[0], '/');
	bench.pgwhy = arena_printf(bench.arena, "%.*s/../../pgwhy", slash ? (int)(slash - argv[0]) : 1, slash ? argv[0] : ".");
	bench.cluster = cluster_start(&(ClusterSpec){.settings = settings, .room_bytes = 1e9}, &err);
	check(bench.cluster != NULL, err.message.text);
	if (!cluster_offers(bench.arena, cluster_bin_dir(bench.cluster), "hypopg")) {
		printf("skip: HypoPG is not installed\n");
		cluster_stop(bench.cluster);
		return 0;
	}
	setenv("PGHOST", cluster_socket_dir(bench.cluster), 1);
	setenv("PGPORT", arena_printf(bench.arena, "%d", cluster_port(bench.cluster)), 1);
	setenv("PGUSER", cluster_user(bench.cluster), 1);
	bench.pg = PQconnectdb(cluster_conninfo(bench.arena, bench.cluster, "postgres"));
	run(&bench, "set client_min_messages = error");
	bool open = cluster_run(bench.cluster, "template1", "create extension pg_stat_statements", &err) &&
	            cluster_run(bench.cluster, "postgres", beside(bench.arena, "shop.sql"), &err);
	check(open, err.message.text);
	run(&bench, "checkpoint"); /* what is committed but not flushed, VACUUM would not take for visible */
	run(&bench, "vacuum analyze");
	Sums sums = {0};
	printf("%-32s %12s %8s %8s %7s %7s %8s %8s\n", "statement", "cost", "pgwhy", "search", "plans", "plans", "ms", "ms");
	char *rest = arena_copy(bench.arena, beside(bench.arena, "statements.sql"));
	for (char *name; (name = strstr(rest, "--@ "));) {
		char *sql = strchr(name, '\n');
		*sql++ = '\0';
		char *next = strstr(sql, "--@ ");
		rest = next ? next : sql + strlen(sql);
		Arena *own = arena_new(), *whole = bench.arena;
		bench.arena = own;
		char *statement = arena_copy_n(own, sql, (size_t)(rest - sql));
		statement[strcspn(statement, ";")] = '\0';
		bench_one(&bench, name + strlen("--@ "), statement, &sums);
		bench.arena = whole;
		arena_free(own);
	}
	double count = (double)sums.count;
	printf("%-32s %12s %8.4f %8.4f %7.0f %7.0f %8.0f %8.0f\n", "geometric mean, sums", "", exp(sums.ours / count), exp(sums.theirs / count), sums.calls, sums.their_calls, sums.ms, sums.their_ms);
	printf("%zu statements, dearer %zu, more than 5%% worse than the search %zu\n", sums.count, sums.dearer, sums.worse);
	PQfinish(bench.pg);
	cluster_stop(bench.cluster);
	arena_free(bench.arena);
	return 0;
}
