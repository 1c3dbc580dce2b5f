/* tool.c: pgwhy, a peer, and the floor, as the bench starts and plays them. */
#include "tool.h"

#include <stdarg.h>

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define MOVES KEYS("j", "k", "G", "g") /* from the first row each of them moves the cursor, where there are two */

static const Stage pgwhy_stages[] = {
	{.name = "1 Queries", .open = "1g", .shows = "1 Queries", .keys = MOVES, .close = "", .stands_still = true},
	{.name = "1 since reset", .open = "1dg", .shows = "1 Queries", .keys = MOVES, .close = "d", .stands_still = true},
	{.name = "1 filter", .open = "1d/", .shows = "filter:", .keys = KEYS("m", "a", "x", "\177"), .echo = "filter:", .close = "\003d", .stands_still = true},
	{.name = "2 Scans", .open = "2g", .shows = "2 Scans", .keys = MOVES, .close = "1", .stands_still = true},
	{.name = "3 Sizes", .open = "3g", .shows = "3 Sizes", .keys = MOVES, .close = "1", .stands_still = true},
	{.name = "4 Locks", .open = "4g", .shows = "4 Locks", .keys = MOVES, .close = "1", .stands_still = true},
	{.name = "9 Server", .open = "9g", .shows = "9 Server", .keys = MOVES, .close = "1", .stands_still = true},
	{.name = "why", .open = "1\r/", .shows = "search:", .keys = KEYS("a", "b", "\177"), .echo = "search:", .close = "\003q", .stands_still = true},
	{.name = "prompt", .open = ":", .shows = "postgres=>", .keys = KEYS("s", "e", "l", "\177"), .echo = "postgres=>", .close = "\033", .stands_still = true},
	{.name = "plan", .open = ":\025select a.n, count(*) from bench_queue a join bench_queue b on a.n = b.id group by 1 order by 2 limit 5;\r", .shows = "Seq Scan",
	 .keys = MOVES, .close = "q"},
};

static const Stage pg_activity_stages[] = {
	{.name = "running", .open = "1", .shows = "RUNNING", .keys = KEYS("j", "j", "k", "k"), .close = "", .stands_still = true},
	{.name = "waiting", .open = "2", .shows = "WAITING", .keys = KEYS("j", "j", "k", "k"), .close = "1", .stands_still = true},
};

static const Stage floor_stages[] = {{.name = "activity", .open = "", .shows = "sessions", .keys = KEYS("j", "j", "k", "k"), .close = "", .stands_still = true}};

/* A NULL-terminated array of the words. */
static const char *const *words(Arena *arena, const char *first, ...) {
	LIST(const char *) list = {0};
	va_list more;
	va_start(more, first);
	for (const char *word = first; word; word = va_arg(more, const char *)) *list_push(arena, &list) = word;
	va_end(more);
	*list_push(arena, &list) = NULL;
	return list.items;
}

static const char *const *connecting(Arena *arena, const char *program, const Fixture *fixture) {
	const Cluster *cluster = fixture->cluster;
	return words(arena, program, "-h", cluster_socket_dir(cluster), "-p", arena_printf(arena, "%d", cluster_port(cluster)), "-U", cluster_user(cluster), "-d", "postgres", NULL);
}

static const char *const *pgwhy(Arena *arena, const char *programs, const Fixture *fixture) {
	return connecting(arena, arena_printf(arena, "%s/pgwhy", programs), fixture);
}

static const char *const *pg_activity(Arena *arena, const char *programs, const Fixture *fixture) {
	(void)programs;
	return connecting(arena, "pg_activity", fixture);
}

static const char *const *floor_program(Arena *arena, const char *programs, const Fixture *fixture) {
	return words(arena, arena_printf(arena, "%s/tests/bench/floor", programs), cluster_conninfo(arena, fixture->cluster, "postgres"), NULL);
}

#define STAGES(list) .stages = list, .stage_count = sizeof list / sizeof *list
const Tool tools[TOOL_COUNT] = {
	[TOOL_PGWHY] = {.name = "pgwhy", .first_rows = "▸", .all_rows = "select", .interval_s = 2, .argv = pgwhy, STAGES(pgwhy_stages), .absent = "build it first"},
	[TOOL_PG_ACTIVITY] = {.name = "pg_activity", .first_rows = "bench_queue", .interval_s = 2, .argv = pg_activity, STAGES(pg_activity_stages),
	                      .absent = "Debian's package pg-activity is not installed"},
	[TOOL_FLOOR] = {.name = "floor", .first_rows = "bench_queue", .interval_s = 2, .argv = floor_program, STAGES(floor_stages), .absent = "build it first"},
};
