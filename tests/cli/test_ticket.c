/* test_ticket.c: the report for a ticket as it is printed: all SQL in it can be run as it stands. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "cli.h"
#include "sql/edit.h"
#include "sql/split.h"

static const char schema[] =
    "create table orders (id int primary key, customer_id int, status text, note text);"
    "insert into orders select n, n % 5000, 'x' || n % 4000, repeat('n', 50) from generate_series(1, 60000) n;"
    "create table \"o`r|d <b>```\" (id int primary key, \"k|1\" int, pad text);"
    "insert into \"o`r|d <b>```\" select n, n % 5000, repeat('n', 50) from generate_series(1, 60000) n;"
    "create table events (day date, kind int, pad text) partition by range (day);"
    "create table events_1 partition of events for values from ('2024-01-01') to ('2024-07-01');"
    "create table events_2 partition of events for values from ('2024-07-01') to ('2025-01-01');"
    "insert into events select '2024-01-01'::date + n % 300, n % 4000, repeat('n', 50) from generate_series(1, 80000) n; analyze";

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\nshared_preload_libraries = 'pg_stat_statements'\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", schema);
	cli_sql(*state, "postgres", "create extension pg_stat_statements");
	return 0;
}

/* What stands in its fences of SQL, one after the other. */
typedef LIST(const char *) Blocks;

static Blocks blocks_of(Cli *cli, const char *text) {
	Blocks blocks = {0};
	for (const char *at = text; (at = strstr(at, "\n```")); at++) {
		size_t ticks = strspn(at + 1, "`");
		const char *word = at + 1 + ticks, *end = strstr(word, arena_printf(cli->arena, "\n%.*s\n", (int)ticks, at + 1));
		if (!end) fail_msg("a fence never ends: %s", at);
		if (strncmp(word, "sql\n", 4) == 0) *list_push(cli->arena, &blocks) = arena_copy_n(cli->arena, word + 4, (size_t)(end - word - 4));
		at = end;
	}
	return blocks;
}

static void run_block(Cli *cli, PGconn *conn, const char *block) {
	SpanList statements = statement_split(cli->arena, block);
	assert_true(statements.count > 0);
	for (size_t i = 0; i < statements.count; i++) {
		const char *sql = span_text(cli->arena, block, statements.items[i]);
		PGresult *result = PQexec(conn, sql);
		ExecStatusType status = PQresultStatus(result);
		if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) fail_msg("%s\n%s", sql, PQresultErrorMessage(result));
		PQclear(result);
	}
}

static void be_silent(void *owner, const char *message) {
	(void)owner;
	(void)message;
}

static const char *report_of(Cli *cli, const char *sql) {
	Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", "markdown", "-c", sql);
	has(ran.out, "### After deployment");
	return ran.out;
}

static void all_sql_in_it_runs(void **state) {
	Cli *cli = *state;
	static const char *const cases[] = {"select * from orders where customer_id = 7", "select * from \"o`r|d <b>```\" where \"k|1\" = 7", "select * from events where kind = 3 and pad <> 'x'",
	                                    "select * from orders o join events e on e.kind = o.customer_id where o.note = 'x' and e.pad = 'y'"};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Blocks blocks = blocks_of(cli, report_of(cli, cases[i]));
		PGconn *conn = PQconnectdb(cluster_conninfo(cli->arena, cli->cluster, "postgres"));
		PQsetNoticeProcessor(conn, be_silent, NULL);
		assert_true(blocks.count >= 6);
		for (size_t k = 0; k < blocks.count; k++) run_block(cli, conn, blocks.items[k]);
		PQfinish(conn);
		assert_string_equal(cli_ask(cli, "select count(*) from pg_class where relkind in ('i', 'I') and relname like '%idx'"), "0"); /* its last blocks undo its first */
	}
}

/* By the queryid that EXPLAIN told, or by how it begins. */
static void the_statement_is_found_again(void **state) {
	Cli *cli = *state;
	const char *sql = "select count(*) from orders where customer_id = 7 and status <> 'x'", *found = NULL;
	cli_ask(cli, sql);
	Blocks blocks = blocks_of(cli, report_of(cli, sql));
	for (size_t i = 0; i < blocks.count; i++)
		if (strstr(blocks.items[i], "FROM pg_stat_statements")) found = blocks.items[i];
	assert_non_null(found);
	const char *count = arena_printf(cli->arena, "select count(*) from (%.*s) s", (int)strcspn(found, ";"), found);
	assert_string_equal(cli_ask(cli, count), "1");
}

static void it_begins_with_what_to_do(void **state) {
	Cli *cli = *state;
	const char *out = report_of(cli, "select * from orders where customer_id = 7");
	const char *todo = strstr(out, "\n- **1.** `CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public.orders (customer_id)`: "), *statement = strstr(out, "### Statement");
	assert_true(todo && statement && todo < statement);
	has(out, "Reads and writes go on while it is built");
	has(out, "- server: PostgreSQL ");
	has(report_of(cli, "select * from events where kind = 3 and pad <> 'x'"), "- **1.** add an index as the migration below does: ");
	has(PGWHY(cli, 0, "explain", "--format", "markdown", "-c", "select 1").out, "\n\nNothing to advise.");
}

/* Both were run: its plan stands there, too. */
static void a_proved_rewrite_shows_its_plan(void **state) {
	Cli *cli = *state;
	const char *out = PGWHY(cli, 0, "explain", "--prove", "--set", "advice.min_ms=0", "--format", "markdown", "-c", "select * from orders where id::text = '4711'").out;
	has(out, "### Plan after: its rewrite\n\nPlan ");
	has(out, "(measured; same 1 row ✓)");
	has(out, "- basis: measured: both were run once");
	out = PGWHY(cli, 0, "explain", "--prove", "--set", "report.constants=off", "--set", "advice.min_ms=0", "--format", "markdown", "-c", "select * from orders where id::text = '4711'").out;
	has(out, "where id::text = ?;");
	has_not(out, "4711");
}

static void a_password_is_never_told(void **state) {
	Cli *cli = *state;
	const char *out = report_of(cli, "select * from orders where customer_id = 7 and note <> 'host=db1 password=sesame'");
	has_not(out, "sesame");
	has(out, "customer_id = ? and note <> ?");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_sql_in_it_runs),
		cmocka_unit_test(the_statement_is_found_again),
		cmocka_unit_test(a_proved_rewrite_shows_its_plan),
		cmocka_unit_test(a_password_is_never_told),
		cmocka_unit_test(it_begins_with_what_to_do),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
