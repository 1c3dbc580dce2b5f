/* test_lock_forest.c: who waits for whom, and what ending each would free, in situations that are met. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../lock_scene.h"
#include "base/str.h"
#include "core/lock_ask.h"
#include "core/lock_forest.h"
#include "core/lock_read.h"

static Arena *arena;

static int set_up(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int tear_down(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static const char *name_of(const LockForest *forest, size_t place) {
	const LockSession *session = forest->nodes[place].session;
	return session->pid ? arena_printf(arena, "%lld", (long long)session->pid) : session->gid ? session->gid : "?";
}

static size_t depth_of(const LockForest *forest, size_t place) {
	size_t depth = 0;
	while ((place = forest->nodes[place].parent) != LOCK_NOBODY) depth++;
	return depth;
}

/* A line a node: who, how many stand behind it, how many ending it frees now and in the end. `~` it stands below one who only stands ahead;
 * `*` it is a root, `o` of a cycle. */
static const char *picture(const LockForest *forest) {
	Str out = STR_INIT;
	for (size_t place = 0; place < forest->count; place++) {
		const LockNode *node = &forest->nodes[place];
		str_add_repeat(&out, " ", depth_of(forest, place));
		str_printf(&out, "%s%s%s%s %zu %zu/%zu\n", node->softly ? "~" : "", name_of(forest, place), node->root ? "*" : "", node->cycle != LOCK_NOBODY ? "o" : "",
		           node->behind, node->frees_now, node->frees);
	}
	const char *text = arena_copy(arena, out.text);
	str_release(&out);
	return text;
}

static const char *names_of(const LockForest *forest, LockSessions places) {
	const char *text = "";
	for (size_t i = 0; i < places.count; i++) text = arena_printf(arena, "%s%s%s", text, i ? " " : "", name_of(forest, places.items[i]));
	return text;
}

static const char *blockers(const LockForest *forest, int64_t pid) {
	return names_of(forest, lock_forest_blockers(arena, forest, lock_forest_place(forest, pid, NULL)));
}

static const char *soft_blockers(const LockForest *forest, int64_t pid) {
	return names_of(forest, lock_forest_soft_blockers(arena, forest, lock_forest_place(forest, pid, NULL)));
}

static const char *freed_by(const LockForest *forest, int64_t pid) {
	return names_of(forest, lock_forest_end(arena, forest, lock_forest_place(forest, pid, NULL)).freed);
}

static LockForest *forest_of(const LockScene *scene) {
	return lock_forest(arena, scene->locks, scene->sessions);
}

static void a_row_is_given_on_one_at_a_time(void **state) {
	(void)state;
	LockScene scene = scene_hot_row(arena, 4);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest),
	                    "11* 4 1/4\n"
	                    " 12 3 0/0\n" /* without it 13 would wait for 11 in its place */
	                    "  13 2 0/0\n"
	                    "  14 1 0/0\n"
	                    "  15 0 0/0\n");
	assert_string_equal(blockers(forest, 12), "11");
	assert_string_equal(blockers(forest, 15), "12");
	assert_string_equal(soft_blockers(forest, 15), "13 14");
	assert_string_equal(freed_by(forest, 11), "12 13 14 15");
	assert_int_equal(forest->waiting, 4);
	assert_int_equal(forest->root_count, 1);
	assert_true(forest->oldest_wait_s == 288.5);
}

static void readers_stand_behind_a_waiting_ddl(void **state) {
	(void)state;
	LockScene scene = scene_queue_behind_ddl(arena);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest),
	                    "21* 4 0/0\n" /* one of two readers: frees nobody */
	                    " 23 3 3/3\n"
	                    "  ~24 0 0/0\n"
	                    "  ~25 0 0/0\n"
	                    "  ~26 0 0/0\n"
	                    "22* 4 0/0\n");
	assert_string_equal(blockers(forest, 23), "21 22");
	assert_string_equal(soft_blockers(forest, 23), "");
	assert_string_equal(blockers(forest, 24), "");
	assert_string_equal(soft_blockers(forest, 26), "23");
}

static void one_reader_less_and_the_ddl_runs_before_the_others(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_hold(&scene, 1, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	scene_wait(&scene, 2, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 20);
	scene_wait(&scene, 3, RELATION(ORDERS), LOCK_ACCESS_SHARE, 10);
	scene_wait(&scene, 4, RELATION(ORDERS), LOCK_ACCESS_SHARE, 5);
	LockForest *forest = lock_forest(arena, scene.locks, NULL); /* by pg_locks alone */
	assert_string_equal(picture(forest), "1* 3 1/3\n 2 2 2/2\n  ~3 0 0/0\n  ~4 0 0/0\n");
	assert_string_equal(freed_by(forest, 1), "2 3 4");
}

static void a_chain_is_freed_link_by_link(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	for (int64_t pid = 1; pid <= 4; pid++) {
		scene_hold(&scene, pid, XID(pid), LOCK_EXCLUSIVE);
		if (pid > 1) scene_wait(&scene, pid, XID(pid - 1), LOCK_SHARE, 10 - (double)pid);
	}
	assert_string_equal(picture(forest_of(&scene)), "1* 3 1/3\n 2 2 1/2\n  3 1 1/1\n   4 0 0/0\n");
}

/* Its holder had the table before it asked for more, so it stands in front of those who wait for it. */
static void who_holds_a_lock_steps_ahead_of_those_who_wait_for_it(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_hold(&scene, 1, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
	scene_hold(&scene, 2, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	scene_wait(&scene, 3, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 20);
	scene_wait(&scene, 2, RELATION(ORDERS), LOCK_SHARE, 10);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(soft_blockers(forest, 2), "");
	assert_string_equal(blockers(forest, 2), "1");
	assert_string_equal(blockers(forest, 3), "1 2");
	assert_string_equal(freed_by(forest, 1), "2 3");
	assert_int_equal(lock_forest_end(arena, forest, lock_forest_place(forest, 1, NULL)).now, 1);
}

static void who_waits_for_two_is_drawn_below_one_and_freed_by_neither(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_session(&scene, 1, "idle in transaction", 10, "select 1");
	scene_session(&scene, 2, "idle in transaction", 99, "select 1");
	scene_hold(&scene, 1, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
	scene_hold(&scene, 2, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
	scene_wait(&scene, 3, RELATION(ORDERS), LOCK_SHARE, 5);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest), "2* 1 0/0\n 3 0 0/0\n1* 1 0/0\n"); /* the older root first */
	assert_string_equal(blockers(forest, 3), "1 2");
}

static void an_idle_session_holds_its_advisory_lock(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_session(&scene, 1, "idle", NAN, "select pg_advisory_lock(-5)");
	scene_hold(&scene, 1, ADVISORY(-5), LOCK_EXCLUSIVE);
	scene_wait(&scene, 2, ADVISORY(-5), LOCK_EXCLUSIVE, 5);
	scene_wait(&scene, 3, ADVISORY(-5), LOCK_SHARE, 3);
	scene_hold(&scene, 4, ADVISORY(7), LOCK_EXCLUSIVE); /* nobody wants that one */
	scene_hold(&scene, 5, (SceneTag){.type = "advisory", .class_oid = 0xFFFFFFFF, .object_oid = 0xFFFFFFFB, .object_part = 2}, LOCK_EXCLUSIVE); /* another pair of halves */
	assert_string_equal(picture(forest_of(&scene)), "1* 2 1/2\n 2 1 0/0\n 3 0 0/0\n");
}

static void a_prepared_transaction_is_a_root_without_a_pid(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_prepared(&scene, 800, "order 'x'", 5000);
	scene_prepared(&scene, 801, "other", 60);
	scene_lock(&scene, 0, "3/527", RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
	scene_lock(&scene, 0, "3/527", XID(800), LOCK_EXCLUSIVE); /* the only way to its name, until the next restart */
	scene_lock(&scene, 0, "-1/801", XID(801), LOCK_EXCLUSIVE);
	scene_wait(&scene, 2, XID(800), LOCK_SHARE, 5);
	scene_wait(&scene, 3, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 4);
	scene_wait(&scene, 4, XID(801), LOCK_SHARE, 4);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest), "order 'x'* 2 2/2\n 2 0 0/0\n 3 0 0/0\nother* 1 1/1\n 4 0 0/0\n");
	assert_string_equal(blockers(forest, 2), "order 'x'");
	assert_int_equal(lock_forest_place(forest, 0, "other"), 3);
	Keys pids = lock_pids(arena, forest->table);
	assert_int_equal(pids.count, 3); /* those that have one */
}

static void workers_are_one_with_their_leader(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_session(&scene, 1, "active", 30, "select count(*) from orders");
	for (int64_t pid = 2; pid <= 3; pid++) {
		scene_session(&scene, pid, "active", 30, "select count(*) from orders");
		scene_set_text(scene.sessions, "backend_type", "parallel worker");
		scene_set_int(scene.sessions, "leader_pid", 1);
	}
	for (int64_t pid = 1; pid <= 3; pid++) scene_hold(&scene, pid, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	scene_wait(&scene, 4, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 3);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest), "1* 1 1/1\n 4 0 0/0\n");
	assert_string_equal(blockers(forest, 4), "1");
}

/* The workers of a subscription say who leads them, too, and each holds locks for itself. */
static void workers_of_a_subscription_are_not(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_session(&scene, 2, "active", 30, "");
	scene_set_text(scene.sessions, "backend_type", "logical replication parallel worker");
	scene_set_int(scene.sessions, "leader_pid", 1);
	scene_hold(&scene, 2, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
	scene_wait(&scene, 1, RELATION(ORDERS), LOCK_SHARE, 3);
	assert_string_equal(picture(forest_of(&scene)), "2* 1 1/1\n 1 0 0/0\n");
}

/* Nothing is said of who leads whom, but pg_blocking_pids names leaders only. */
static void workers_a_role_may_not_see_are_told_by_the_arbiter(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	for (int64_t pid = 1; pid <= 5; pid++) {
		scene_session(&scene, pid, "active", 30, "");
		scene_set_text(scene.sessions, "application", pid == 4 ? "another" : "report");
		scene_hide_last(&scene);
		if (pid == 5) scene_set_text(scene.sessions, "blocked_by", "1,1,1,4");
		else scene_hold(&scene, pid, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	}
	scene_wait(&scene, 5, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 3);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest), "1* 1 0/0\n 5 0 0/0\n4* 1 0/0\n");
	assert_string_equal(blockers(forest, 5), "1 4");
}

static void a_cycle_is_a_root_and_ending_any_of_it_frees_the_others(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	for (int64_t pid = 1; pid <= 3; pid++) {
		scene_hold(&scene, pid, XID(pid), LOCK_EXCLUSIVE);
		scene_wait(&scene, pid, XID(pid % 3 + 1), LOCK_SHARE, 0.5 - 0.1 * (double)pid);
	}
	scene_wait(&scene, 4, XID(2), LOCK_SHARE, 0.1);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest), "1*o 3 1/3\n 3*o 3 1/3\n  2*o 3 2/3\n   4 0 0/0\n");
	assert_int_equal(forest->root_count, 3);
	assert_string_equal(freed_by(forest, 1), "3 2 4");
}

static void a_cycle_that_waits_for_an_outsider_is_none_of_the_roots(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_hold(&scene, 9, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	for (int64_t pid = 1; pid <= 2; pid++) {
		scene_hold(&scene, pid, ADVISORY(pid), LOCK_EXCLUSIVE);
		if (pid == 2) scene_wait(&scene, 2, ADVISORY(1), LOCK_EXCLUSIVE, 2);
	}
	scene_hold(&scene, 2, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	scene_wait(&scene, 1, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 3);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest), "9* 2 0/0\n 1o 1 1/1\n  2o 1 0/0\n");
}

/* Both read and both want more: each waits for the other, and for nobody else. */
static void two_who_both_want_more_of_one_table_are_a_cycle(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	for (int64_t pid = 1; pid <= 2; pid++) {
		scene_hold(&scene, pid, RELATION(ORDERS), LOCK_SHARE);
		scene_wait(&scene, pid, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE, 3 - (double)pid);
	}
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest), "1*o 1 1/1\n 2*o 1 1/1\n");
}

static void one_who_wants_more_of_what_it_holds_is_no_cycle(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_hold(&scene, 1, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	scene_hold(&scene, 2, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	scene_wait(&scene, 2, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 1);
	LockForest *forest = forest_of(&scene);
	assert_string_equal(picture(forest), "1* 1 1/1\n 2 0 0/0\n");
	assert_string_equal(blockers(forest, 2), "1");
}

static void building_concurrently_goes_from_one_writer_to_the_next(void **state) {
	(void)state;
	for (int with_another = 0; with_another <= 1; with_another++) {
		LockScene scene = scene_new(arena);
		scene_session(&scene, 1, "idle in transaction", 30, "");
		scene_hold(&scene, 1, VXID("3/1"), LOCK_EXCLUSIVE);
		scene_hold(&scene, 1, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
		if (with_another) scene_hold(&scene, 2, RELATION(ORDERS), LOCK_ROW_EXCLUSIVE);
		scene_session(&scene, 3, "active", 20, "create index concurrently on orders (total)");
		scene_set_text(scene.sessions, "phase", "waiting for writers before build");
		scene_hold(&scene, 3, RELATION(ORDERS), LOCK_SHARE_UPDATE_EXCLUSIVE);
		scene_wait(&scene, 3, VXID("3/1"), LOCK_SHARE, 19);
		assert_string_equal(picture(forest_of(&scene)), with_another ? "1* 1 0/0\n 3 0 0/0\n" : "1* 1 1/1\n 3 0 0/0\n");
		scene_set_text(scene.sessions, "phase", "waiting for old snapshots"); /* then who writes is of no matter */
		assert_string_equal(picture(forest_of(&scene)), "1* 1 1/1\n 3 0 0/0\n");
	}
}

static void serializable_reads_block_nobody(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_hold(&scene, 1, RELATION(ORDERS), LOCK_NO_MODE);
	scene_hold(&scene, 2, RELATION(ORDERS), LOCK_ACCESS_SHARE);
	scene_wait(&scene, 3, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 1);
	assert_string_equal(picture(forest_of(&scene)), "2* 1 1/1\n 3 0 0/0\n");
}

static void the_same_number_in_another_database_is_another_table(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	SceneTag elsewhere = RELATION(ORDERS);
	elsewhere.database = OTHER_DATABASE;
	scene_hold(&scene, 1, elsewhere, LOCK_ACCESS_EXCLUSIVE);
	scene_hold(&scene, 2, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE);
	scene_wait(&scene, 3, RELATION(ORDERS), LOCK_ACCESS_SHARE, 1);
	assert_string_equal(picture(forest_of(&scene)), "2* 1 1/1\n 3 0 0/0\n");
}

/* ---- the order of a queue ---- */

static void without_a_time_the_arbiter_says_who_is_first(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_hold(&scene, 50, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE);
	const int64_t order[] = {7, 3, 9, 5}; /* as they came */
	for (size_t i = 0; i < 4; i++) {
		scene_session(&scene, order[i], "active", 10, "lock table orders");
		scene_set_text(scene.sessions, "blocked_by", i == 0 ? "50" : i == 1 ? "50,7" : i == 2 ? "50,7,3" : "50,7,3,9");
		scene_wait(&scene, order[i], RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, NAN);
	}
	scene.locks->columns[table_column(scene.locks, "wait_s")].name = "not_yet"; /* before 14 */
	LockForest *forest = forest_of(&scene);
	assert_string_equal(soft_blockers(forest, 7), "");
	assert_string_equal(soft_blockers(forest, 3), "7");
	assert_string_equal(soft_blockers(forest, 5), "7 3 9");
	assert_string_equal(freed_by(forest, 50), "7 3 9 5");
	assert_true(forest->nodes[lock_forest_place(forest, 7, NULL)].wait->wait_s == 10);
}

static void answers_that_contradict_each_other_lose_nobody(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	scene_hold(&scene, 50, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE);
	for (int64_t pid = 1; pid <= 3; pid++) { /* each says another was first: they were asked at different instants */
		scene_session(&scene, pid, "active", 10, "lock table orders");
		scene_set_text(scene.sessions, "blocked_by", arena_printf(arena, "50,%d", (int)(pid % 3 + 1)));
		scene_wait(&scene, pid, RELATION(ORDERS), LOCK_ACCESS_EXCLUSIVE, 5);
	}
	LockForest *forest = forest_of(&scene);
	assert_int_equal(forest->count, 4);
	assert_int_equal(forest->waiting, 3);
	assert_int_equal(forest->nodes[0].frees, 3);
}

/* ---- many, and strange ones ---- */

static void hundreds_wait_and_few_are_asked_about(void **state) {
	(void)state;
	LockScene scene = scene_hot_row(arena, 600);
	LockForest *forest = lock_forest(arena, scene.locks, NULL);
	assert_int_equal(forest->count, 601);
	assert_int_equal(forest->nodes[0].behind, 600);
	assert_int_equal(forest->nodes[0].frees_now, 1);
	assert_int_equal(forest->nodes[0].frees, 600);
	Keys pids = lock_pids(arena, forest->table);
	size_t asked = 0;
	for (size_t i = 0; i < pids.count; i++) asked += pids.items[i] > 0;
	assert_int_equal(pids.count, 601);
	assert_int_equal(asked, 3); /* the one before the transaction, the first and the last before the row */
	scene = scene_hot_row(arena, 40);
	pids = lock_pids(arena, lock_read(arena, scene.locks, NULL));
	asked = 0;
	for (size_t i = 0; i < pids.count; i++) asked += pids.items[i] > 0;
	assert_int_equal(asked, 40);
}

static void a_chain_of_hundreds_is_climbed(void **state) {
	(void)state;
	enum { LINKS = 700 };
	LockScene scene = scene_new(arena);
	for (int64_t pid = 1; pid <= LINKS; pid++) {
		scene_hold(&scene, pid, XID(pid), LOCK_EXCLUSIVE);
		if (pid > 1) scene_wait(&scene, pid, XID(pid - 1), LOCK_SHARE, 1000 - (double)pid);
	}
	LockForest *forest = forest_of(&scene);
	assert_int_equal(forest->nodes[0].behind, LINKS - 1);
	assert_int_equal(forest->nodes[0].frees, LINKS - 1);
	assert_int_equal(forest->nodes[350].frees, LINKS - 351);
	assert_int_equal(depth_of(forest, LINKS - 1), LINKS - 1);
}

/* ---- any reading ---- */

enum { MOST_RANDOM = 14 };

static uint32_t next_random(uint32_t *seed) {
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* Modes as they fall, though no server would give some of them together; with cycles, workers, and some of it told by the arbiter. */
static LockScene random_scene(uint32_t seed) {
	LockScene scene = scene_new(arena);
	int64_t sessions = 2 + next_random(&seed) % (MOST_RANDOM - 1);
	for (int64_t pid = 1; pid <= sessions; pid++) {
		scene_session(&scene, pid, "active", next_random(&seed) % 100, "select 1");
		if (pid > 1 && next_random(&seed) % 6 == 0) {
			scene_set_text(scene.sessions, "backend_type", "parallel worker");
			scene_set_int(scene.sessions, "leader_pid", 1);
		}
		for (uint32_t holds = next_random(&seed) % 3; holds; holds--) scene_hold(&scene, pid, RELATION(ORDERS + next_random(&seed) % 4), (LockMode)(1 + next_random(&seed) % 8));
		if (next_random(&seed) % 4 == 0) continue;
		scene_wait(&scene, pid, RELATION(ORDERS + next_random(&seed) % 4), (LockMode)(1 + next_random(&seed) % 8), next_random(&seed) % 50);
		if (next_random(&seed) % 5 == 0) scene_set_text(scene.sessions, "blocked_by", arena_printf(arena, "%u,%u", 1 + next_random(&seed) % 9, 1 + next_random(&seed) % 9));
	}
	return scene;
}

typedef struct Reach {
	bool from[MOST_RANDOM + 2][MOST_RANDOM + 2]; /* who waits, directly or not, for whom; by place */
} Reach;

static Reach reach_of(const LockForest *forest) {
	Reach reach = {0};
	for (size_t place = 0; place < forest->count; place++) {
		LockSessions hard = lock_forest_blockers(arena, forest, place), soft = lock_forest_soft_blockers(arena, forest, place);
		for (size_t i = 0; i < hard.count; i++) reach.from[place][hard.items[i]] = true;
		for (size_t i = 0; i < soft.count; i++) reach.from[place][soft.items[i]] = true;
	}
	for (size_t by = 0; by < forest->count; by++)
		for (size_t a = 0; a < forest->count; a++)
			for (size_t b = 0; b < forest->count; b++) reach.from[a][b] |= reach.from[a][by] && reach.from[by][b];
	return reach;
}

static void node_is_as_its_edges(const LockForest *forest, const Reach *reach, size_t place) {
	const LockNode *node = &forest->nodes[place];
	size_t behind = 0;
	bool blocked_by_outsider = false;
	for (size_t other = 0; other < forest->count; other++) {
		behind += other != place && reach->from[other][place];
		blocked_by_outsider |= reach->from[place][other] && !reach->from[other][place];
	}
	assert_int_equal(node->behind, behind);
	assert_true(node->root == !blocked_by_outsider);
	assert_true((node->cycle != LOCK_NOBODY) == reach->from[place][place]);
	assert_true(node->parent == LOCK_NOBODY || (node->parent < place && reach->from[place][node->parent]));
	LockEnd end = lock_forest_end(arena, forest, place);
	for (size_t i = 0; i < end.freed.count; i++) assert_true(end.freed.items[i] != place && reach->from[end.freed.items[i]][place]);
	assert_true(end.now <= end.freed.count && end.freed.count <= behind);
}

/* Each who waits is there once, below one it waits for; what is counted is what the edges say; nobody is freed who did not wait for it. */
static void a_forest_says_what_its_edges_say(void **state) {
	(void)state;
	enum { SCENES = 3000 };
	for (uint32_t seed = 1; seed <= SCENES; seed++) {
		LockScene scene = random_scene(seed);
		LockForest *forest = forest_of(&scene);
		size_t waiting = 0;
		for (size_t i = 0; i < forest->table->sessions.count; i++) {
			size_t place = forest->place_of[i];
			bool waits = forest->table->sessions.items[i].waits.count;
			waiting += waits;
			assert_true(!waits || place != LOCK_NOBODY);
			assert_true(place == LOCK_NOBODY || forest->nodes[place].index == i);
		}
		assert_int_equal(forest->waiting, waiting);
		Reach reach = reach_of(forest);
		for (size_t place = 0; place < forest->count; place++) node_is_as_its_edges(forest, &reach, place);
		arena_clear(arena);
	}
}

static void nothing_there_is_an_empty_forest(void **state) {
	(void)state;
	LockScene scene = scene_new(arena);
	LockForest *forest = forest_of(&scene);
	assert_int_equal(forest->count, 0);
	assert_true(isnan(forest->oldest_wait_s));
	assert_int_equal(lock_pids(arena, forest->table).count, 0);
	assert_int_equal(lock_forest(arena, table_new(arena, 0, 0), table_new(arena, 0, 0))->count, 0);
	scene_wait(&scene, 1, XID(5), LOCK_SHARE, 1); /* who it waited for has gone by now */
	forest = forest_of(&scene);
	assert_string_equal(picture(forest), "1* 0 0/0\n");
	assert_int_equal(forest->waiting, 1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_row_is_given_on_one_at_a_time, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(readers_stand_behind_a_waiting_ddl, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(one_reader_less_and_the_ddl_runs_before_the_others, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_chain_is_freed_link_by_link, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(who_holds_a_lock_steps_ahead_of_those_who_wait_for_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(who_waits_for_two_is_drawn_below_one_and_freed_by_neither, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_idle_session_holds_its_advisory_lock, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_prepared_transaction_is_a_root_without_a_pid, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(workers_are_one_with_their_leader, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(workers_of_a_subscription_are_not, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(workers_a_role_may_not_see_are_told_by_the_arbiter, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_cycle_is_a_root_and_ending_any_of_it_frees_the_others, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_cycle_that_waits_for_an_outsider_is_none_of_the_roots, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(two_who_both_want_more_of_one_table_are_a_cycle, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(one_who_wants_more_of_what_it_holds_is_no_cycle, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(building_concurrently_goes_from_one_writer_to_the_next, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(serializable_reads_block_nobody, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_same_number_in_another_database_is_another_table, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(without_a_time_the_arbiter_says_who_is_first, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(answers_that_contradict_each_other_lose_nobody, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(hundreds_wait_and_few_are_asked_about, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_chain_of_hundreds_is_climbed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_forest_says_what_its_edges_say, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nothing_there_is_an_empty_forest, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
