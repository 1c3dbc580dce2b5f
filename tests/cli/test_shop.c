/* test_shop.c: each mistake planted in the demo's shop is found, its remedy is applied as it stands, and then all is well. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "pg/script.h"

/* Small enough to be there in seconds, large enough for each mistake to be felt. */
static const ScriptValue amounts[] = {
	{"products", 60000}, {"customers", 60000}, {"unsubscribed", 20000}, {"orders", 120000}, {"payments", 80000}, {"shipments", 80000},
	{"carts", 500}, {"reviews", 60000}, {"feed", 6000}, {"events", 300000}, {"sessions", 8000}, {"deep", 60000},
};

typedef struct Mistake {
	const char *name, *statement, *rule;
	const char *parameter; /* what gives the rewritten statement's $1 its value; NULL: it has none */
	const char *options; /* of the session; NULL */
} Mistake;

static const Mistake mistakes[] = {
	{"a foreign key without an index", "select id, status, total, created_at from orders where customer_id = 500 order by created_at desc", "missing-index", NULL, NULL},
	{"the latest of all", "select id, customer_id, status, total, created_at from orders order by created_at desc limit 20", "top-n-sort-index", NULL, NULL},
	{"a few open ones", "select count(*) from orders where status = 'open'", "missing-index", NULL, NULL},
	{"lower() of an indexed column", "select id, name from customers where lower(email) = lower('Customer.500@Example.com')", "function-on-column", NULL, NULL},
	{"a word inside", "select id, name, price from products where name ilike '%kettle 4711%' order by price limit 20", "leading-wildcard", NULL, NULL},
	{"jsonb contains", "select id, name, price from products where attributes @> '{\"maker\": \"maker 7\"}'", "index-type", NULL, NULL},
	{"jsonb of events contains", "select kind, count(*) from events where payload @> '{\"campaign\": \"campaign 7\"}' group by kind", "index-type", NULL, NULL},
	{"either of two columns", "select id, stars, body from reviews where product_id = 70 or customer_id = 77", "or-condition", NULL, NULL},
	{"a page far down", "select id, kind, created_at from events order by id desc limit 50 offset 50000", "offset-pagination",
	 "select id from events order by id desc limit 1 offset 49999", NULL},
	{"every partition", "select method, amount, paid_at from payments where order_id = 70000", "missing-index", NULL, NULL},
	{"the last minutes of a log", "select count(distinct session_id) from events where created_at > now() - interval '10 minutes'", "missing-index", NULL, NULL},
	{"a subquery for every row", "select o.id, (select max(s.shipped_at) from shipments s where s.order_id = o.id) from orders o where o.customer_id = 500", NULL, NULL, NULL},
	{"NOT IN what no memory holds", "select count(*) from customers where id <= 1000 and email not in (select email from unsubscribed)", "not-in", NULL, "-c work_mem=64kB"},
	{"statistics of the first week", "select o.status, count(*) from shipments s join orders o on o.id = s.order_id where s.state = 'delivered' and s.carrier = 'post' group by o.status",
	 "stale-stats", NULL, NULL},
	{"who bought it", "select sum(quantity) from order_items where product_id = 500", "missing-index", NULL, NULL},
};
enum { MISTAKES = sizeof mistakes / sizeof *mistakes };

static const char *repaired[MISTAKES]; /* the statements as they are in the end */

/* ---- the shop ---- */

static char *file_text(Arena *arena, const char *path) {
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	Str text = STR_INIT;
	for (int byte; (byte = getc(file)) != EOF;) str_add_char(&text, (char)byte);
	fclose(file);
	char *copy = arena_copy_n(arena, text.text, text.len);
	str_release(&text);
	return copy;
}

static void load(Cli *cli, const ScriptBlock *block) {
	const char *times = strrchr(block->head, ' ');
	size_t count = times && times[1] == 'x' ? strtoul(times + 2, NULL, 10) : 1;
	if (strncmp(block->head, "start ", strlen("start ")) == 0) return;
	for (size_t i = 0; i < count; i++) {
		const ScriptValue part = {.name = "part", .value = (long)i};
		cli_sql(cli, "postgres", script_fill(cli->arena, block->sql, &part, 1));
	}
}

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\nmax_parallel_workers_per_gather = 0\njit = off\n", .room_bytes = 4e8};
	if (cli_set_up(state, &spec) != 0) return -1;
	Cli *cli = *state;
	const char *text = script_fill(cli->arena, file_text(cli->arena, "src/app/demo/load.sql"), amounts, sizeof amounts / sizeof *amounts);
	Script script = script_read(cli->arena, text);
	for (size_t i = 0; i < script.count; i++) load(cli, &script.blocks[i]);
	if (cluster_offers(cli->arena, cluster_bin_dir(cli->cluster), "hypopg")) cli_sql(cli, "postgres", "create extension hypopg");
	return 0;
}

/* ---- what pgwhy says ---- */

static Ran explain(Cli *cli, const Mistake *mistake, const char *statement, const char *format) {
	const char *env[] = {arena_printf(cli->arena, "PGOPTIONS=%s", mistake->options ? mistake->options : ""), NULL};
	return PGWHY_WITH(cli, 0, &(Start){.env = env}, "explain", "--format", format, "-c", statement);
}

static json_t *explained(Cli *cli, const Mistake *mistake, const char *statement) {
	return cli_json(cli, explain(cli, mistake, statement, "json").out);
}

/* The first of that rule, or of any; NULL. */
static json_t *finding_of(json_t *plan, const char *rule) {
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(plan, "findings"), i, finding)
		if (!rule || strcmp(json_string_value(json_object_get(finding, "rule")), rule) == 0) return finding;
	return NULL;
}

static double blocks_of(json_t *plan) {
	json_t *root = json_array_get(json_object_get(plan, "nodes"), 0);
	double blocks = json_number_value(json_object_get(root, "shared_hit_blocks")) + json_number_value(json_object_get(root, "shared_read_blocks"));
	return blocks;
}

/* ---- the remedy ---- */

/* All of it but the statement itself, one after the other: CREATE INDEX CONCURRENTLY wants no transaction around it. */
static void apply(Cli *cli, const char *sql, const char *rewrite) {
	char *rest = arena_copy(cli->arena, sql);
	if (rewrite) rest[strlen(rest) - strlen(rewrite)] = '\0';
	for (char *end; *rest; rest = end) {
		end = strstr(rest, ";\n");
		if (end) *end = '\0';
		cli_sql(cli, "postgres", rest);
		end = end ? end + 2 : rest + strlen(rest);
	}
}

static const char *with_parameter(Cli *cli, const char *rewrite, const char *parameter) {
	const char *place = parameter ? strstr(rewrite, "$1") : NULL;
	if (!place) return rewrite;
	return arena_printf(cli->arena, "%.*s%s%s", (int)(place - rewrite), rewrite, cli_ask(cli, parameter), place + 2);
}

static void mend(Cli *cli, size_t nth) {
	const Mistake *mistake = &mistakes[nth];
	json_t *before = explained(cli, mistake, mistake->statement), *finding = finding_of(before, mistake->rule);
	if (!finding) fail_msg("%s: not found\n%s", mistake->name, explain(cli, mistake, mistake->statement, "text").out);
	const char *rule = json_string_value(json_object_get(finding, "rule"));
	json_t *remedy = json_object_get(finding, "remedy");
	const char *sql = json_string_value(json_object_get(remedy, "sql")), *rewrite = json_string_value(json_object_get(remedy, "rewrite"));
	if (!sql) fail_msg("%s: %s has no remedy", mistake->name, rule);
	apply(cli, sql, rewrite);
	repaired[nth] = rewrite ? with_parameter(cli, rewrite, mistake->parameter) : mistake->statement;
	json_t *after = explained(cli, mistake, repaired[nth]);
	if (finding_of(after, rule)) fail_msg("%s: after the remedy %s is told again", mistake->name, rule);
	double ms = json_number_value(json_object_get(before, "execution_ms")), ms_after = json_number_value(json_object_get(after, "execution_ms"));
	if (blocks_of(after) >= 0.7 * blocks_of(before) && ms_after >= 0.5 * ms)
		fail_msg("%s: %.0f blocks and %.1f ms before, %.0f and %.1f after\n%s", mistake->name, blocks_of(before), ms, blocks_of(after), ms_after, sql);
}

static void each_mistake_is_found_and_its_remedy_helps(void **state) {
	for (size_t i = 0; i < MISTAKES; i++) mend(*state, i);

}

static void the_repaired_shop_gets_no_advice(void **state) {
	for (size_t i = 0; i < MISTAKES; i++) {
		json_t *finding = finding_of(explained(*state, &(Mistake){.name = mistakes[i].name}, repaired[i]), NULL);
		if (finding)
			fail_msg("%s: %s is still told: %s", mistakes[i].name, json_string_value(json_object_get(finding, "rule")), json_string_value(json_object_get(finding, "title")));
	}
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_found_and_its_remedy_helps),
		cmocka_unit_test(the_repaired_shop_gets_no_advice),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
