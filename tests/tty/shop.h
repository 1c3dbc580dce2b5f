/* shop.h: what tty tests stand on: a throw-away server with a small shop in it, and the console looking at it.
 *
 * One server a program, made by shop_open() in its group set-up. The console of a test starts with refreshes an hour apart: what the
 * panes show stays as it is until the test presses R. */
#ifndef PGWHY_TESTS_TTY_SHOP_H
#define PGWHY_TESTS_TTY_SHOP_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "pg/cluster.h"
#include "terminal.h"

enum { SHOP_DEADLINE_MS = 20000 };

typedef struct Shop {
	Arena *arena;
	Cluster *cluster;
	Err err;
	const char *program; /* pgwhy, built beside the test */
	const char *home; /* a folder of the console's own, for history and the like */
} Shop;

static const char *shop_program;

/* The first line of main: pgwhy stands where the tests were built. */
static inline void shop_begin(const char *test) {
	static char path[4096];
	const char *end = strstr(test, "/tests/tty/");
	snprintf(path, sizeof path, "%.*s/pgwhy", end ? (int)(end - test) : 1, end ? test : ".");
	shop_program = path;
}

static const char shop_settings[] = "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_utility = off\nmax_connections = 20\nmax_parallel_workers_per_gather = 0\njit = off\n";

static const char shop_tables[] =
    "create extension pg_stat_statements;"
    "create role web login;"
    "create table customers (id int primary key, name text, email text);"
    "create table orders (id int primary key, customer_id int, status text, total numeric(10,2), created_at timestamptz);"
    "create table stock (product_id int primary key, pieces int);"
    "insert into customers select n, 'customer ' || n, 'c' || n || '@example.com' from generate_series(1, 1000) as n;"
    "insert into orders select n, n % 1000 + 1, case when n % 100 = 0 then 'open' else 'paid' end, n % 500, '2024-01-01'::timestamptz + n * interval '1 minute'"
    " from generate_series(1, 150000) as n;"
    "insert into stock select n, 100 from generate_series(1, 100) as n;"
    "grant all on all tables in schema public to web;"
    "analyze;";

/* What the Queries pane shows of role web before a test adds to it: the first takes nearly all of the time, the second returns most rows. */
static const char shop_load[] =
    "select pg_stat_statements_reset();"
    "set role web;"
    "select count(*), pg_sleep(0.3) from orders where status = 'open';"
    "select id, total from orders where customer_id = 7 order by total desc limit 5;"
    "select id, total from orders where customer_id = 8 order by total desc limit 5;"
    "select name from customers where email = 'c5@example.com';"
    "update stock set pieces = pieces - 1 where product_id = 5;"
    "reset role;";

/* SQL as the superuser, past the console. */
static inline void shop_run(Shop *shop, const char *database, const char *script) {
	if (!cluster_run(shop->cluster, database, script, &shop->err)) fail_msg("%s, in: %s", shop->err.message.text, script);
}

static inline const char *shop_ask(Shop *shop, const char *database, const char *sql) {
	const char *value = cluster_ask(shop->arena, shop->cluster, database, sql, &shop->err);
	if (!value) fail_msg("%s, in: %s", shop->err.message.text, sql);
	return value;
}

/* Until the query gives that value, or the test fails. */
static inline void shop_await(Shop *shop, const char *database, const char *sql, const char *value) {
	int64_t end = clock_ms() + SHOP_DEADLINE_MS;
	while (strcmp(shop_ask(shop, database, sql), value) != 0)
		if (clock_ms() > end) fail_msg("never %s: %s", value, sql);
}

static inline int shop_open(void **state, const ClusterSpec *spec) {
	static Shop shop;
	shop = (Shop){.arena = arena_new(), .err = ERR_INIT, .program = shop_program};
	*state = &shop;
	char home[] = "/tmp/pgwhy-home-XXXXXX";
	if (!mkdtemp(home)) return -1;
	shop.home = arena_copy(shop.arena, home);
	shop.cluster = cluster_start(spec, &shop.err);
	bool fine = shop.cluster && cluster_run(shop.cluster, "postgres", "create database shop", &shop.err) &&
	            cluster_run(shop.cluster, "shop", shop_tables, &shop.err) && cluster_run(shop.cluster, "shop", shop_load, &shop.err);
	if (!fine) fprintf(stderr, "%s\n%s\n", shop.err.message.text, shop.err.hint.text);
	return fine ? 0 : -1;
}

static inline int shop_set_up(void **state) {
	const ClusterSpec spec = {.settings = shop_settings};
	return shop_open(state, &spec);
}

static inline int shop_tear_down(void **state) {
	Shop *shop = *state;
	cluster_stop(shop->cluster);
	if (system(arena_printf(shop->arena, "rm -rf '%s'", shop->home)) != 0) return -1;
	arena_free(shop->arena);
	err_release(&shop->err);
	return 0;
}

/* What a command writes. */
static inline const char *shop_printed(Shop *shop, const char *command) {
	Str text = STR_INIT;
	char bytes[4096];
	FILE *out = popen(command, "r");
	assert_non_null(out);
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, out)) > 0;) str_add_n(&text, bytes, got);
	assert_int_not_equal(pclose(out), -1);
	const char *copy = arena_copy(shop->arena, text.text);
	str_release(&text);
	return copy;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The console on a screen of that size; env and words NULL-terminated or NULL. Words come last, so they win. */
static inline Terminal *shop_console_in(Shop *shop, int rows, int columns, const char *const *env, const char *const *words) {
	LIST(const char *) argv = {0}, all = {0};
	const char *const first[] = {
	    shop->program, "-h", cluster_socket_dir(shop->cluster), "-p", arena_printf(shop->arena, "%d", cluster_port(shop->cluster)),
	    "-U", cluster_user(shop->cluster), "-d", "shop", "--set", "interval_s=3600",
	};
	for (size_t i = 0; i < sizeof first / sizeof *first; i++) *list_push(shop->arena, &argv) = first[i];
	for (; words && *words; words++) *list_push(shop->arena, &argv) = *words;
	*list_push(shop->arena, &argv) = NULL;
	*list_push(shop->arena, &all) = arena_printf(shop->arena, "HOME=%s", shop->home);
	for (; env && *env; env++) *list_push(shop->arena, &all) = *env;
	*list_push(shop->arena, &all) = NULL;
	return terminal_open(rows, columns, argv.items, all.items);
}

/* With rows in its first pane. */
static inline Terminal *shop_console(Shop *shop, int rows, int columns) {
	Terminal *t = shop_console_in(shop, rows, columns, NULL, NULL);
	terminal_wait(t, "select");
	return t;
}

/* Its first pane alone on the screen. */
static inline Terminal *shop_zoom(Terminal *t) {
	terminal_wait(t, "2 Scans");
	terminal_keys(t, "z");
	terminal_wait_gone(t, "2 Scans");
	return t;
}

static inline Terminal *shop_queries(Shop *shop, int rows, int columns) {
	return shop_zoom(shop_console(shop, rows, columns));
}

typedef struct RowText {
	int row;
	const char *text;
} RowText;

static inline bool row_has(Terminal *t, void *wanted) {
	const RowText *want = wanted;
	return strstr(terminal_row(t, want->row), want->text) != NULL;
}

static inline bool row_lacks(Terminal *t, void *wanted) {
	return !row_has(t, wanted);
}

#define wait_row_has(t, row, text) terminal_wait_until(t, row_has, (&(RowText){row, text}))
#define wait_row_lacks(t, row, text) terminal_wait_until(t, row_lacks, (&(RowText){row, text}))

static inline bool has_written_since(Terminal *t, void *bytes) {
	return terminal_bytes_seen(t) > *(const size_t *)bytes;
}

static inline bool has_ended(Terminal *t, void *unused) {
	(void)unused;
	return terminal_ended(t);
}

/* The terminal is as it was before. */
static inline void assert_given_back(Terminal *t) {
	terminal_wait_until(t, has_ended, NULL);
	assert_false(terminal_alternate(t));
	assert_false(terminal_pastes(t));
	assert_true(terminal_modes_kept(t));
	int row, column;
	bool visible;
	terminal_cursor(t, &row, &column, &visible);
	assert_true(visible);
}

/* The program ends by itself, well, and leaves no report (of a sanitizer, say). */
#define shop_end(t) shop_end_at((t), __FILE__, __LINE__)
static inline void shop_end_at(Terminal *t, const char *file, int line) {
	assert_given_back(t);
	size_t len;
	const char *output = terminal_output(t, &len);
	Str last_words = STR_INIT;
	str_add_n(&last_words, output + (len > 20000 ? len - 20000 : 0), len > 20000 ? 20000 : len);
	int status = terminal_close(t);
	if (status) fprintf(stderr, "exit status %d, last words: %s\n", status, last_words.text); /* cmocka cuts off what is long */
	str_release(&last_words);
	if (status) _fail(file, line);
}

#define shop_quit(t) shop_quit_at((t), __FILE__, __LINE__)
static inline void shop_quit_at(Terminal *t, const char *file, int line) {
	terminal_keys(t, "Q");
	shop_end_at(t, file, line);
}

#define shop_quit_from_prompt(t) shop_quit_from_prompt_at((t), __FILE__, __LINE__)
static inline void shop_quit_from_prompt_at(Terminal *t, const char *file, int line) {
	terminal_keys(t, "\003\003"); /* clears it, closes it */
	shop_quit_at(t, file, line);
}

#endif
