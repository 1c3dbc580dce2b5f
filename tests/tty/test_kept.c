/* test_kept.c: plans that were run are found again, in the same console and in the next one. */
#include "shop.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define OPEN_ONES "::analyze select count(*) from orders where status = 'open';\r"
#define STOCK "::explain select * from stock;\r"

/* Each with a state of its own. */
static Terminal *console(Shop *shop, const char *name, int rows, int columns, const char *const *words) {
	Terminal *t = shop_console_in(shop, rows, columns, WORDS(arena_printf(shop->arena, "XDG_STATE_HOME=%s/%s", shop->home, name)), words);
	terminal_wait(t, "select");
	return t;
}

/* And advised. */
static void wait_measured(Terminal *t) {
	terminal_wait(t, "→1.5k");
	terminal_wait(t, "missing-index");
}

static void run_two(Terminal *t) {
	terminal_keys(t, OPEN_ONES);
	wait_measured(t);
	terminal_keys(t, "q" STOCK);
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, "::plans\r"); /* they are kept when it lists them */
	wait_row_has(t, 4, "select ");
}

/* What is said of it the next time is what was said the first time. */
static void a_short_one_is_judged_alike_when_it_is_opened_again(void **state) {
	Terminal *t = console(*state, "short", 24, 120, NULL);
	terminal_keys(t, STOCK);
	terminal_wait(t, "The estimates show nothing worth changing");
	terminal_keys(t, "q:plans\r");
	wait_row_has(t, 3, "select * from stock");
	terminal_keys(t, "\r");
	terminal_wait(t, "kept on ");
	terminal_wait(t, "The estimates show nothing worth changing");
	shop_quit(t);
}

static void a_plan_is_found_again_by_the_next_console(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "next", 24, 120, NULL);
	run_two(t);
	terminal_kill(t, SIGKILL); /* what was kept is there */
	terminal_close(t);
	t = console(shop, "next", 24, 120, NULL);
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 2, "time▾");
	wait_row_has(t, 3, "select * from stock");
	wait_row_has(t, 4, "/shop");
	wait_row_has(t, 4, "ms ");
	wait_row_has(t, 4, "select count(*) from orders");
	terminal_keys(t, "/count\r");
	terminal_wait(t, "1 of 2");
	wait_row_has(t, 3, "select count(*) from orders");
	terminal_keys(t, "\r");
	terminal_wait(t, "Seq Scan orders");
	terminal_wait(t, "missing-index");
	terminal_wait(t, "  as of 20");
	terminal_wait(t, "No index on orders begins with"); /* the catalog said so then */
	terminal_wait(t, "kept on 20");
	terminal_keys(t, "::apply\r");
	terminal_wait(t, ", not of now  A runs its statement again");
	terminal_keys(t, "::migration sql\r");
	terminal_wait(t, "_add_orders_status_idx.up.sql");
	terminal_keys(t, "\033");
	terminal_wait(t, "  as of 20");
	terminal_keys(t, "E"); /* this server plans it */
	terminal_wait(t, "not run");
	terminal_keys(t, "\033");
	terminal_wait(t, "2 of 3"); /* that is kept, too */
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "2 of 3");
	shop_quit(t);
}

/* Until the statement is done there is nothing to name. */
static bool keeps(Terminal *t, void *typed) {
	if (terminal_find(t, "the plan is kept as", NULL, NULL)) return true;
	if (!terminal_find(t, ":keep", NULL, NULL)) terminal_keys(t, typed);
	return false;
}

static void a_plan_is_named_and_forgotten(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "named", 24, 120, NULL);
	terminal_keys(t, OPEN_ONES);
	wait_measured(t);
	terminal_wait_until(t, keeps, "::keep before it\r");
	terminal_keys(t, "q" STOCK);
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 4, "before it ");
	terminal_keys(t, "::keep 12\r");
	terminal_wait(t, "\"12\" is no name for a plan");
	terminal_keys(t, "::forget\r"); /* the one under the cursor */
	terminal_wait(t, "the plan is forgotten");
	wait_row_has(t, 3, "before it ");
	wait_row_lacks(t, 4, "select");
	terminal_keys(t, "::keep\r");
	terminal_wait(t, "the plan has no name any more");
	wait_row_lacks(t, 3, "before it");
	terminal_keys(t, "::forget\r");
	terminal_wait(t, "no plan is kept yet");
	terminal_keys(t, "::forget\r");
	terminal_wait(t, "there is no kept plan at hand");
	shop_quit(t);
}

static void plans_are_compared_by_their_names(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "pair", 24, 120, NULL);
	terminal_keys(t, OPEN_ONES);
	wait_measured(t);
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 3, "select count");
	terminal_keys(t, "::keep before\r");
	terminal_wait(t, "the plan is kept as \"before\"");
	terminal_keys(t, "q");
	shop_run(shop, "shop", "create index orders_status_idx on orders (status)");
	shop_run(shop, "shop", "vacuum orders"); /* or there might be advice on that */
	terminal_keys(t, "q" OPEN_ONES);
	terminal_wait(t, "orders_status_idx");
	terminal_wait(t, "→1.5k");
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 4, " before "); /* the newer one stands above, as soon as it is kept */
	terminal_keys(t, "g::keep after\r");
	wait_row_has(t, 3, " after ");
	terminal_keys(t, "::diff @after\r");
	terminal_wait(t, "no plan is on screen that could be compared");
	terminal_keys(t, "\r");
	terminal_wait(t, "kept on 20");
	terminal_keys(t, "::diff before\r");
	terminal_wait(t, ":diff takes a kept plan, as @NAME or @12");
	terminal_keys(t, "::diff @befor\r");
	terminal_wait(t, "Perhaps @before is meant.");
	terminal_keys(t, "::diff @before\r");
	terminal_wait(t, "after is   @2 \"after\", kept on 20");
	terminal_wait(t, "before is  @1 \"before\", kept on 20");
	terminal_keys(t, "q");
	terminal_wait_gone(t, "before is");
	shop_quit(t);
	shop_run(shop, "shop", "drop index orders_status_idx");
	static const struct {
		const char *words, *said;
	} asked[] = {
		{"diff @before @after", "Index Only Scan"}, {"diff @before @after", "Seq Scan"}, {"diff @before @after", "before is  @1 \"before\", kept on 20"},
		{"diff @before @after", "index      new: orders_status_idx on public.orders: btree (status)"}, {"diff @after @before", "gone: orders_status_idx"},
		{"diff @before @after", "gone  missing-index"}, {"diff --format markdown @before @after", "- index: new: orders"}, {"diff --format json @before @after", "\"indexes_added\": ["},
		{"plan @before", "No index on orders begins with"}, {"plan --format markdown @before", "| orders_pkey |"},
		{"diff --format json @before @after", "\"same_statement\": true"}, {"diff --format json @1 @2", "\"server\": \"PostgreSQL "},
		{"diff --format markdown @before @2", "- after is: "}, {"diff @before @1", "no change"},
		{"diff @before never", "cannot read never"}, {"diff @before never", "A kept plan of that name would be @never."},
		{"diff @befroe @after", "there is no kept plan \"befroe\""}, {"diff @befroe @after", "Perhaps @before is meant."},
		{"diff @before @7", "there is no kept plan with the number 7"}, {"diff @before @mark", "no plan of this statement is marked"},
		{"diff @mark @mark", "there is none"}, {"plan @mark", "there is none"}, {"plan @before", "missing-index"}, {"plan @before @2", "Index Only Scan"},
		{"plan --no-store @before", "the setting store is off"}, {"show plans", " after "}, {"show plans --format csv", "2,20"}, {"show plans --every 1", "shown once"},
	};
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		const char *told = shop_printed(shop, arena_printf(shop->arena, "LC_ALL=C.UTF-8 XDG_STATE_HOME=%s/pair %s %s 2>&1", shop->home, shop->program, asked[i].words));
		if (!strstr(told, asked[i].said)) fail_msg("%s: not \"%s\" in %s", asked[i].words, asked[i].said, told);
	}
	assert_string_equal(shop_printed(shop, arena_printf(shop->arena, "XDG_STATE_HOME=%s/nobody %s show plans", shop->home, shop->program)), "no plan is kept yet\n");
}

static void a_mark_outlives_the_console(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "marked", 24, 120, NULL);
	terminal_keys(t, "::analyze select count(*) from stock where pieces = 100;\r");
	terminal_wait(t, "→99");
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 3, "select count"); /* it is kept */
	terminal_keys(t, "qm");
	terminal_wait(t, "marked: this plan is the one before");
	terminal_keys(t, "::plans\r"); /* what it lists comes after what was marked */
	wait_row_has(t, 3, "select count");
	shop_quit(t);
	t = console(shop, "marked", 24, 120, NULL);
	terminal_keys(t, "::analyze select count(*) from stock where pieces = 5;\r");
	terminal_wait(t, "a plan of this statement is marked as the one before");
	const char *diff = shop_printed(shop, arena_printf(shop->arena, "XDG_STATE_HOME=%s/marked %s diff @mark @1 2>&1", shop->home, shop->program));
	if (!strstr(diff, "no change")) fail_msg("%s", diff);
	terminal_keys(t, "D");
	terminal_wait(t, "blocks before");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "blocks before");
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 4, "select count");
	terminal_keys(t, "G\r"); /* the first one again, out of the store */
	terminal_wait(t, "kept on 20");
	terminal_keys(t, "D");
	terminal_wait(t, "this is the plan that is marked");
	shop_quit(t);
}

static void values_stand_beside_the_plan(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "values", 36, 120, NULL);
	terminal_keys(t, "::analyze select pieces from stock where product_id = $1;\r");
	terminal_wait(t, "run it with");
	terminal_keys(t, "\0255\r");
	terminal_wait(t, "1→1");
	terminal_wait(t, "With $1 = ");
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 3, "select pieces from stock");
	terminal_keys(t, "\r");
	terminal_wait(t, ", with $1");
	shop_quit(t);
}

static void nothing_is_kept_when_nobody_wants_it(void **state) {
	Shop *shop = *state;
	struct stat found;
	Terminal *t = console(shop, "none", 24, 100, WORDS("--no-store"));
	terminal_keys(t, OPEN_ONES);
	wait_measured(t);
	terminal_keys(t, "::plans\r");
	terminal_wait(t, "no plans are kept: the setting store is off");
	shop_quit(t);
	assert_int_not_equal(stat(arena_printf(shop->arena, "%s/none/pgwhy/plans.db", shop->home), &found), 0);
}

static void a_password_is_not_kept(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "secret", 24, 100, NULL);
	terminal_keys(t, "::explain select 'password=hunter2' from stock;\r");
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, STOCK);
	terminal_wait_gone(t, "hunter2");
	terminal_wait(t, "nothing to advise");
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 3, "select * from stock");
	wait_row_lacks(t, 4, "select");
	shop_quit(t);
}

/* Said once; everything else goes on. */
static void a_store_that_cannot_be_had_is_told_once(void **state) {
	Shop *shop = *state;
	const char *folder = arena_printf(shop->arena, "mkdir -p %s/broken/pgwhy && seq 10000 > %s/broken/pgwhy/plans.db", shop->home, shop->home);
	assert_int_equal(system(folder), 0);
	Terminal *t = console(shop, "broken", 24, 160, NULL);
	terminal_keys(t, OPEN_ONES);
	terminal_wait(t, "plans are not kept: ");
	terminal_wait(t, "plans.db is damaged");
	wait_measured(t);
	terminal_keys(t, "q" STOCK);
	terminal_wait(t, "nothing to advise");
	assert_false(terminal_find(t, "plans are not kept", NULL, NULL));
	terminal_keys(t, "::plans\r");
	terminal_wait(t, "plans.db is damaged");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "plans.db is damaged");
	shop_quit(t);
}

static void what_is_set_later_is_heeded_at_once(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "moved", 24, 160, NULL);
	run_two(t);
	terminal_keys(t, arena_printf(shop->arena, "::set store.path=%s/elsewhere/kept.db\r", shop->home));
	terminal_wait(t, "/elsewhere/kept.db, where there are 0");
	terminal_wait(t, "no plan is kept yet"); /* the list that lies open is of that one, too */
	terminal_keys(t, "q::keep it\r");
	terminal_wait(t, "there is no kept plan at hand"); /* it is, but in the other */
	terminal_keys(t, "q" OPEN_ONES);
	wait_measured(t);
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 3, " select count");
	wait_row_lacks(t, 4, "select");
	terminal_keys(t, "::set store.path=\r");
	terminal_wait(t, "no plans are kept: the setting store.path is empty");
	terminal_keys(t, "q::plans\r");
	terminal_wait(t, ":set store.path=plans.db is where");
	terminal_keys(t, "::set store.path=plans.db\r");
	terminal_wait(t, "/moved/pgwhy/plans.db, where there are 2");
	terminal_keys(t, "::set store.rows=1\r");
	terminal_wait(t, "where there are 1");
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 3, " select * from stock");
	wait_row_lacks(t, 4, "select");
	terminal_keys(t, "::set store.days=0\r");
	terminal_wait(t, "\"0\" is not a value for store.days");
	shop_quit(t);
}

/* Nothing is kept meanwhile, and what was there is. */
static void a_place_that_cannot_be_had_is_left_again(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "lost", 24, 160, NULL);
	run_two(t);
	terminal_keys(t, "q::set store.path=/dev/null/plans.db\r");
	terminal_wait(t, "plans are not kept: /dev/null/plans.db: Not a directory");
	terminal_keys(t, "q" OPEN_ONES);
	wait_measured(t);
	terminal_keys(t, "::plans\r");
	terminal_wait(t, "/dev/null/plans.db: Not a directory");
	terminal_keys(t, "q::set store.path=plans.db\r");
	terminal_wait(t, "where there are 2");
	terminal_keys(t, "::plans\r");
	wait_row_has(t, 3, " select * from stock");
	shop_quit(t);
}

/* The limit on the size of files stands for the end of the disk. */
static void a_full_disk_is_told_and_everything_else_goes_on(void **state) {
	Shop *shop = *state;
	struct rlimit before, limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){16384, before.rlim_max};
	setrlimit(RLIMIT_FSIZE, &limit);
	Terminal *t = console(shop, "full", 24, 160, NULL);
	setrlimit(RLIMIT_FSIZE, &before);
	terminal_keys(t, OPEN_ONES);
	terminal_wait(t, "plans are not kept: ");
	terminal_wait(t, "/full/pgwhy/plans.db: File too large");
	wait_measured(t);
	terminal_keys(t, "q" STOCK);
	terminal_wait(t, "nothing to advise");
	shop_quit(t);
	t = console(shop, "full", 24, 120, NULL); /* with room again */
	run_two(t);
	shop_quit(t);
}

static void two_consoles_share_what_is_kept(void **state) {
	Shop *shop = *state;
	Terminal *one = console(shop, "shared", 24, 120, NULL), *other = console(shop, "shared", 24, 120, NULL);
	terminal_keys(one, OPEN_ONES);
	terminal_keys(other, STOCK);
	wait_measured(one);
	terminal_wait(other, "nothing to advise");
	terminal_keys(one, "::plans\r");
	wait_row_has(one, 3, "select ");
	terminal_keys(one, "::keep mine\r");
	wait_row_has(one, 3, " mine ");
	terminal_keys(other, "::plans\r");
	wait_row_has(other, 4, "select ");
	terminal_wait(other, " mine ");
	terminal_kill(one, SIGKILL);
	terminal_close(one);
	terminal_keys(other, "::forget\r");
	terminal_wait(other, "the plan is forgotten");
	wait_row_lacks(other, 4, "select");
	shop_quit(other);
}

/* Its format stands in the head of the file. */
static void a_store_of_a_newer_pgwhy_is_left_alone(void **state) {
	Shop *shop = *state;
	const char *path = arena_printf(shop->arena, "%s/newer/pgwhy/plans.db", shop->home);
	Terminal *t = console(shop, "newer", 24, 120, NULL);
	run_two(t);
	shop_quit(t);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	fseek(file, 63, SEEK_SET);
	fputc(99, file);
	assert_int_equal(fclose(file), 0);
	t = console(shop, "newer", 24, 160, NULL);
	terminal_keys(t, OPEN_ONES);
	terminal_wait(t, "was written by a newer pgwhy (format 99, not ");
	wait_measured(t);
	shop_quit(t);
	file = fopen(path, "r");
	fseek(file, 63, SEEK_SET);
	assert_int_equal(fgetc(file), 99);
	fclose(file);
}

static void the_list_fits_small_screens(void **state) {
	Shop *shop = *state;
	Terminal *t = console(shop, "small", 24, 80, NULL);
	run_two(t);
	wait_row_has(t, 3, "select * ");
	terminal_resize(t, 10, 40);
	wait_row_has(t, 2, "time▾");
	terminal_keys(t, "\r");
	terminal_wait(t, "Seq Scan stock");
	shop_quit(t);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_one_is_judged_alike_when_it_is_opened_again),
		cmocka_unit_test(a_plan_is_found_again_by_the_next_console),
		cmocka_unit_test(a_plan_is_named_and_forgotten),
		cmocka_unit_test(plans_are_compared_by_their_names),
		cmocka_unit_test(a_mark_outlives_the_console),
		cmocka_unit_test(values_stand_beside_the_plan),
		cmocka_unit_test(nothing_is_kept_when_nobody_wants_it),
		cmocka_unit_test(a_password_is_not_kept),
		cmocka_unit_test(a_store_that_cannot_be_had_is_told_once),
		cmocka_unit_test(what_is_set_later_is_heeded_at_once),
		cmocka_unit_test(a_place_that_cannot_be_had_is_left_again),
		cmocka_unit_test(a_full_disk_is_told_and_everything_else_goes_on),
		cmocka_unit_test(two_consoles_share_what_is_kept),
		cmocka_unit_test(a_store_of_a_newer_pgwhy_is_left_alone),
		cmocka_unit_test(the_list_fits_small_screens),
	};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
