/* test_sizes.c: what takes the space on a live server: figures as PostgreSQL's own functions give them, without ever waiting for a lock. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "ground.h"

static const char shop[] =
	"create role plain login;"
	"create table orders (id int primary key, status text, note text); create index orders_status on orders (status);"
	"create index orders_lower on orders (lower(note)); alter table orders add constraint orders_once unique (id, status);"
	"insert into orders select g, 'open', repeat('x', 100) from generate_series(1, 20000) g;"
	"create table docs (body text); alter table public.docs alter body set storage external; insert into docs select repeat('abc', 3000) from generate_series(1, 200);"
	"create table events (ts int, v int) partition by range (ts); create index events_v on events (v);"
	"create table events_1 partition of events for values from (0) to (10);"
	"create table events_2 partition of events for values from (10) to (100) partition by range (v);"
	"create table events_2a partition of events_2 for values from (0) to (1000000);"
	"insert into events select 5, g from generate_series(1, 3000) g; insert into events select 50, g from generate_series(1, 2000) g;"
	"create materialized view report as select * from orders limit 500; create schema \"Größe\"; create table \"Größe\".\"a \"\"b\" (i int);"
	"create view nothing as select 1; create sequence numbers";

static int set_up(void **state) {
	static const ClusterSpec spec = {.settings = "autovacuum = off\nmax_prepared_transactions = 5\n"};
	if (ground_set_up(state, &spec) != 0) return -1;
	ground_run(*state, "postgres", shop);
	ground_run(*state, "postgres", "vacuum analyze");
	return 0;
}

static const Table *sizes(Ground *ground, Conn *conn) {
	Answer answer = ground_catalog(ground, conn, "sizes", NULL, 0);
	if (!answer.table) fail_msg("%s", answer.message);
	return answer.table;
}

static size_t row_of(const Table *table, const char *relation) {
	size_t column = table_column(table, "relation");
	for (size_t row = 0; row < table->row_count; row++)
		if (strcmp(table_text(table, row, column, ""), relation) == 0) return row;
	return SIZE_MAX;
}

static size_t found(const Table *table, const char *relation) {
	size_t row = row_of(table, relation);
	if (row == SIZE_MAX) fail_msg("no row %s", relation);
	return row;
}

static int64_t figure(const Table *table, size_t row, const char *name) {
	size_t column = table_column(table, name);
	if (column == TABLE_NO_COLUMN) fail_msg("no column %s", name);
	return table_int(table, row, column, -1);
}

static bool flag(const Table *table, size_t row, const char *name) {
	size_t column = table_column(table, name);
	if (column == TABLE_NO_COLUMN) fail_msg("no column %s", name);
	return table_bool(table, row, column, false);
}

static int64_t server_says(Ground *ground, const char *expression) {
	return atoll(ground_ask(ground, "postgres", arena_printf(ground->arena, "select %s", expression)));
}

static int64_t sum_of_indexes(const Table *table, int64_t oid) {
	int64_t sum = 0;
	for (size_t row = 0; row < table->row_count; row++)
		if (figure(table, row, "parent") == oid && figure(table, row, "index_bytes") >= 0) sum += figure(table, row, "index_bytes");
	return sum;
}

/* Table, TOAST and indexes of each table make what pg_total_relation_size says of it. */
static void figures_are_those_of_the_server(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Table *table = sizes(ground, conn);
	static const char *const names[] = {"public.orders", "public.docs", "public.events_1", "public.events_2a", "public.report", "\"Größe\".\"a \"\"b\""};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t row = found(table, names[i]);
		int64_t total = figure(table, row, "table_bytes") + figure(table, row, "toast_bytes") + sum_of_indexes(table, figure(table, row, "oid"));
		int64_t wanted = server_says(ground, arena_printf(ground->arena, "pg_total_relation_size('%s')", names[i]));
		if (total != wanted) fail_msg("%s: %lld, not %lld", names[i], (long long)total, (long long)wanted);
		assert_true(table_real(table, row, table_column(table, "at_s"), 0) > 1.6e9);
	}
	assert_true(figure(table, found(table, "public.docs"), "toast_bytes") > 1000000);
	assert_int_equal(figure(table, found(table, "public.orders"), "table_pages"), server_says(ground, "relpages from pg_class where relname = 'orders'"));
	assert_int_equal(row_of(table, "pg_catalog.pg_class"), SIZE_MAX);
	assert_int_equal(row_of(table, "public.nothing"), SIZE_MAX);
	assert_int_equal(row_of(table, "public.numbers"), SIZE_MAX);
	ground_leave(ground, conn);
}

static void partitions_stand_below_what_they_make(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Table *table = sizes(ground, conn);
	size_t top = found(table, "public.events"), middle = found(table, "public.events_2"), leaf = found(table, "public.events_2a");
	assert_string_equal(table_text(table, top, table_column(table, "kind"), ""), "p");
	assert_int_equal(figure(table, top, "parent"), -1);
	assert_int_equal(figure(table, middle, "parent"), figure(table, top, "oid"));
	assert_int_equal(figure(table, leaf, "parent"), figure(table, middle, "oid"));
	assert_int_equal(figure(table, top, "leaves"), 2);
	assert_int_equal(figure(table, middle, "leaves"), 1);
	assert_int_equal(figure(table, top, "table_pages"), figure(table, leaf, "table_pages") + figure(table, found(table, "public.events_1"), "table_pages"));
	assert_int_equal(figure(table, top, "table_bytes"), -1);
	size_t whole = found(table, "public.events_v"), part = found(table, "public.events_1_v_idx");
	assert_string_equal(table_text(table, whole, table_column(table, "kind"), ""), "I");
	assert_int_equal(figure(table, part, "attached"), figure(table, whole, "oid"));
	assert_int_equal(figure(table, top, "index_pages"), figure(table, part, "index_pages") + figure(table, found(table, "public.events_2a_v_idx"), "index_pages"));
	ground_leave(ground, conn);
}

static void an_index_says_what_it_is_needed_for(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Table *table = sizes(ground, conn);
	size_t primary = found(table, "public.orders_pkey"), once = found(table, "public.orders_once"), plain = found(table, "public.orders_status"), expression = found(table, "public.orders_lower");
	assert_true(flag(table, primary, "primary") && flag(table, primary, "unique") && flag(table, primary, "constraint"));
	assert_true(!flag(table, once, "primary") && flag(table, once, "constraint"));
	assert_true(!flag(table, plain, "unique") && !flag(table, plain, "constraint") && flag(table, plain, "valid") && flag(table, plain, "ready") && !flag(table, plain, "expression"));
	assert_true(flag(table, expression, "expression"));
	const char *keys = arena_printf(ground->arena, "{%lld,%lld,12}", (long long)figure(table, plain, "oid"), (long long)figure(table, expression, "oid"));
	Answer texts = ground_catalog(ground, conn, "sizes_texts", &keys, 1);
	assert_int_equal(texts.table->row_count, 2);
	assert_string_equal(table_text(texts.table, 0, table_column(texts.table, "text"), ""), "CREATE INDEX orders_status ON public.orders USING btree (status)");
	ground_leave(ground, conn);
}

static void scans_are_counted(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL), *user = ground_connect(ground, NULL, NULL);
	const Table *table = sizes(ground, conn);
	int64_t before = figure(table, found(table, "public.events_1_v_idx"), "scans");
	ground_query(ground, user, "set enable_seqscan = off");
	ground_query(ground, user, "select ts from public.events_1 where v = 77");
	ground_leave(ground, user); /* what it counted is then told */
	UNTIL(ground, (table = sizes(ground, conn), figure(table, found(table, "public.events_1_v_idx"), "scans") == before + 1));
	assert_int_equal(figure(table, found(table, "public.orders_lower"), "scans"), 0);
	Answer info = ground_catalog(ground, conn, "sizes_info", NULL, 0);
	assert_int_equal(info.table->row_count, 1);
	assert_true(table_real(info.table, 0, table_column(info.table, "up_s"), -1) >= 0);
	assert_int_equal(figure(info.table, 0, "standbys"), 0);
	ground_leave(ground, conn);
}

static const char *oid_array(Ground *ground, const Table *table, const char *const *names, size_t count) {
	Str keys = STR_INIT;
	for (size_t i = 0; i < count; i++) str_printf(&keys, "%c%lld", i ? ',' : '{', (long long)figure(table, found(table, names[i]), "oid"));
	str_add_char(&keys, '}');
	const char *text = arena_copy(ground->arena, keys.text);
	str_release(&keys);
	return text;
}

static size_t row_of_oid(const Table *table, int64_t oid) {
	for (size_t row = 0; row < table->row_count; row++)
		if (figure(table, row, "oid") == oid) return row;
	fail_msg("no row %lld", (long long)oid);
	return 0;
}

/* What is on the screen is polled alone: it grows, its indexes and partitions come with it, and what was dropped does not. */
static void what_is_shown_is_looked_at_again(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ground_run(ground, "postgres", "create table short_lived (i int)");
	const Table *table = sizes(ground, conn);
	static const char *const names[] = {"public.orders", "public.events", "public.short_lived", "public.report"};
	const char *keys = oid_array(ground, table, names, 4);
	int64_t gone = figure(table, found(table, "public.short_lived"), "oid"), orders = figure(table, found(table, "public.orders"), "oid");
	int64_t leaf = figure(table, found(table, "public.events_2a"), "oid"), pkey = figure(table, found(table, "public.orders_pkey"), "oid");
	int64_t before = figure(table, found(table, "public.orders"), "table_bytes");
	ground_run(ground, "postgres", "drop table short_lived; insert into orders select g, 'new', repeat('y', 500) from generate_series(100001, 104000) g");
	Answer answer = ground_catalog(ground, conn, "sizes_shown", &keys, 1);
	const Table *shown = answer.table;
	if (!shown) fail_msg("%s", answer.message);
	for (size_t i = 0; i < shown->column_count; i++) assert_int_not_equal(table_column(table, shown->columns[i].name), TABLE_NO_COLUMN);
	for (size_t row = 0; row < shown->row_count; row++) assert_int_not_equal(figure(shown, row, "oid"), gone);
	assert_true(figure(shown, row_of_oid(shown, orders), "table_bytes") > before + 2000000);
	assert_int_equal(figure(shown, row_of_oid(shown, pkey), "index_bytes"), server_says(ground, "pg_table_size('orders_pkey')"));
	assert_int_equal(figure(shown, row_of_oid(shown, leaf), "table_bytes"), server_says(ground, "pg_table_size('events_2a')"));
	ground_leave(ground, conn);
}

/* ---- never waiting ---- */

static Conn *holding(Ground *ground, const char *sql) {
	Conn *holder = ground_connect(ground, NULL, NULL);
	ground_query(ground, holder, "begin read write");
	Answer answer = ground_query(ground, holder, sql);
	if (answer.kind) fail_msg("%s", answer.message);
	return holder;
}

static int64_t read_takes_ms(Ground *ground, Conn *conn, const char *query, const char *const *params, size_t count, const Table **table) {
	int64_t began = clock_ms();
	Answer answer = ground_catalog(ground, conn, query, params, count);
	if (!answer.table) fail_msg("%s: %s", query, answer.message);
	*table = answer.table;
	return clock_ms() - began;
}

/* The pane waits for no lock: lock_timeout would end the whole reading, so that it comes at all is the proof. */
static void relations_under_an_exclusive_lock_keep_their_estimates(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Table *table = sizes(ground, conn);
	static const char *const names[] = {"public.orders", "public.docs"};
	const char *keys = oid_array(ground, table, names, 2);
	Conn *holder = holding(ground, "lock table public.orders in access exclusive mode");
	ground_query(ground, conn, "select set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false)");
	read_takes_ms(ground, conn, "sizes", NULL, 0, &table);
	size_t orders = found(table, "public.orders"), docs = found(table, "public.docs");
	int64_t orders_oid = figure(table, orders, "oid"), docs_oid = figure(table, docs, "oid");
	assert_true(flag(table, orders, "locked"));
	assert_int_equal(figure(table, orders, "table_bytes"), -1);
	assert_int_equal(figure(table, orders, "at_s"), -1);
	assert_true(figure(table, orders, "table_pages") > 0);
	assert_false(flag(table, docs, "locked"));
	assert_true(figure(table, docs, "table_bytes") > 0);
	read_takes_ms(ground, conn, "sizes_shown", &keys, 1, &table);
	assert_int_equal(figure(table, row_of_oid(table, orders_oid), "table_bytes"), -1);
	assert_true(figure(table, row_of_oid(table, docs_oid), "table_bytes") > 0);
	const char *index = arena_printf(ground->arena, "{%lld}", (long long)server_says(ground, "'orders_status'::regclass::oid"));
	read_takes_ms(ground, conn, "sizes_texts", &index, 1, &table);
	assert_int_equal(table->row_count, 0);
	ground_query(ground, holder, "rollback");
	ground_leave(ground, holder);
	ground_leave(ground, conn);
}

static void a_lock_that_is_only_wanted_counts(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL), *waiter = ground_connect(ground, NULL, NULL);
	Conn *holder = holding(ground, "select count(*) from public.docs");
	ground_query(ground, waiter, "select set_config('lock_timeout', '0', false), set_config('statement_timeout', '0', false), set_config('default_transaction_read_only', 'off', false)");
	Answer waited = {.ground = ground};
	conn_query(waiter, "alter table public.docs add column more int", NULL, 0, ground_answered, &waited);
	const Table *table = NULL;
	UNTIL(ground, (table = sizes(ground, conn), flag(table, found(table, "public.docs"), "locked")));
	assert_int_equal(figure(table, found(table, "public.docs"), "table_bytes"), -1);
	ground_query(ground, holder, "rollback");
	UNTIL(ground, waited.here);
	assert_true(figure(sizes(ground, conn), found(sizes(ground, conn), "public.docs"), "table_bytes") > 0);
	Conn *const conns[] = {conn, waiter, holder};
	for (size_t i = 0; i < 3; i++) ground_leave(ground, conns[i]);
}

/* DROP INDEX locks the table too, REINDEX the index alone. */
static void an_index_under_a_lock_is_left_out_alone(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL), *holder = holding(ground, "reindex index public.orders_status");
	const Table *table = sizes(ground, conn);
	size_t index = found(table, "public.orders_status"), orders = found(table, "public.orders");
	assert_true(flag(table, index, "locked"));
	assert_int_equal(figure(table, index, "index_bytes"), -1);
	assert_true(figure(table, index, "index_pages") > 0);
	assert_false(flag(table, orders, "locked"));
	assert_true(figure(table, orders, "table_bytes") > 0);
	ground_query(ground, holder, "rollback");
	ground_leave(ground, holder);
	ground_leave(ground, conn);
}

static void an_invalid_index_is_known_from_one_being_built(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "create table twins (a int); insert into twins values (1), (1)");
	Conn *conn = ground_connect(ground, NULL, NULL), *builder = ground_connect(ground, NULL, NULL);
	ground_query(ground, builder, "set default_transaction_read_only = off");
	Answer failed = ground_query(ground, builder, "create unique index concurrently twins_a on public.twins (a)");
	assert_null(failed.table);
	const Table *table = sizes(ground, conn);
	size_t index = found(table, "public.twins_a");
	assert_false(flag(table, index, "valid"));
	assert_false(flag(table, index, "worked_on"));
	Conn *holder = holding(ground, "lock table public.twins in share update exclusive mode");
	table = sizes(ground, conn);
	assert_true(flag(table, found(table, "public.twins_a"), "worked_on"));
	ground_query(ground, holder, "rollback");
	Conn *const conns[] = {conn, builder, holder};
	for (size_t i = 0; i < 3; i++) ground_leave(ground, conns[i]);
	ground_run(ground, "postgres", "drop table twins");
}

/* ---- who may see what ---- */

static void a_plain_role_sees_the_same(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "create schema closed; create table closed.secret (a int primary key); insert into closed.secret select generate_series(1, 5000)");
	Conn *mighty = ground_connect(ground, NULL, NULL), *plain = ground_connect(ground, "plain", NULL);
	const Table *all = sizes(ground, mighty), *seen = sizes(ground, plain);
	assert_int_equal(seen->row_count, all->row_count);
	size_t row = found(seen, "closed.secret");
	assert_int_equal(figure(seen, row, "table_bytes"), figure(all, found(all, "closed.secret"), "table_bytes"));
	const char *keys = arena_printf(ground->arena, "{%lld}", (long long)figure(seen, row, "oid"));
	assert_int_equal(ground_catalog(ground, plain, "sizes_shown", &keys, 1).table->row_count, 2);
	assert_int_equal(ground_catalog(ground, plain, "sizes_info", NULL, 0).table->row_count, 1);
	ground_leave(ground, mighty);
	ground_leave(ground, plain);
	ground_run(ground, "postgres", "drop schema closed cascade");
}

/* Of many tables the biggest are listed, though each of their indexes and TOAST tables is a relation of its own; a table nobody analyzed
 * has no pages in the catalog, but its rows were counted. */
static void of_many_tables_the_biggest_are_listed(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "create database many");
	ground_run(ground, "many",
	           "do $$ begin for i in 1..700 loop execute format('create table t%s (a int primary key)', i); end loop; end $$;"
	           "insert into t300 select generate_series(1, 20000); insert into t500 select generate_series(1, 40000); analyze t300;"
	           "create table wide (t text); alter table wide alter t set storage external; insert into wide select repeat('x', 9000) from generate_series(1, 400)");
	ground_run(ground, "many", "vacuum analyze wide");
	Conn *conn = ground_connect(ground, NULL, "many");
	const Table *table = NULL;
	UNTIL(ground, (table = sizes(ground, conn), row_of(table, "public.t500") != SIZE_MAX && figure(table, row_of(table, "public.t500"), "live_rows") == 40000));
	static const char *const names[] = {"public.t300", "public.t500", "public.wide"};
	for (size_t i = 0; i < 3; i++) assert_true(figure(table, found(table, names[i]), "table_bytes") > 0);
	size_t looked_at = 0, tables = 0;
	for (size_t row = 0; row < table->row_count; row++) {
		if (strcmp(table_text(table, row, table_column(table, "kind"), ""), "r") != 0) continue;
		tables++;
		looked_at += figure(table, row, "table_bytes") >= 0;
	}
	assert_int_equal(looked_at, 100);
	assert_true(tables > 100 && tables <= 600);
	ground_leave(ground, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_the_server),
		cmocka_unit_test(partitions_stand_below_what_they_make),
		cmocka_unit_test(an_index_says_what_it_is_needed_for),
		cmocka_unit_test(scans_are_counted),
		cmocka_unit_test(what_is_shown_is_looked_at_again),
		cmocka_unit_test(relations_under_an_exclusive_lock_keep_their_estimates),
		cmocka_unit_test(a_lock_that_is_only_wanted_counts),
		cmocka_unit_test(an_index_under_a_lock_is_left_out_alone),
		cmocka_unit_test(an_invalid_index_is_known_from_one_being_built),
		cmocka_unit_test(a_plain_role_sees_the_same),
		cmocka_unit_test(of_many_tables_the_biggest_are_listed),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
