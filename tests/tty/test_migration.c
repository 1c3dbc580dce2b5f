/* test_migration.c: the advice of a plan as migrations, and as a report, at the keyboard. */
#include <sys/stat.h>

#include "shop.h"

static Terminal *with_advice(Shop *shop) {
	Terminal *t = shop_console(shop, 36, 120);
	terminal_keys(t, "::explain select id from orders where customer_id = 7 and status = 'open';\r");
	terminal_wait(t, "missing-index");
	return t;
}

static void without_a_folder_it_is_a_page(void **state) {
	Terminal *t = with_advice(*state);
	terminal_keys(t, "::migration goose\r");
	terminal_wait(t, "┌migration goose");
	terminal_wait(t, "-- +goose NO TRANSACTION");
	terminal_wait(t, "-- why: missing-index");
	terminal_keys(t, "G");
	terminal_wait(t, "DROP INDEX CONCURRENTLY IF EXISTS");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "┌migration goose");
	shop_quit(t);
}

static void into_a_folder_it_is_written(void **state) {
	Shop *shop = *state;
	const char *folder = arena_printf(shop->arena, "%s/versions", shop->home);
	assert_int_equal(mkdir(folder, 0700), 0);
	Terminal *t = with_advice(shop);
	terminal_keys(t, "::migration alembic 1 ~/versions\r");
	terminal_wait(t, "_idx.py");
	terminal_keys(t, "::migration alembic ~/versions\r");
	terminal_wait(t, "_idx.py");
	assert_int_equal(system(arena_printf(shop->arena, "test $(ls %s/*.py | wc -l) -ge 1", folder)), 0);
	shop_quit(t);
}

static int files_in(Shop *shop, const char *folder, const char *pattern) {
	return system(arena_printf(shop->arena, "test $(ls %s/%s 2>/dev/null | wc -l) -gt 0", folder, pattern));
}

/* The tool and the folder that are set; from the page, and from the plan. */
static void x_writes_and_y_copies(void **state) {
	Shop *shop = *state;
	const char *folder = arena_printf(shop->arena, "%s/set", shop->home);
	assert_int_equal(mkdir(folder, 0700), 0);
	Terminal *t = with_advice(shop);
	terminal_keys(t, arena_printf(shop->arena, "::set migration=flyway:%s\r", folder));
	terminal_wait(t, "migration=flyway:");
	terminal_keys(t, "::migration\r");
	terminal_wait(t, "┌migration flyway");
	terminal_keys(t, "y");
	terminal_wait(t, "the migration copied");
	terminal_keys(t, "x");
	terminal_wait(t, "migration flyway");
	terminal_keys(t, "\r");
	terminal_wait(t, "written");
	terminal_wait(t, "sql and ");
	assert_int_equal(files_in(shop, folder, "V*__add_*.sql.conf"), 0);
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "┌migration flyway");
	terminal_keys(t, arena_printf(shop->arena, "::set migration=rails:%s\r", folder));
	terminal_wait(t, "migration=rails:");
	terminal_keys(t, "x");
	terminal_wait(t, "migration goose");
	terminal_keys(t, "k\r"); /* from the last one: the rows go round */
	terminal_wait(t, "_idx.rb");
	assert_int_equal(files_in(shop, folder, "*.rb"), 0);
	terminal_keys(t, "::set migration=nothing\r");
	terminal_wait(t, "there are migrations for");
	shop_quit(t);
}

static void mistakes_are_said(void **state) {
	Terminal *t = with_advice(*state);
	static const char *const cases[][2] = {
	    {"liquibase", "not \"liquibase\""}, {"goose 99", "no number 99"}, {"goose 0", "counted from 1"}, {"goose /no/such/folder", "cannot read the folder /no/such"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		terminal_keys(t, "::migration ");
		terminal_keys(t, cases[i][0]);
		terminal_keys(t, "\r");
		terminal_wait(t, cases[i][1]);
	}
	terminal_keys(t, "::migration al\t");
	terminal_wait(t, ":migration alembic");
	terminal_keys(t, "\003\003");
	shop_quit(t);
}

static void a_report_is_a_file(void **state) {
	Shop *shop = *state;
	const char *path = arena_printf(shop->arena, "%s/slow.md", shop->home);
	Terminal *t = with_advice(shop);
	terminal_keys(t, "::report ~/slow.md\r");
	terminal_wait(t, "slow.md");
	terminal_wait(t, "written to");
	assert_int_equal(system(arena_printf(shop->arena, "grep -q '^### Migration' %s && grep -q '^| orders_pkey |' %s && test $(stat -c %%a %s) = 600", path, path, path)), 0);
	terminal_keys(t, "::report ~/slow.md\r"); /* nothing is written over */
	terminal_wait(t, "could not write");
	terminal_keys(t, "\033");
	terminal_wait(t, "1 Queries");
	terminal_keys(t, "::report ~/again.md\r"); /* of the last statement, whatever shows */
	terminal_wait(t, "again.md");
	terminal_wait(t, "written to");
	terminal_keys(t, "::migration sql\r");
	terminal_wait(t, "┌migration sql");
	shop_quit(t);
}

#define SLOW "select id, total from orders where customer_id = 7 and status = 'open'"

static bool is_done(Terminal *t, void *rows) {
	return terminal_find(t, rows, NULL, NULL) && strstr(terminal_row(t, 1), "Plan ") && !strstr(terminal_row(t, 1), "…");
}

/* Marked, mended, run again: what was measured is what counts. */
static void a_report_tells_before_and_after(void **state) {
	Shop *shop = *state;
	Terminal *t = shop_console(shop, 36, 120);
	terminal_keys(t, ":" SLOW ";\r");
	terminal_wait(t, "missing-index");
	terminal_wait_until(t, is_done, "→0  Seq Scan");
	terminal_keys(t, "m");
	terminal_wait(t, "marked: this plan is the one before");
	shop_run(shop, "shop", "create index orders_mine on orders (customer_id, status)");
	terminal_keys(t, "A");
	terminal_wait(t, "marked as the one before");
	terminal_keys(t, "::set report.constants=off\r");
	terminal_wait(t, "report.constants=off");
	terminal_keys(t, "::report ~/mended.md\r");
	terminal_wait(t, "written to");
	const char *path = arena_printf(shop->arena, "%s/mended.md", shop->home);
	assert_int_equal(system(arena_printf(shop->arena, "grep -q '^### Before and after' %s && grep -q '^- basis: measured: both were run once' %s && grep -q '^- done: `CREATE INDEX CONCURRENTLY orders_mine ' %s"
	                                                  " && grep -q 'customer_id = ? and status = ?' %s && ! grep -q \"'open'\" %s", path, path, path, path, path)), 0);
	shop_run(shop, "shop", "drop index orders_mine");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_folder_it_is_a_page),
		cmocka_unit_test(into_a_folder_it_is_written),
		cmocka_unit_test(x_writes_and_y_copies),
		cmocka_unit_test(mistakes_are_said),
		cmocka_unit_test(a_report_is_a_file),
		cmocka_unit_test(a_report_tells_before_and_after),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
