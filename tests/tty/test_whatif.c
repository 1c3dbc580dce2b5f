/* test_whatif.c: plans with indexes that are not there, and indexes that are there in vain, at the keyboard. */
#include "shop.h"

#define FEW "select id from orders where customer_id = 7 and status = 'open';"

static bool has_hypopg;

#define NEEDS_HYPOPG()                                                     \
	if (!has_hypopg) {                                                 \
		printf("skip: %s: hypopg is not installed\n", __func__); \
		skip();                                                    \
	}

/* However fast the machine is. */
static Terminal *with_plan(Shop *shop, int rows, int columns, const char *statement) {
	Terminal *t = shop_console_in(shop, rows, columns, NULL, WORDS("--set", "advice.min_ms=0"));
	terminal_keys(t, ":");
	terminal_keys(t, statement);
	terminal_keys(t, "\r");
	terminal_wait(t, "Plan ");
	terminal_wait(t, "rows est→act");
	terminal_wait(t, "Advice  ");
	return t;
}

static void what_is_pretended_is_not_proved(void **state) {
	NEEDS_HYPOPG();
	Terminal *t = with_plan(*state, 36, 120, FEW);
	terminal_wait(t, "hypothetical");
	terminal_keys(t, "w");
	terminal_wait(t, "What if: 1 index pretended");
	terminal_keys(t, "V");
	terminal_wait(t, "what is only pretended cannot be run");
	shop_quit(t);
}

static void w_shows_the_plan_with_the_index_and_the_real_one_again(void **state) {
	NEEDS_HYPOPG();
	Terminal *t = with_plan(*state, 36, 120, FEW);
	terminal_wait(t, "hypothetical");
	for (int i = 0; i < 2; i++) {
		terminal_keys(t, "w");
		terminal_wait(t, "What if: 1 index pretended");
		terminal_wait(t, "times less");
		terminal_wait(t, " using <");
		terminal_wait(t, "at most, used:");
		terminal_keys(t, i ? "\033" : "w");
		terminal_wait_gone(t, "What if");
		terminal_wait(t, "missing-index");
		terminal_wait(t, "Seq Scan orders");
	}
	shop_quit(t);
}

/* That takes no HypoPG. */
static void w_shows_the_plan_of_a_rewrite(void **state) {
	Terminal *t = with_plan(*state, 36, 120, "select count(*) from orders where id::text = '77';");
	terminal_wait(t, "function-on-column");
	terminal_keys(t, "w");
	terminal_wait(t, "What if: the statement rewritten");
	terminal_wait(t, "orders using orders_pkey");
	terminal_wait(t, "where id = 77");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "What if");
	shop_quit(t);
}

static void indexes_of_ones_own_stack_and_are_turned(void **state) {
	NEEDS_HYPOPG();
	Terminal *t = with_plan(*state, 36, 120, "select id from orders where customer_id = 7;");
	terminal_keys(t, "::whatif CREATE INDEX CONCURRENTLY mine ON orders (customer_id);\r");
	terminal_wait(t, "What if: 1 index pretended");
	terminal_wait(t, "CREATE INDEX ON orders (customer_id)");
	terminal_keys(t, "D"); /* by cost, beside the real plan */
	terminal_wait(t, "cheaper: cost ");
	terminal_wait(t, "only before: what is compared is cost");
	terminal_keys(t, "::whatif orders (total)\r"); /* what the comparison shows stays while it is shown */
	terminal_wait(t, "What if: 2 indexes pretended");
	terminal_wait(t, "the statement has no use for"); /* why the second is left aside */
	terminal_keys(t, "::whatif 1\r");
	terminal_wait(t, "index 1 off");
	terminal_wait(t, "the same");
	terminal_keys(t, "::whatif 1 on\r");
	terminal_wait(t, "What if: 2 indexes pretended");
	terminal_keys(t, "::whatif 2 drop\r");
	terminal_wait(t, "What if: 1 index pretended");
	terminal_wait_gone(t, "orders (total)");
	terminal_keys(t, "::whatif\r");
	terminal_wait(t, "┌what if ");
	terminal_wait(t, "N drop forgets it");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "┌what if ");
	terminal_keys(t, "::whatif off\r");
	terminal_wait(t, "no index is pretended any more");
	terminal_wait_gone(t, "What if");
	shop_quit(t);
}

static void they_stay_for_the_next_statement(void **state) {
	NEEDS_HYPOPG();
	Terminal *t = shop_console(*state, 36, 120);
	terminal_keys(t, "::whatif customers (email)\r");
	terminal_wait(t, "no plan on screen");
	terminal_keys(t, ":select name from customers where email = $1;\r");
	terminal_wait(t, "generic plan");
	terminal_wait(t, "Advice  ");
	terminal_keys(t, "w");
	terminal_wait(t, "What if: ");
	terminal_wait(t, " using <");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "What if");
	terminal_keys(t, ":select count(*) from stock;\r"); /* no trace of it in real plans */
	terminal_wait(t, "Seq Scan stock");
	shop_quit(t);
}

static void mistakes_come_back_to_the_prompt(void **state) {
	NEEDS_HYPOPG();
	Terminal *t = with_plan(*state, 24, 100, FEW);
	terminal_wait(t, "hypothetical");
	terminal_keys(t, "::whatif orders (id,, total)\r");
	terminal_wait(t, "at character 12 of the index: syntax error");
	terminal_wait(t, "shop=> :whatif orders (id,, total)");
	terminal_keys(t, "\003\003");
	terminal_keys(t, "::whatif orders using gin (id)\r");
	terminal_wait(t, "HypoPG cannot pretend a gin index");
	terminal_keys(t, "::whatif orders (nix)\r");
	terminal_wait(t, "nix\" does not exist");
	terminal_keys(t, "::whatif\r");
	terminal_wait(t, "no index is pretended");
	terminal_keys(t, "::whatif 3\r");
	terminal_wait(t, "no index of that number");
	shop_quit(t);
}

static void another_statement_ends_what_was_pretended(void **state) {
	NEEDS_HYPOPG();
	Terminal *t = with_plan(*state, 36, 120, FEW);
	terminal_wait(t, "hypothetical");
	terminal_keys(t, "w");
	terminal_wait(t, "What if: 1 index pretended");
	terminal_keys(t, "A");
	terminal_wait_gone(t, "What if");
	terminal_wait(t, "rows est→act");
	terminal_wait(t, "hypothetical");
	terminal_keys(t, "w");
	terminal_wait(t, "What if: 1 index pretended");
	terminal_keys(t, "q"); /* the view goes, and what it pretended */
	terminal_wait(t, "1 Queries");
	shop_quit(t);
}

static void in_a_small_window_it_can_be_read(void **state) {
	NEEDS_HYPOPG();
	Terminal *t = with_plan(*state, 24, 80, FEW);
	terminal_wait(t, "hypothetical");
	terminal_keys(t, "w");
	terminal_wait(t, "What if: 1 index pretended  cost");
	terminal_resize(t, 10, 40);
	terminal_wait(t, "What if: 1 index");
	terminal_wait(t, "Scan");
	terminal_resize(t, 24, 80);
	terminal_wait(t, "What if: 1 index pretended  cost");
	shop_quit(t);
}

static void why_says_why_on_a_page_of_its_own(void **state) {
	Terminal *t = with_plan(*state, 24, 100, "select id from orders where id = 5.0;");
	terminal_keys(t, "::why orders_pkey\r");
	terminal_wait(t, "┌why not orders_pkey");
	terminal_wait(t, "Why orders_pkey is not used");
	terminal_wait(t, "The column is integer, but it is compared as numeric");
	terminal_wait(t, "write     orders.id = 5");
	terminal_keys(t, "\033");
	terminal_wait(t, "Seq Scan orders");
	terminal_keys(t, "::why nix\r");
	terminal_wait(t, "no table that this plan reads has an index \"nix\"");
	terminal_wait(t, "They have: orders_pkey");
	terminal_keys(t, "\033");
	terminal_wait_gone(t, "They have");
	terminal_keys(t, ":select id from orders where id = 5;\r");
	terminal_wait(t, "1→1");
	terminal_keys(t, "::why orders_pkey\r");
	terminal_wait(t, "orders_pkey is used");
	shop_quit(t);
}

static void names_are_completed_behind_why(void **state) {
	Terminal *t = shop_console(*state, 24, 100);
	terminal_keys(t, "::why stock_\t");
	terminal_wait(t, "shop=> :why stock_pkey");
	shop_quit_from_prompt(t);
}

static void tables_and_columns_are_completed_behind_whatif(void **state) {
	static const char *const cases[][2] = {
	    {"::whatif sto\t", ":whatif stock"},
	    {"::whatif create index concurrently on sto\t", "on stock"},
	    {"::whatif stock (product_id, pie\t", "(product_id, pieces"},
	    {"::whatif create index mine on orders (customer_id, lower(statu\t", "lower(status"},
	    {"::whatif create unique index on orders (id) where statu\t", "where status"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Terminal *t = shop_console(*state, 24, 100);
		terminal_keys(t, cases[i][0]);
		terminal_wait(t, cases[i][1]);
		shop_quit_from_prompt(t);
	}
}

static int set_up(void **state) {
	if (shop_set_up(state) != 0) return -1;
	Shop *shop = *state;
	has_hypopg = cluster_offers(shop->arena, cluster_bin_dir(shop->cluster), "hypopg");
	if (has_hypopg) shop_run(shop, "shop", "create extension hypopg");
	return 0;
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_pretended_is_not_proved),
		cmocka_unit_test(w_shows_the_plan_with_the_index_and_the_real_one_again),
		cmocka_unit_test(w_shows_the_plan_of_a_rewrite),
		cmocka_unit_test(indexes_of_ones_own_stack_and_are_turned),
		cmocka_unit_test(they_stay_for_the_next_statement),
		cmocka_unit_test(mistakes_come_back_to_the_prompt),
		cmocka_unit_test(another_statement_ends_what_was_pretended),
		cmocka_unit_test(in_a_small_window_it_can_be_read),
		cmocka_unit_test(why_says_why_on_a_page_of_its_own),
		cmocka_unit_test(names_are_completed_behind_why),
		cmocka_unit_test(tables_and_columns_are_completed_behind_whatif),
	};
	return cmocka_run_group_tests(tests, set_up, shop_tear_down);
}
