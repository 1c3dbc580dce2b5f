/* test_connection.c: the console asks for passwords, outlives the server, and makes do with the rights it has. */
#include "shop.h"

#include <libpq-fe.h>
#include <signal.h>

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = shop_settings, .hba = "local all guarded scram-sha-256\n"};
	if (shop_open(state, &spec) != 0) return -1;
	Shop *shop = *state;
	shop_run(shop, "shop", "create role guarded login password 'open sesame'; grant select on orders to guarded");
	shop_run(shop, "postgres", "create database bare");
	return 0;
}

/* ---- passwords ---- */

static void a_password_is_asked_for_until_it_is_right(void **state) {
	Terminal *t = shop_console_in(*state, 24, 100, NULL, WORDS("-U", "guarded"));
	terminal_wait(t, "password:");
	wait_row_has(t, 0, "password wanted");
	terminal_keys(t, "open says me\r");
	terminal_wait(t, "authentication failed for user \"guarded\"");
	terminal_wait(t, "password:");
	terminal_keys(t, "open says me\025open sesamx\177e\r"); /* ^U, Backspace */
	wait_row_has(t, 0, "guarded@");
	terminal_wait(t, "hidden: ");
	assert_false(terminal_written(t, "open"));
	assert_false(terminal_written(t, "sesame"));
	terminal_keys(t, ":select count(*) from orders where id = 5;\r"); /* the second connection has it too */
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void a_password_may_be_pasted(void **state) {
	Terminal *t = shop_console_in(*state, 24, 100, NULL, WORDS("-U", "guarded"));
	terminal_wait(t, "password:");
	terminal_paste(t, "open sesame\n");
	terminal_keys(t, "\r");
	wait_row_has(t, 0, "guarded@");
	assert_false(terminal_written(t, "sesame"));
	shop_quit(t);
}

static void without_a_password_there_is_nothing_to_see(void **state) {
	Terminal *t = shop_console_in(*state, 24, 100, NULL, WORDS("-U", "guarded"));
	terminal_wait(t, "password:");
	terminal_keys(t, "\033");
	assert_given_back(t);
	assert_int_equal(terminal_close(t), 3);
	t = shop_console_in(*state, 24, 140, NULL, WORDS("-U", "guarded", "-w"));
	terminal_wait(t, "no password supplied");
	assert_false(terminal_find(t, "password:", NULL, NULL));
	shop_quit(t);
}

static void a_password_from_elsewhere_is_not_asked_for(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 24, 100, WORDS("PGPASSWORD=open sesame"), WORDS("-U", "guarded"));
	terminal_wait(t, "hidden: ");
	shop_quit(t);
	t = shop_console_in(shop, 24, 100, NULL, WORDS("-U", "web", "-W"));
	terminal_wait(t, "password:");
	terminal_keys(t, "whatever\r");
	wait_row_has(t, 0, "web@");
	shop_quit(t);
}

/* ---- rights ---- */

static void a_role_without_rights_is_told_the_grant(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 30, 120, WORDS("PGPASSWORD=open sesame"), WORDS("-U", "guarded"));
	terminal_wait(t, "hidden: ");
	terminal_keys(t, "/hidden\r\r");
	terminal_wait(t, "why: Queries");
	terminal_wait(t, "the statements of role web are hidden from role guarded");
	terminal_wait(t, "GRANT pg_read_all_stats TO guarded");
	terminal_keys(t, "q");
	terminal_wait(t, "1 Queries");
	terminal_keys(t, "E");
	terminal_wait(t, "are hidden from role guarded");
	terminal_keys(t, "y");
	terminal_wait(t, "are hidden from role guarded");
	terminal_keys(t, ":select count(*) from stock;\r");
	terminal_wait(t, "permission denied for table stock");
	shop_quit(t);
	shop_run(shop, "shop", "grant pg_read_all_stats to guarded");
	t = shop_console_in(shop, 30, 120, WORDS("PGPASSWORD=open sesame"), WORDS("-U", "guarded"));
	terminal_wait(t, "select count(*), pg_sl");
	assert_false(terminal_find(t, "hidden: ", NULL, NULL));
	shop_quit(t);
	shop_run(shop, "shop", "revoke pg_read_all_stats from guarded");
}

static void a_database_without_the_extension_says_how_to_create_it(void **state) {
	Terminal *t = shop_console_in(*state, 24, 100, NULL, WORDS("-d", "bare"));
	terminal_wait(t, "the extension pg_stat_statements is not in database \"bare\"");
	terminal_wait(t, "CREATE EXTENSION pg_stat_statements;");
	terminal_keys(t, "\rEesId/x\r?q"); /* nothing to do anything with */
	terminal_wait(t, "1 Queries");
	terminal_keys(t, ":select 1;\r");
	terminal_wait(t, "1→1");
	shop_quit(t);
}

/* ---- losing the server ---- */

static void shop_restart(Shop *shop) {
	if (!cluster_restart(shop->cluster, &shop->err)) fail_msg("%s", shop->err.message.text);
}

static void a_lost_server_leaves_its_last_rows_and_is_found_again(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	terminal_wait(t, "select id, total");
	assert_true(cluster_signal(shop->cluster, SIGKILL));
	wait_row_has(t, 0, "lost");
	terminal_wait(t, "closed");
	wait_row_has(t, 3, "select count(*), pg_sleep(");
	terminal_wait(t, "select id, total");
	terminal_keys(t, "\rq"); /* still to be looked at */
	terminal_wait(t, "1 Queries");
	terminal_keys(t, ":select 1;\r");
	terminal_wait(t, "shop=> ");
	shop_restart(shop);
	terminal_keys(t, "R");
	wait_row_has(t, 0, "● 3600s");
	wait_row_has(t, 23, "connected");
	terminal_keys(t, ":select count(*) from stock;\r");
	terminal_wait(t, "1→1");
	shop_quit(t);
	shop_run(shop, "shop", shop_load); /* what was counted went with it */
}

static void a_statement_that_loses_its_server_says_so_and_keeps_its_plan(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	terminal_keys(t, ":select pg_sleep(60);\r");
	terminal_wait(t, "Timeout:PgSleep");
	assert_true(cluster_signal(shop->cluster, SIGQUIT));
	wait_row_has(t, 0, "lost");
	terminal_wait_gone(t, "running");
	terminal_wait(t, "Plan estimated, not run");
	shop_restart(shop);
	terminal_keys(t, "R");
	wait_row_has(t, 0, "● 3600s");
	shop_quit(t);
	shop_run(shop, "shop", shop_load);
}

static void it_comes_back_by_itself(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 100);
	shop_restart(shop);
	wait_row_has(t, 0, "lost");
	wait_row_has(t, 0, "● 3600s");
	wait_row_has(t, 23, "connected");
	terminal_wait_gone(t, "closed");
	shop_quit(t);
	shop_run(shop, "shop", shop_load);
}

/* Takes every place the server has left; returns how many. */
static size_t fill_server(Shop *shop, PGconn **held, size_t most) {
	const char *conninfo = cluster_conninfo(shop->arena, shop->cluster, "postgres");
	size_t count = 0;
	while (count < most && PQstatus(held[count] = PQconnectdb(conninfo)) == CONNECTION_OK) count++;
	if (count < most) PQfinish(held[count]);
	return count;
}

static void a_full_server_keeps_what_is_open_and_is_asked_again(void **state) {
	enum { MOST = 40 };
	PGconn *held[MOST];
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 24, 120);
	size_t count = fill_server(shop, held, MOST);
	assert_in_range(count, 1, MOST - 1);
	terminal_keys(t, ":select count(*) from stock;\r");
	terminal_wait(t, "too many clients already");
	terminal_wait(t, "The server is asked again in a");
	terminal_keys(t, "q");
	terminal_wait(t, "1 Queries");
	wait_row_has(t, 0, "● 3600s"); /* what is open is kept */
	for (size_t i = 0; i < count; i++) PQfinish(held[i]);
	terminal_keys(t, ":select count(*) from stock;\r");
	terminal_wait(t, "1→1");
	shop_quit(t);
}

static void a_server_that_is_not_there_is_said_so(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 24, 140, NULL, WORDS("-h", shop->home));
	terminal_wait(t, ".s.PGSQL.");
	wait_row_has(t, 0, "not connected");
	terminal_keys(t, ":select 1;\r");
	terminal_wait(t, "No such file or directory");
	shop_quit(t);
	t = shop_console_in(shop, 24, 140, NULL, WORDS("-d", "nosuch"));
	terminal_wait(t, "database \"nosuch\" does not exist");
	terminal_wait(t, "R tries again; :c connects to another database.");
	shop_quit(t);
}

/* ---- the library missing ---- */

/* The last line that says something about a setting counts. */
static void configure(Shop *shop, const char *setting) {
	FILE *file = fopen(arena_printf(shop->arena, "%s/postgresql.conf", cluster_dir(shop->cluster)), "a");
	assert_non_null(file);
	fprintf(file, "%s\n", setting);
	fclose(file);
	shop_restart(shop);
}

static void a_server_without_the_library_says_how_to_load_it(void **state) {
	Shop *shop = *state;
	configure(shop, "shared_preload_libraries = ''");
	Terminal *t = shop_console_in(shop, 24, 100, NULL, NULL);
	terminal_wait(t, "pg_stat_statements is not loaded by this server");
	terminal_wait(t, "ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements; and restart the server");
	terminal_keys(t, ":select count(*) from stock;\r");
	terminal_wait(t, "1→1");
	terminal_keys(t, "q");
	configure(shop, "shared_preload_libraries = 'pg_stat_statements'");
	wait_row_has(t, 0, "● 3600s"); /* it looks again, and finds what was missing */
	terminal_wait(t, "load▾");
	shop_quit(t);
}

/* ---- no terminal ---- */

static void without_a_terminal_it_says_so(void **state) {
	Shop *shop = *state;
	const char *script = arena_printf(shop->arena, "%s </dev/null; echo status $?; %s | cat; %s >/dev/null; echo status $?", shop->program, shop->program, shop->program);
	Terminal *t = terminal_open(24, 100, (const char *const[]){"sh", "-c", script, NULL}, NULL);
	terminal_wait(t, "the console needs a terminal");
	terminal_wait(t, "For pipes there is pgwhy show queries, and pgwhy explain.");
	terminal_wait(t, "status 2");
	assert_int_equal(terminal_close(t), 0);
}

static void a_terminal_nobody_knows_is_said_so(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console_in(shop, 24, 100, WORDS("TERM=nosuch"), NULL);
	terminal_wait(t, "terminal type \"nosuch\" is not known here");
	assert_int_equal(terminal_close(t), 3);
	t = shop_console_in(shop, 24, 100, WORDS("TERM=dumb"), NULL);
	terminal_wait(t, "cannot move the cursor");
	assert_int_equal(terminal_close(t), 3);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_password_is_asked_for_until_it_is_right),
	    cmocka_unit_test(a_password_may_be_pasted),
	    cmocka_unit_test(without_a_password_there_is_nothing_to_see),
	    cmocka_unit_test(a_password_from_elsewhere_is_not_asked_for),
	    cmocka_unit_test(a_role_without_rights_is_told_the_grant),
	    cmocka_unit_test(a_database_without_the_extension_says_how_to_create_it),
	    cmocka_unit_test(a_lost_server_leaves_its_last_rows_and_is_found_again),
	    cmocka_unit_test(a_statement_that_loses_its_server_says_so_and_keeps_its_plan),
	    cmocka_unit_test(it_comes_back_by_itself),
	    cmocka_unit_test(a_full_server_keeps_what_is_open_and_is_asked_again),
    cmocka_unit_test(a_server_that_is_not_there_is_said_so),
	    cmocka_unit_test(a_server_without_the_library_says_how_to_load_it),
	    cmocka_unit_test(without_a_terminal_it_says_so),
	    cmocka_unit_test(a_terminal_nobody_knows_is_said_so),
	};
	return cmocka_run_group_tests(tests, set_up, shop_tear_down);
}
