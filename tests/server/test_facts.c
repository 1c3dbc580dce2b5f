/* test_facts.c: the facts rules rest on, as the catalog has them, with whatever rights, under whatever lock. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <unistd.h>

#include "ground.h"
#include "pg/explain.h"

static const char shop[] =
	"create table orders (id bigint primary key, status text not null, email text, total numeric(10,2), note text, created_at timestamptz);"
	"insert into orders select g, case when g % 10 = 0 then 'open' else 'done' end, case when g % 4 > 0 then 'u' || g end, g, repeat('x', 50), now()"
	"  from generate_series(1, 10000) g;"
	"create index orders_open on orders (created_at desc nulls last, lower(email) text_pattern_ops) include (total) where status = 'open';"
	"create index orders_brin on orders using brin (created_at);"
	"create unique index orders_email on orders (email);"
	"create table parts (id int, region text, v int) partition by list (region);"
	"create table parts_a partition of parts for values in ('a'); create table parts_b partition of parts for values in ('b');"
	"create index parts_v on parts (v);"
	"insert into parts select g, case when g % 2 = 0 then 'a' else 'b' end, g from generate_series(1, 1000) g;"
	"create schema \"Odd \"\"Schema\"; create table \"Odd \"\"Schema\".\"T\x1b[2J{},\\\" (\"a b\" int, \"Select\" text);"
	"create index \"i x\" on \"Odd \"\"Schema\".\"T\x1b[2J{},\\\" (\"a b\", (\"Select\" || 'x'));"
	"create schema twice; create table twice.orders (z int); create table twice.only_here (z int);"
	"create schema second; create table second.in_two (z int); create table twice.in_two (z int);"
	"create view orders_view as select * from orders;"
	"create table unlooked (a int) with (parallel_workers = 3, fillfactor = 90);"
	"create table makers (id int, kind int, primary key (id, kind)); create table goods (a int, maker int, \"Kind\" int, id int primary key,"
	"  constraint goods_maker foreign key (maker, \"Kind\") references makers on delete cascade);"
	"create index on goods (maker) where a > 0; create index on goods (a, maker, \"Kind\"); create table bids (good int constraint bids_good references goods);"
	"create index on bids (good);"
	"create function twice.touch() returns int language sql volatile as 'select 1';"
	"create function quiet(int) returns int language sql immutable as 'select 1';"
	"create function quiet(text) returns int language sql volatile as 'select 1';"
	"create function random() returns int language sql volatile as 'select 4';"
	"create role plain login; create role nobody login; grant select on orders to plain;"
	"analyze orders; analyze parts; analyze parts_a";

static int set_up(void **state) {
	if (ground_set_up(state, &(ClusterSpec){.settings = "autovacuum = off\n"}) != 0) return -1;
	ground_run(*state, "postgres", shop);
	return 0;
}

typedef struct Loaded {
	Ground *ground;
	bool here;
	const Facts *facts;
	const char *message;
} Loaded;

static void loaded(void *owner, FactsReply *reply) {
	Loaded *result = owner;
	assert_false(result->here);
	result->here = true;
	result->facts = reply->facts;
	result->message = arena_copy(result->ground->arena, reply->err->message.text);
	*list_push(result->ground->arena, &result->ground->kept) = reply->arena;
	reply->arena = NULL;
}

static const Facts *load(Ground *ground, Conn *conn, const TableRef *tables, size_t table_count, const FunctionCall *functions, size_t function_count) {
	Loaded result = {.ground = ground};
	facts_load(conn, &(FactsWish){tables, table_count, functions, function_count, .queryid = 0}, loaded, &result);
	assert_false(result.here);
	UNTIL(ground, result.here);
	if (!result.facts) fail_msg("%s", result.message);
	return result.facts;
}

static const Facts *load_table(Ground *ground, Conn *conn, const char *schema, const char *name) {
	const TableRef table = {.schema = schema, .name = name};
	return load(ground, conn, &table, 1, NULL, 0);
}

static void a_table_is_known_with_its_columns(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Facts *facts = load_table(ground, conn, NULL, "orders");
	assert_int_equal(facts->tables.count, 1);
	const TableFacts *orders = &facts->tables.items[0];
	assert_string_equal(orders->schema, "public");
	assert_int_equal(orders->kind, 'r');
	assert_true(orders->rows == 10000);
	assert_true(isnan(orders->parallel_workers));
	assert_true(orders->pages > 100);
	assert_true(orders->bytes == orders->pages * 8192);
	assert_true(orders->analyzed_at_s > 1e9);
	assert_false(orders->temporary);
	assert_int_equal(orders->columns.count, 6);
	const ColumnFacts *id = &orders->columns.items[0], *status = &orders->columns.items[1], *email = &orders->columns.items[2];
	assert_string_equal(id->type, "bigint");
	assert_true(id->not_null);
	assert_true(id->distinct == 10000); /* made absolute */
	assert_true(isnan(id->top_share));
	assert_true(fabs(id->correlation - 1) < 0.01);
	assert_true(status->distinct == 2);
	assert_true(fabs(status->top_share - 0.9) < 0.02);
	assert_string_equal(status->top_value, "done");
	assert_true(fabs(status->rare_share - 0.1) < 0.02);
	assert_non_null(status->rare_value);
	assert_null(status->middle_value); /* there are no others */
	assert_null(status->low_value);
	assert_null(id->top_value);
	assert_true(isnan(id->rare_share));
	assert_true(fabs(strtod(id->middle_value, NULL) - 5000) < 200);
	assert_string_equal(id->low_value, "1");
	assert_string_equal(id->high_value, "10000");
	assert_true(fabs(email->null_share - 0.25) < 0.02);
	assert_string_equal(orders->columns.items[3].type, "numeric(10,2)");
	ground_leave(ground, conn);
}

static void what_is_known_outlives_the_connection(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const char *version = arena_copy(ground->arena, conn_server(conn)->version_text);
	const Facts *facts = load_table(ground, conn, NULL, "orders");
	ground_leave(ground, conn);
	assert_string_equal(facts->server->version_text, version);
	assert_true(server_has_extension(facts->server, "plpgsql"));
	assert_string_equal(facts->tables.items[0].name, "orders");
}

static void indexes_are_known_key_by_key(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const TableFacts *orders = &load_table(ground, conn, "public", "orders")->tables.items[0];
	assert_int_equal(orders->indexes.count, 4);
	const IndexFacts *open = index_facts(orders, "orders_open"), *pkey = index_facts(orders, "orders_pkey");
	assert_int_equal(open->key_count, 2);
	assert_string_equal(open->keys[0], "created_at");
	assert_string_equal(open->keys[1], "lower(email)");
	assert_true(open->descending[0]);
	assert_false(open->nulls_first[0]);
	assert_false(open->descending[1]);
	assert_null(open->opclasses[0]);
	assert_string_equal(open->opclasses[1], "text_pattern_ops");
	assert_int_equal(open->include_count, 1);
	assert_string_equal(open->include[0], "total");
	assert_string_equal(open->predicate, "status = 'open'::text");
	assert_non_null(strstr(open->definition, "CREATE INDEX orders_open"));
	assert_true(open->valid && !open->unique && !open->constraint);
	assert_true(open->bytes > 0 && open->scans == 0);
	assert_true(pkey->primary && pkey->unique && pkey->constraint);
	assert_string_equal(index_facts(orders, "orders_brin")->method, "brin");
	assert_true(index_facts(orders, "orders_email")->unique && !index_facts(orders, "orders_email")->constraint);
	ground_leave(ground, conn);
}

static void foreign_keys_are_known_from_the_side_they_refer_to(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Facts *facts = load_table(ground, conn, "public", "makers");
	const ForeignKeyFacts *maker = foreign_key_facts(facts, "goods_maker", "makers"), *good = foreign_key_facts(facts, "bids_good", NULL);
	assert_string_equal(maker->table, "goods");
	assert_int_equal(maker->column_count, 2);
	assert_string_equal(maker->columns[0], "maker");
	assert_string_equal(maker->columns[1], "Kind");
	assert_false(maker->indexed); /* one index is partial, the other begins with another column */
	assert_true(good->indexed); /* a deletion of makers cascades to it */
	ground_run(ground, "postgres", "create index goods_key on goods (\"Kind\", maker, a)");
	assert_true(foreign_key_facts(load_table(ground, conn, NULL, "makers"), "goods_maker", NULL)->indexed);
	ground_run(ground, "postgres", "drop index goods_key");
	assert_int_equal(load_table(ground, conn, NULL, "bids")->foreign_keys.count, 0);
	ground_leave(ground, conn);
}

static void a_partition_brings_its_parents(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Facts *facts = load_table(ground, conn, "public", "parts_a");
	assert_int_equal(facts->tables.count, 2);
	const TableFacts *parent = table_facts(facts, "public", "parts"), *part = table_facts(facts, "public", "parts_a");
	assert_int_equal(parent->kind, 'p');
	assert_string_equal(parent->partition_key, "LIST (region)");
	assert_true(parent->pages >= part->pages);
	assert_true(parent->bytes >= part->bytes && part->bytes > 0);
	assert_true(part->rows == 500);
	assert_true(parent->rows == 1000 || parent->rows == 500);
	assert_non_null(index_facts(parent, "parts_v"));
	assert_true(isnan(index_facts(parent, "parts_v")->bytes));
	assert_non_null(column_facts(parent, "v"));
	assert_true(column_facts(parent, "region")->distinct == 2); /* over all partitions */
	assert_int_equal(parent->partitions.count, 2);
	assert_string_equal(parent->partitions.items[1].name, "parts_b");
	assert_string_equal(parent->partitions.items[1].parent, "parts");
	assert_int_equal(parent->partitions.items[1].kind, 'r');
	assert_int_equal(part->partitions.count, 0);
	ground_leave(ground, conn);
}

static void a_bare_name_means_what_the_search_path_says(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const TableRef tables[] = {{.name = "orders"}, {.name = "only_here"}, {.name = "in_two"}, {.name = "nosuch"}, {.name = "orders_view"}, {.name = "pg_class"}};
	const Facts *facts = load(ground, conn, tables, 6, NULL, 0);
	assert_int_equal(facts->tables.count, 3);
	assert_string_equal(table_facts(facts, NULL, "orders")->schema, "public");
	assert_string_equal(table_facts(facts, NULL, "only_here")->schema, "twice"); /* the only one */
	assert_null(table_facts(facts, NULL, "in_two")); /* who knows */
	assert_string_equal(table_facts(facts, NULL, "pg_class")->schema, "pg_catalog");
	ground_leave(ground, conn);
}

static void names_may_hold_anything(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Facts *facts = load_table(ground, conn, "Odd \"Schema", "T\x1b[2J{},\\");
	assert_int_equal(facts->tables.count, 1);
	const TableFacts *odd = &facts->tables.items[0];
	assert_string_equal(odd->name, "T\x1b[2J{},\\");
	assert_string_equal(odd->columns.items[1].name, "Select");
	assert_true(odd->rows <= 0);
	const IndexFacts *index = index_facts(odd, "i x");
	assert_string_equal(index->keys[0], "\"a b\"");
	assert_string_equal(index->keys[1], "(\"Select\" || 'x'::text)");
	ground_leave(ground, conn);
}

static void nothing_known_is_no_error(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	size_t requests = conn_cost(conn).requests;
	const Facts *facts = load(ground, conn, NULL, 0, NULL, 0);
	assert_int_equal(facts->tables.count + facts->functions.count, 0);
	assert_int_equal(conn_cost(conn).requests, requests);
	const TableFacts *unlooked = &load_table(ground, conn, NULL, "unlooked")->tables.items[0];
	assert_true(unlooked->rows == -1 || unlooked->rows == 0); /* 0 before 14 */
	assert_true(isnan(unlooked->columns.items[0].distinct));
	assert_true(isnan(unlooked->analyzed_at_s));
	assert_true(unlooked->parallel_workers == 3);
	ground_leave(ground, conn);
}

static void what_a_role_may_not_see_is_unknown(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, "nobody", NULL);
	const TableFacts *orders = &load_table(ground, conn, NULL, "orders")->tables.items[0];
	assert_true(orders->rows == 10000);
	assert_int_equal(orders->columns.count, 6);
	assert_true(isnan(orders->columns.items[1].distinct));
	assert_true(isnan(orders->columns.items[1].null_share));
	assert_int_equal(orders->indexes.count, 4);
	ground_leave(ground, conn);
	conn = ground_connect(ground, "plain", NULL);
	orders = &load_table(ground, conn, NULL, "orders")->tables.items[0];
	assert_true(orders->columns.items[1].distinct == 2);
	ground_leave(ground, conn);
}

static void a_locked_table_is_not_waited_for(void **state) {
	Ground *ground = *state;
	Conn *locker = ground_connect(ground, NULL, NULL), *conn = ground_connect(ground, NULL, NULL);
	ground_query(ground, locker, "begin");
	ground_query(ground, locker, "lock table public.orders, public.parts_a");
	const TableRef tables[] = {{.name = "orders"}, {.name = "parts_a"}};
	const Facts *facts = load(ground, conn, tables, 2, NULL, 0);
	const TableFacts *orders = table_facts(facts, "public", "orders");
	assert_true(isnan(orders->bytes));
	assert_true(orders->rows == 10000);
	assert_int_equal(orders->indexes.count, 4);
	const IndexFacts *open = index_facts(orders, "orders_open");
	assert_string_equal(open->keys[0], "created_at");
	assert_string_equal(open->keys[1], "?");
	assert_string_equal(open->predicate, "?"); /* never taken for an index on all rows */
	assert_null(open->definition);
	assert_true(isnan(open->bytes));
	assert_true(isnan(table_facts(facts, "public", "parts_a")->bytes));
	ground_leave(ground, locker);
	ground_leave(ground, conn);
}

static const char *asks(Ground *ground, Conn *conn, const char *sql) {
	const Statement *statement = statement_parse(ground->arena, sql);
	const Facts *facts = load(ground, conn, NULL, 0, statement->functions.items, statement->functions.count);
	return facts_volatile_function(ground->arena, facts, statement);
}

static void volatile_functions_are_named(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char *const harmless[] = {
		"select 1", "select count(*), max(total), lower('X'), now() from orders", "select clock_timestamp(), timeofday(), gen_random_uuid()",
		"select pg_total_relation_size('orders')", "select pg_catalog.random()", "select coalesce(null, 1), extract(year from now()), quiet_not_called from orders",
		"select substring('abc' from 1 for 2), position('a' in 'b'), now() at time zone 'UTC'", "select pg_sleep(0)", "select row_number() over () from orders",
	};
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
		if (asks(ground, conn, harmless[i])) fail_msg("%s: %s", harmless[i], asks(ground, conn, harmless[i]));
	static const char *const asked[][2] = {
		{"select nextval('s')", "nextval"}, {"select pg_advisory_lock(1)", "pg_advisory_lock"}, {"select pg_stat_statements_reset()", "pg_stat_statements_reset"},
		{"select dblink_exec('x', 'y')", "dblink_exec"}, {"select twice.touch()", "twice.touch"}, {"select quiet(1)", "quiet"}, {"select nosuch(1)", "nosuch"},
		{"select random()", "random"}, {"select pg_terminate_backend(1)", "pg_terminate_backend"}, {"select lo_unlink(1)", "lo_unlink"},
		{"select * from orders where id in (select setval('s', 1))", "setval"}, {"select set_config('a.b', 'c', false)", "set_config"},
		{"select pg_notify('a', 'b')", "pg_notify"}, {"select query_to_xml('delete from orders', true, true, '')", "query_to_xml"},
	};
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		const char *function = asks(ground, conn, asked[i][0]);
		if (!function || strcmp(function, asked[i][1]) != 0) fail_msg("%s: %s", asked[i][0], function ? function : "not asked");
	}
	ground_leave(ground, conn);
}

static void without_a_catalog_every_function_asks(void **state) {
	Ground *ground = *state;
	assert_string_equal(facts_volatile_function(ground->arena, NULL, statement_parse(ground->arena, "select count(*) from t")), "count");
	assert_null(facts_volatile_function(ground->arena, NULL, statement_parse(ground->arena, "select 1")));
	assert_non_null(facts_volatile_function(ground->arena, NULL, statement_parse(ground->arena, "select from where ((")));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_known_with_its_columns),
		cmocka_unit_test(what_is_known_outlives_the_connection),
		cmocka_unit_test(indexes_are_known_key_by_key),
		cmocka_unit_test(foreign_keys_are_known_from_the_side_they_refer_to),
		cmocka_unit_test(a_partition_brings_its_parents),
		cmocka_unit_test(a_bare_name_means_what_the_search_path_says),
		cmocka_unit_test(names_may_hold_anything),
		cmocka_unit_test(nothing_known_is_no_error),
		cmocka_unit_test(what_a_role_may_not_see_is_unknown),
		cmocka_unit_test(a_locked_table_is_not_waited_for),
		cmocka_unit_test(volatile_functions_are_named),
		cmocka_unit_test(without_a_catalog_every_function_asks),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
