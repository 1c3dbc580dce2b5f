/* test_monkey.c: whatever is pressed, in whatever order and on whatever screen: the console lives, and a few times Esc lead home.
 *
 * Keys come at random from a seed that is told when something fails: MONKEY_SEED=N plays them again, MONKEY_SECONDS=N goes on for longer. */
#include "shop.h"

#include <signal.h>
#include <sys/stat.h>

enum { SECONDS = 3, MOST_ESCAPES = 40, LOOK_HOME_EVERY = 60, LAST_WORDS = 20000 };

/* What a hand may do. Quitting, psql and suspending are left out, and have no keys here: others test them. */
static const char keys[] = "[all]\nQ = none\n~ = none\n^Z = none\n[list]\nq = none\n";

static const char *const moves[] = {
	"j", "k", "g", "G", "\004", "\025", "\006", "\002", "\033[A", "\033[B", "\033[C", "\033[D", "\033[5~", "\033[6~", "\t",
	"1", "2", "3", "4", "5", "9", "z", "s", "S", "I", "d", "t", "o", "[", "]", " ", "T", "i", "p", "R", "+", "-", "v", "n", "N",
	"\r", "\r", "\r", "\033", "\033", "\033", "q", "E", "A", "e", "O", "w", "m", "D", "b", "P", "V", "W", "F", "}", "{", "y", "Y", "C", "K", "x", "?",
	"/", "/orders\r", "/total\r", "/[\r", "/!x\r", "\003", "\014", "\\", ":", "u", "0", "\033[15~", "\177",
};

/* What is typed at the prompt, whole. */
static const char *const lines[] = {
	"select id, total from orders where status = 'open' order by total desc limit 5;", "select count(*) from orders o join customers c on c.id = o.customer_id where email like '%5@%';",
	"select * from orders where customer_id = $1;", "select id from orders order by id limit 5 offset 100000;", "update stock set pieces = 1 where product_id = 1;",
	":analyze select count(*) from stock", ":runs 2", ":parameters", ":whatif orders (status)", ":whatif off", ":why orders_pkey", ":migration goose", ":report", ":try", ":apply",
	":with work_mem=64kB", ":with work_mem=", ":set theme=nord", ":set ascii=on", ":set ascii=off", ":set mouse=on", ":d orders", ":dt", ":di", ":conninfo", ":mark", ":diff",
	":plans", ":keep monkey", ":keep", ":forget", ":open /nowhere", ":?", ":nonsense", "select 1", "\xff\xfe;", ";", "shop", "orders", "y", "n", "10",
};

/* What no keyboard sends, but terminals and other programs do. */
static const char *const noises[] = {
	"\033[", "\033[200~select 1;\n\033[201~", "\033[<0;20;7M\033[<0;20;7m", "\033[<64;9;9M", "\033O", "\033[999;999R", "\303\244\345\255\227", "\302", "\033\033", "\033j", "\033]0;x\007",
};

typedef struct Monkey {
	Shop *shop;
	Terminal *t;
	uint32_t state;
	size_t pressed;
} Monkey;

static uint32_t any(Monkey *monkey, size_t below) {
	monkey->state = monkey->state * 1664525u + 1013904223u;
	return (monkey->state >> 8) % (uint32_t)below;
}

#define ANY_OF(monkey, list) list[any(monkey, sizeof list / sizeof *list)]

static bool never(Terminal *t, void *unused) {
	(void)t;
	(void)unused;
	return false;
}

static void let_it_draw(Monkey *monkey, int64_t ms) {
	terminal_try(monkey->t, never, NULL, ms);
}

static void press(Monkey *monkey) {
	static const int sizes[][2] = {{24, 80}, {36, 120}, {10, 40}, {50, 200}, {3, 10}, {11, 41}, {24, 80}};
	uint32_t kind = any(monkey, 100);
	monkey->pressed++;
	if (kind < 4) {
		const int *size = ANY_OF(monkey, sizes);
		terminal_resize(monkey->t, size[0], size[1]);
	} else if (kind < 16) {
		terminal_keys(monkey->t, ":\003:"); /* whatever was typed there before */
		terminal_keys(monkey->t, ANY_OF(monkey, lines));
		terminal_keys(monkey->t, "\r");
	} else {
		terminal_keys(monkey->t, kind < 20 ? ANY_OF(monkey, noises) : ANY_OF(monkey, moves));
	}
}

static bool shows_help(Terminal *t, void *unused) {
	(void)unused;
	return terminal_find(t, "j, Down ", NULL, NULL);
}

/* Out of whatever is open; then it does what it is told. */
static void go_home(Monkey *monkey) {
	terminal_resize(monkey->t, 24, 80);
	for (int i = 0; i < MOST_ESCAPES && !terminal_ended(monkey->t); i++) {
		terminal_keys(monkey->t, "\033");
		let_it_draw(monkey, 30); /* or it would be Alt and the next key */
		if (i % 10 == 9 && terminal_try(monkey->t, shows_help, (terminal_keys(monkey->t, "?"), NULL), 1000)) break;
	}
	if (terminal_ended(monkey->t)) return;
	terminal_wait(monkey->t, "j, Down ");
	terminal_keys(monkey->t, "\033");
	terminal_wait_gone(monkey->t, "j, Down ");
}

static void open_one(Monkey *monkey) {
	monkey->t = shop_console_in(monkey->shop, 24, 80, (const char *const[]){"EDITOR=true", "LSAN_OPTIONS=suppressions=leaks:print_suppressions=0", NULL}, NULL);
	terminal_wait(monkey->t, "select");
}

/* It may have typed \q: then it ends well, or by a ^C that comes when the terminal is itself again. */
static void close_one(Monkey *monkey) {
	assert_given_back(monkey->t);
	size_t len;
	const char *output = terminal_output(monkey->t, &len);
	const char *last_words = arena_copy_n(monkey->shop->arena, output + (len > LAST_WORDS ? len - LAST_WORDS : 0), len > LAST_WORDS ? LAST_WORDS : len);
	int status = terminal_close(monkey->t);
	if (status == 0 || status == 128 + SIGINT) return;
	fprintf(stderr, "%s\n", last_words); /* a sanitizer's, say: cmocka would cut them off */
	fail_msg("exit status %d", status);
}

static long number_of(const char *name, long standard) {
	const char *text = getenv(name);
	return text ? atol(text) : standard;
}

static void write_to(const char *path, const char *text) {
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void it_lives_whatever_is_pressed(void **state) {
	uint32_t seed = (uint32_t)number_of("MONKEY_SEED", 7);
	Shop *shop = *state;
	char here[4096];
	assert_non_null(getcwd(here, sizeof here));
	if (*shop->program != '/') shop->program = arena_printf(shop->arena, "%s/%s", here, shop->program);
	assert_int_equal(chdir(shop->home), 0); /* where it may write its exports */
	assert_int_equal(mkdir(".config", 0700), 0);
	assert_int_equal(mkdir(".config/pgwhy", 0700), 0);
	write_to(".config/pgwhy/keys", keys);
	write_to("leaks", "leak:libreadline\n"); /* of searches through the history that are broken off */
	Monkey monkey = {.shop = shop, .state = seed};
	int64_t end = clock_ms() + 1000 * number_of("MONKEY_SECONDS", SECONDS);
	print_message("seed %u\n", seed);
	open_one(&monkey);
	while (clock_ms() < end) {
		press(&monkey);
		let_it_draw(&monkey, any(&monkey, 8));
		if (monkey.pressed % LOOK_HOME_EVERY == 0) go_home(&monkey);
		if (!terminal_ended(monkey.t)) continue;
		close_one(&monkey);
		open_one(&monkey);
	}
	go_home(&monkey);
	terminal_keys(monkey.t, ":\003:q\r");
	close_one(&monkey);
	print_message("%zu times\n", monkey.pressed);
}

int main(int argc, char **argv) {
	(void)argc;
	shop_begin(argv[0]);
	const struct CMUnitTest tests[] = {cmocka_unit_test(it_lives_whatever_is_pressed)};
	return cmocka_run_group_tests(tests, shop_set_up, shop_tear_down);
}
