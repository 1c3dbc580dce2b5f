/* test_proof.c: what can be proved, in which order rows are compared, what a difference proves, and what is said of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/paging.h"
#include "advise/proof.h"
#include "advise/say.h"
#include "facts_file.h"

static const char catalog[] = "[public.orders]\nrows = 1000000\npages = 10000\n"
                              "column id = bigint; not null; distinct 1000000\n"
                              "column status = text; not null; distinct 4\n"
                              "column created_at = timestamp with time zone; not null; distinct 1000000\n"
                              "index orders_pkey = CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id); primary\n"
                              "[public.items]\nrows = 2000000\npages = 20000\ncolumn order_id = bigint; not null; distinct 900000\n";

typedef struct World {
	Arena *arena;
	Facts *facts;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	*world = (World){arena, facts_parse(arena, catalog)};
	*list_push(arena, &world->facts->functions) = (FunctionFacts){"pg_catalog", "random", 'v'};
	*list_push(arena, &world->facts->functions) = (FunctionFacts){"pg_catalog", "now", 's'};
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

static ProofTask task_of(World *world, const char *sql, const char *rewrite) {
	Finding finding = finding_new("not-in");
	finding.rewrite = rewrite;
	return proof_task(world->arena, statement_parse(world->arena, sql), world->facts, &finding);
}

static void a_read_is_run_beside_its_rewrite(void **state) {
	ProofTask task = task_of(*state, "select * from orders;", "select * from orders where true");
	assert_null(task.refused);
	assert_string_equal(task.statements[0], "select * from orders");
	assert_string_equal(task.statements[1], "select * from orders where true");
	assert_null(task.last_row);
	assert_false(task.in_order);
	assert_null(task.doubt);
}

static void what_is_no_plain_read_is_refused(void **state) {
	static const char *const refused[] = {
		"delete from orders", "with gone as (delete from orders returning *) select * from gone", "select * from orders for update",
		"select * from orders where id = $1", "select * into copy from orders", "select from where", "create table x as select 1", "vacuum", "",
	};
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		ProofTask task = task_of(*state, refused[i], "select 1");
		if (!task.refused || !task.hint) fail_msg("not refused: %s", refused[i]);
	}
	assert_non_null(task_of(*state, "select 1", NULL).refused);
	assert_non_null(task_of(*state, "select * from orders where id = 7", "select * from orders where id = any ($1)").refused);
}

static void rows_are_compared_in_order_where_it_is_total(void **state) {
	static const char *const total[] = {"select * from orders order by id", "select * from orders order by status desc, id", "select id as x from orders order by 1"};
	static const char *const partial[] = {
		"select * from orders", "select * from orders order by created_at", "select * from items order by order_id", "select status, count(*) from orders group by 1 order by 1",
		"select distinct status from orders order by status", "select * from orders union select * from orders order by 1", "select * from orders o join items i on i.order_id = o.id order by o.id",
		"select * from unknown order by id",
	};
	for (size_t i = 0; i < sizeof total / sizeof *total; i++) assert_true(task_of(*state, total[i], "select 1").in_order);
	for (size_t i = 0; i < sizeof partial / sizeof *partial; i++)
		if (task_of(*state, partial[i], "select 1").in_order) fail_msg("no total order: %s", partial[i]);
}

static void a_difference_proves_nothing_where_rows_may_change_by_themselves(void **state) {
	static const char *const doubtful[] = {
		"select * from orders limit 5", "select * from orders order by created_at limit 5", "select * from orders order by status offset 5",
		"select * from (select * from orders limit 5) o order by id", "select random() from orders",
		"select string_agg(status, ',') from orders", "select id, row_number() over (order by status) from orders order by id", "select distinct /* one */ on (status) * from orders order by status",
	};
	static const char *const sure[] = {"select * from orders order by id limit 5", "select now(), * from orders order by status, id offset 5", "select status from orders order by status",
	                                   "select distinct status, rank() over (order by status) from orders", "select count(*) from orders"};
	for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++)
		if (!task_of(*state, doubtful[i], "select 1").doubt) fail_msg("no doubt: %s", doubtful[i]);
	for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
		if (task_of(*state, sure[i], "select 1").doubt) fail_msg("a doubt: %s", sure[i]);
	assert_string_equal(task_of(*state, doubtful[4], "select 1").doubt, "random() may answer differently each time");
}

static ProofTask page_task(World *world, const char *sql) {
	const Statement *statement = statement_parse(world->arena, sql);
	Paging *paging = ARENA_NEW(world->arena, Paging);
	*paging = paging_rewrite(world->arena, statement, world->facts);
	Finding finding = finding_new("offset-pagination");
	finding.rewrite = paging->statement;
	finding.paging = paging;
	return proof_task(world->arena, statement, world->facts, &finding);
}

static void a_page_is_compared_with_the_one_after_the_row_before_it(void **state) {
	ProofTask task = page_task(*state, "select status -- what\nfrom orders order by created_at desc -- when\nlimit 20 offset 1000");
	assert_true(task.in_order);
	assert_string_equal(task.statements[0], "select status -- what\nfrom orders order by created_at desc, orders.id DESC -- when\nlimit 20 offset 1000");
	assert_string_equal(task.last_row, "select status, created_at AS pgwhy_key_1, orders.id AS pgwhy_key_2 -- what\nfrom orders order by created_at desc, orders.id DESC -- when\n"
	                                   "LIMIT 1 OFFSET ((1000) - 1)");
	assert_int_equal(task.parameter_count, 2);
	assert_int_equal(task.parameters[0], 1);
	assert_int_equal(task.parameters[1], 2);
	task = page_task(*state, "select id, status is distinct from 'x' from orders order by id offset 30 rows fetch first 10 rows only");
	assert_string_equal(task.last_row, "select id, status is distinct from 'x', id AS pgwhy_key_1 from orders order by id LIMIT 1 OFFSET ((30) - 1)");
}

static void without_a_row_to_go_on_from_there_is_no_proof(void **state) {
	ProofTask task = page_task(*state, "select from orders order by id limit 20 offset 1000");
	assert_non_null(task.refused);
}

/* ---- what was found ---- */

static const Proof fast = {.compared = {.verdict = ROWS_SAME, .counts = {20, 20}}, .ms = {462, 0.3}, .blocks = {40121, 4}};

static Finding proved(const Proof *proof, bool with_index) {
	static IndexAdvice index = {.table = "orders"};
	Finding finding = finding_new("offset-pagination");
	finding.saves_ms = 300;
	finding.saves_share = 0.5;
	finding.basis = BASIS_ESTIMATED;
	if (with_index) {
		finding.indexes.items = &index;
		finding.indexes.count = 1;
	}
	finding_prove(&finding, proof);
	return finding;
}

static void a_measured_saving_takes_the_place_of_the_estimate(void **state) {
	World *world = *state;
	Plan plan = {.analyzed = true, .timed = true, .execution_ms = 600};
	Finding finding = proved(&fast, false);
	assert_int_equal(finding.basis, BASIS_MEASURED);
	assert_int_equal(finding.severity, SEVERITY_CRITICAL);
	assert_true(fabs(finding.saves_ms - 461.7) < 1e-9);
	assert_string_equal(say_savings(world->arena, &plan, &finding), "462 ms of 462 ms");
	assert_string_equal(say_proof(world->arena, &finding), "same 20 rows ✓ · 462 ms → 0.3 ms · 40121 → 4 buffers");
}

static void an_index_that_is_not_there_was_not_measured(void **state) {
	World *world = *state;
	Finding finding = proved(&fast, true);
	assert_int_equal(finding.basis, BASIS_ESTIMATED);
	assert_true(finding.saves_ms == 300);
	assert_string_equal(say_proof(world->arena, &finding), "same 20 rows ✓ · 462 ms → 0.3 ms · 40121 → 4 buffers · without the index");
}

static void what_is_slower_saves_nothing(void **state) {
	World *world = *state;
	Plan plan = {.analyzed = true, .timed = true, .execution_ms = 600};
	Proof slow = fast;
	slow.ms[1] = 500;
	Finding finding = proved(&slow, false);
	assert_true(finding.saves_ms == 0);
	assert_int_equal(finding.severity, SEVERITY_INFO);
	assert_null(say_savings(world->arena, &plan, &finding));
}

static void other_rows_prove_the_rewrite_wrong(void **state) {
	World *world = *state;
	const Proof wrong = {.compared = {.verdict = ROWS_DIFFERENT, .counts = {20, 20}, .place = 3, .rows = {"(3, a)", "(4, b)"}}, .ms = {NAN, NAN}, .blocks = {NAN, NAN}};
	Finding finding = proved(&wrong, false);
	assert_int_equal(finding.basis, BASIS_ESTIMATED);
	assert_string_equal(say_proof(world->arena, &finding), "not the same rows: row 3 differs: (3, a) became (4, b)");
	const Proof *copy = proof_copy(world->arena, &wrong);
	assert_string_equal(copy->compared.rows[1], "(4, b)");
}

static void every_outcome_has_its_words(void **state) {
	Arena *arena = ((World *)*state)->arena;
	static const struct {
		RowsCompared compared;
		const char *words;
	} cases[] = {
		{{.verdict = ROWS_SAME, .counts = {1, 1}}, "same 1 row ✓"},
		{{.verdict = ROWS_SAME_SO_FAR, .counts = {1000, 1000}, .why_not = "no more"}, "first 1000 rows the same ✓, no more"},
		{{.verdict = ROWS_DIFFERENT, .counts = {2, 1}, .rows = {"(2)", NULL}}, "not the same rows: 2 rows became 1: the rewrite lacks (2)"},
		{{.verdict = ROWS_DIFFERENT, .counts = {2, 2}, .rows = {NULL, "(2)"}}, "not the same rows: other rows: the rewrite adds (2)"},
		{{.verdict = ROWS_DIFFERENT, .counts = {2, 5}}, "not the same rows: 2 rows became 5"},
		{{.verdict = ROWS_NOT_COMPARED, .why_not = "they are too many"}, "rows not compared: they are too many"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_string_equal(say_compared(arena, &cases[i].compared), cases[i].words);
	assert_string_equal(rows_verdict_name(ROWS_SAME_SO_FAR), "same-so-far");
	Finding unasked = finding_new("not-in");
	assert_null(say_proof(arena, &unasked));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_read_is_run_beside_its_rewrite),
		cmocka_unit_test(what_is_no_plain_read_is_refused),
		cmocka_unit_test(rows_are_compared_in_order_where_it_is_total),
		cmocka_unit_test(a_difference_proves_nothing_where_rows_may_change_by_themselves),
		cmocka_unit_test(a_page_is_compared_with_the_one_after_the_row_before_it),
		cmocka_unit_test(without_a_row_to_go_on_from_there_is_no_proof),
		cmocka_unit_test(a_measured_saving_takes_the_place_of_the_estimate),
		cmocka_unit_test(an_index_that_is_not_there_was_not_measured),
		cmocka_unit_test(what_is_slower_saves_nothing),
		cmocka_unit_test(other_rows_prove_the_rewrite_wrong),
		cmocka_unit_test(every_outcome_has_its_words),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
