/* test_parameters.c: A on a statement with parameters asks for their values, offers good ones, and measures with them. */
#include "shop.h"

#include "../server/ground.h"

/* Of its statistics nothing is left to chance: one kind is common and the others stand alone, and so do all weights. */
static int set_up(void **state) {
	if (shop_set_up(state) != 0) return -1;
	shop_run(*state, "shop", "create table parcels (id int, kind text, weight int);"
	                         "insert into parcels select n, case when n % 2 = 0 then 'small' else 'kind ' || lpad(n::text, 5, '0') end, n from generate_series(1, 10000) as n;"
	                         "grant select on parcels to web; analyze parcels; select id as heavy from parcels where kind = 'small' and weight > 5 limit 3");
	return 0;
}

static Ground caller_of(Shop *shop) {
	return (Ground){.work = work_new(&shop->err), .arena = shop->arena, .cluster = shop->cluster, .err = ERR_INIT};
}

/* A session that has sent the statement, and is still there. */
static void calls(Ground *caller, const char *sql) {
	if (!caller->conns[0]) ground_connect(caller, "web", "shop");
	Answer answer = ground_query(caller, caller->conns[0], sql);
	if (!answer.table) fail_msg("%s", answer.message);
}

static void hangs_up(Ground *caller) {
	ground_leave(caller, caller->conns[0]);
	UNTIL(caller, !work_pending(caller->work));
	work_free(caller->work);
	for (size_t i = 0; i < caller->kept.count; i++) arena_free(caller->kept.items[i]);
}

/* The console on the row of a statement, the only one that is left. A filter finds what has been on the screen. */
static Terminal *console_at(Shop *shop, const char *part, int rows, int columns) {
	Terminal *t = shop_console(shop, 24, 120);
	terminal_keys(t, "z");
	terminal_wait(t, part);
	terminal_keys(t, arena_printf(shop->arena, "/%s\r", part));
	wait_row_has(t, 1, "1 of ");
	terminal_resize(t, rows, columns);
	return t;
}

static void statistics_are_offered_and_measured_with(void **state) {
	Shop *shop = *state;
	Terminal *t = console_at(shop, "as heavy", 24, 120);
	terminal_keys(t, "A");
	terminal_wait(t, "kind = $1 · 1/2 most common, 50%");
	terminal_wait(t, "weight > $2 · 1/3 typical");
	terminal_wait(t, "LIMIT $3 · 1/2 a guess");
	terminal_wait(t, "$2 integer");
	terminal_wait(t, "[small");
	terminal_keys(t, "\t");
	terminal_wait(t, "2/2 typical");
	terminal_wait(t, "[kind 0");
	terminal_keys(t, "\033[D\033[A\033[C"); /* back, up to the last one, its second */
	terminal_wait(t, "2/2 a guess");
	terminal_keys(t, "3\r");
	terminal_wait(t, "rows est→act");
	terminal_wait(t, "3→3");
	terminal_wait_gone(t, "run it with");
	terminal_wait(t, "With $1 = small, $2 = ");
	terminal_wait(t, "$3 = 3. Planned for");
	terminal_keys(t, "A"); /* from the plan: what went in last comes first */
	terminal_wait(t, "LIMIT $3 · 1/3 used last");
	terminal_wait(t, "kind = $1 · 1/2 used last");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "run it with");
	terminal_wait(t, "3→3");
	shop_quit(t);
}

static void a_live_call_is_offered_first_and_runs_at_once(void **state) {
	Shop *shop = *state;
	Ground caller = caller_of(shop);
	calls(&caller, "select id as seen from public.orders where status = 'open' and total > 100 limit 7");
	Terminal *t = console_at(shop, "as seen", 24, 120);
	terminal_keys(t, "A");
	terminal_wait(t, "[open");
	terminal_wait(t, "status = $1 · 1/");
	terminal_wait(t, "seen live");
	terminal_keys(t, "\r");
	terminal_wait(t, "7→7");
	terminal_wait(t, "With $1 = 'open', $2 = 100, $3 = 7.");
	terminal_keys(t, "A");
	terminal_wait(t, "used last");
	calls(&caller, "select id as seen from public.orders where status = 'paid' and total > 200 limit 9"); /* while the box is open */
	terminal_keys(t, "\t");
	terminal_wait(t, "[paid");
	terminal_wait(t, "2/2 seen live");
	terminal_keys(t, "\003");
	terminal_wait_gone(t, "run it with");
	shop_quit(t);
	hangs_up(&caller);
}

static void analyze_at_the_prompt_asks_too(void **state) {
	Shop *shop = *state;
	Ground caller = caller_of(shop);
	calls(&caller, "select id as typed from public.parcels where weight = 77");
	Terminal *t = shop_console(shop, 24, 120);
	terminal_keys(t, "::analyze select id as typed from public.parcels where weight = $1\r");
	terminal_wait(t, "seen live");
	terminal_wait(t, "[77");
	terminal_keys(t, "\r");
	terminal_wait(t, "1→1");
	terminal_wait(t, "With $1 = 77.");
	shop_quit(t);
	hangs_up(&caller);
}

static void a_write_asks_before_it_runs_with_them(void **state) {
	Shop *shop = *state;
	Terminal *t = console_at(shop, "update stock", 24, 100);
	terminal_keys(t, "A");
	terminal_wait(t, "$1 integer");
	terminal_keys(t, "1\033[B5\r");
	terminal_wait(t, "This statement writes to stock");
	const char *before = shop_ask(shop, "shop", "select sum(pieces) from stock");
	terminal_keys(t, "y");
	terminal_wait(t, "Update stock");
	terminal_wait(t, "1→1");
	assert_string_equal(shop_ask(shop, "shop", "select sum(pieces) from stock"), before);
	shop_quit(t);
}

static void tables_of_another_search_path_are_measured_there(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "create schema hidden; create table hidden.shelf (id int, depth int); insert into hidden.shelf select n, n from generate_series(1, 100) as n;"
	                       "analyze hidden.shelf; set search_path = hidden; select id as found from shelf where depth = 5");
	Terminal *t = console_at(shop, "as found", 24, 100);
	terminal_keys(t, "A");
	terminal_wait(t, "depth = $1 · typical");
	terminal_keys(t, "\0258\r");
	terminal_wait(t, "1→1");
	terminal_wait(t, "It ran with search_path = hidden");
	shop_quit(t);
}

static void a_field_without_a_value_is_asked_for(void **state) {
	Shop *shop = *state;
	shop_run(shop, "shop", "select name || 'x' as joined from customers where id = 5");
	Terminal *t = console_at(shop, "as joined", 24, 100);
	terminal_keys(t, "A");
	terminal_wait(t, "$1 text");
	terminal_wait(t, "id = $2 · typical");
	terminal_keys(t, "\r");
	terminal_wait(t, "this one has no value yet");
	terminal_keys(t, "it's");
	terminal_wait_gone(t, "this one has no value yet");
	terminal_keys(t, "\033[A\016"); /* the other one NULL */
	terminal_wait(t, "[NULL");
	terminal_keys(t, "\r");
	terminal_wait(t, "With $1 = it's, $2 = NULL.");
	terminal_wait(t, "0→0");
	shop_quit(t);
}

static void what_strangers_sent_stays_a_value(void **state) {
	Shop *shop = *state;
	Ground caller = caller_of(shop);
	calls(&caller, "select id as evil from public.orders where status = 'x''; drop table public.stock; --\033[31m' or total = -5");
	Terminal *t = console_at(shop, "as evil", 10, 40);
	terminal_keys(t, "A");
	terminal_wait(t, "public.stock; --");
	terminal_keys(t, "\r");
	terminal_wait_gone(t, "run it with");
	terminal_wait(t, "planned "); /* and measured: nothing runs when it is left */
	terminal_keys(t, "A\033[B");
	terminal_wait(t, "[-5");
	terminal_keys(t, "\0336"); /* Escape, then 6: Alt-6 means nothing in a field */
	terminal_keys(t, "\003");
	terminal_wait_gone(t, "run it with");
	assert_string_equal(shop_ask(shop, "shop", "select count(*) > 0 from stock"), "t");
	shop_quit(t);
	hangs_up(&caller);
}

static void a_small_screen_has_room_for_it(void **state) {
	Terminal *t = console_at(*state, "as heavy", 10, 40);
	terminal_keys(t, "A");
	terminal_wait(t, "kind = $1 · 1/2 most common, 50%");
	terminal_resize(t, 24, 80);
	terminal_wait(t, "LIMIT $3 · 1/2 a guess");
	terminal_resize(t, 10, 40);
	terminal_wait_gone(t, "LIMIT $3");
	terminal_keys(t, "\033[A");
	terminal_wait(t, "LIMIT $3 · 1/2 a guess");
	terminal_keys(t, "\r");
	terminal_wait_gone(t, "run it with");
	terminal_wait(t, "planned "); /* and measured */
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(statistics_are_offered_and_measured_with),
	    cmocka_unit_test(a_live_call_is_offered_first_and_runs_at_once),
	    cmocka_unit_test(analyze_at_the_prompt_asks_too),
	    cmocka_unit_test(a_write_asks_before_it_runs_with_them),
	    cmocka_unit_test(tables_of_another_search_path_are_measured_there),
	    cmocka_unit_test(a_field_without_a_value_is_asked_for),
	    cmocka_unit_test(what_strangers_sent_stays_a_value),
	    cmocka_unit_test(a_small_screen_has_room_for_it),
	};
	return cmocka_run_group_tests(tests, set_up, shop_tear_down);
}
