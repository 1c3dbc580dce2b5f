/* test_values.c: P on the plan of a statement with parameters shows its plans for several values, and leads to each of them. */
#include "shop.h"

#include "../server/ground.h"

/* Of its statistics nothing is left to chance: one kind is common, two hundred are rare, and the index serves these only. */
static int set_up(void **state) {
	if (shop_set_up(state) != 0) return -1;
	shop_run(*state, "shop", "create table parcels (id int primary key, kind text, weight int, note text);"
	                         "insert into parcels select n, case when n % 10 = 0 then 'kind ' || n / 10 % 200 else 'small' end, n, repeat('x', 100) from generate_series(1, 20000) as n;"
	                         "create index parcels_kind on parcels (kind); analyze parcels");
	return 0;
}

#define SKEWED "::explain select * from parcels where kind = $1\r"

static Terminal *list_of(Shop *shop, int rows, int columns, const char *keys) {
	Terminal *t = shop_console(shop, rows, columns);
	terminal_keys(t, keys);
	terminal_wait(t, "not run");
	terminal_keys(t, "P");
	terminal_wait(t, "plans by values");
	return t;
}

static void skewed_plans_stand_side_by_side(void **state) {
	Terminal *t = list_of(*state, 36, 120, SKEWED);
	terminal_wait(t, "the plan depends on kind = $1");
	terminal_wait(t, "most common");
	terminal_wait(t, "$1 = small");
	terminal_wait(t, "B, not A: parcels by Seq Scan, not ");
	terminal_wait(t, "1 parameter-sensitive");
	terminal_wait(t, "SET plan_cache_mode = force_custom_plan");
	shop_quit(t);
}

static void enter_opens_the_plan_of_a_row_and_a_runs_it(void **state) {
	Terminal *t = list_of(*state, 36, 120, SKEWED);
	terminal_wait(t, "1 parameter-sensitive");
	terminal_keys(t, "j\r");
	terminal_wait(t, "Seq Scan parcels");
	terminal_wait(t, "With $1 = small.");
	terminal_keys(t, "P"); /* back, there is no second list */
	terminal_wait(t, "plans by values");
	terminal_keys(t, "A");
	terminal_wait(t, "18.0k→18.0k");
	terminal_keys(t, "\033");
	terminal_wait(t, "plans by values");
	terminal_wait(t, "ran in "); /* in the evidence, too */
	terminal_keys(t, "gE");
	terminal_wait(t, "This is a generic plan");
	terminal_keys(t, "A");
	terminal_wait(t, "run it with");
	terminal_wait(t, "used last");
	terminal_keys(t, "\003qq");
	terminal_wait_gone(t, "plans by values");
	shop_quit(t);
}

static void even_values_have_one_plan(void **state) {
	Terminal *t = list_of(*state, 24, 80, "::explain select * from parcels where id = $1\r");
	terminal_wait(t, "one plan for all values");
	terminal_wait(t, "gets the generic plan");
	shop_quit(t);
}

static void values_that_were_used_are_tried_too(void **state) {
	Terminal *t = shop_console(*state, 24, 100);
	terminal_keys(t, "::analyze select * from parcels where kind = $1 limit 3\r");
	terminal_wait(t, "run it with");
	terminal_wait(t, "kind = $1");
	terminal_keys(t, "\025mine\r");
	terminal_wait(t, "With $1 = mine.");
	terminal_keys(t, "P");
	terminal_wait(t, "used last");
	terminal_wait(t, "$1 = mine");
	shop_quit(t);
}

static void the_word_takes_a_statement_or_the_plan_at_hand(void **state) {
	Terminal *t = shop_console(*state, 24, 100);
	terminal_keys(t, "::parameters\r");
	terminal_wait(t, "there is no statement at hand");
	terminal_keys(t, "::parameters select * from parcels where kind = $1\r");
	terminal_wait(t, "the plan depends on kind = $1");
	terminal_keys(t, "qq::parameters\r");
	terminal_wait(t, "the plan depends on kind = $1");
	terminal_keys(t, "q:select 1;\r");
	terminal_wait(t, "1→1");
	terminal_keys(t, "P");
	terminal_wait(t, "this statement has no parameters");
	shop_quit(t);
}

static void a_small_screen_has_room_for_both(void **state) {
	Terminal *t = list_of(*state, 10, 40, SKEWED);
	terminal_wait(t, "generic");
	terminal_wait(t, "the plan depends on kind");
	terminal_keys(t, "\006\006");
	terminal_wait_gone(t, "the plan depends on kind");
	terminal_keys(t, "Ggj");
	terminal_wait(t, "$1 = small");
	terminal_resize(t, 50, 200);
	terminal_wait(t, "parameter-sensitive");
	terminal_resize(t, 10, 40);
	terminal_keys(t, "\r");
	terminal_wait_gone(t, "plans by values");
	shop_quit(t);
}

static void all_of_it_can_be_written_to_a_file(void **state) {
	Shop *shop = *state;
	char here[4096];
	assert_non_null(getcwd(here, sizeof here));
	if (*shop->program != '/') shop->program = arena_printf(shop->arena, "%s/%s", here, shop->program);
	assert_int_equal(chdir(shop->home), 0); /* that is where it writes */
	Terminal *t = list_of(shop, 24, 100, SKEWED);
	assert_int_equal(chdir(here), 0);
	terminal_wait(t, "1 parameter-sensitive");
	terminal_keys(t, "x");
	terminal_wait(t, "as pgwhy explain --values prints them");
	terminal_keys(t, "j\r");
	terminal_wait(t, "written to pgwhy-values-");
	const char *found = arena_printf(shop->arena, "grep -q 'SET plan_cache_mode' '%s'/pgwhy-values-*.md && rm '%s'/pgwhy-values-*.md", shop->home, shop->home);
	assert_int_equal(system(found), 0);
	shop_quit(t);
}

static void what_waits_can_be_cancelled(void **state) {
	Shop *shop = *state;
	Ground other = {.work = work_new(&shop->err), .arena = shop->arena, .cluster = shop->cluster, .err = ERR_INIT};
	Conn *conn = ground_connect(&other, NULL, "shop");
	Terminal *t = shop_console(shop, 24, 100);
	terminal_keys(t, SKEWED);
	terminal_wait(t, "not run");
	ground_query(&other, conn, "begin");
	ground_query(&other, conn, "lock parcels");
	terminal_keys(t, "P");
	terminal_wait(t, "planning …");
	terminal_keys(t, "\003");
	terminal_wait(t, "the statement was cancelled");
	terminal_wait_gone(t, "planning …");
	ground_query(&other, conn, "rollback");
	terminal_keys(t, "qP");
	terminal_wait(t, "the plan depends on kind");
	shop_quit(t);
	ground_leave(&other, conn);
	UNTIL(&other, !work_pending(other.work));
	work_free(other.work);
	for (size_t i = 0; i < other.kept.count; i++) arena_free(other.kept.items[i]);
}

static void another_database_takes_them_away(void **state) {
	Terminal *t = list_of(*state, 24, 100, SKEWED);
	terminal_wait(t, "the plan depends on kind");
	terminal_keys(t, ":\\c postgres\r");
	terminal_wait(t, "you are now connected to database \"postgres\"");
	terminal_wait_gone(t, "plans by values");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(skewed_plans_stand_side_by_side),
	    cmocka_unit_test(enter_opens_the_plan_of_a_row_and_a_runs_it),
	    cmocka_unit_test(even_values_have_one_plan),
	    cmocka_unit_test(values_that_were_used_are_tried_too),
	    cmocka_unit_test(the_word_takes_a_statement_or_the_plan_at_hand),
	    cmocka_unit_test(a_small_screen_has_room_for_both),
	    cmocka_unit_test(all_of_it_can_be_written_to_a_file),
	    cmocka_unit_test(what_waits_can_be_cancelled),
	    cmocka_unit_test(another_database_takes_them_away),
	};
	return cmocka_run_group_tests(tests, set_up, shop_tear_down);
}
