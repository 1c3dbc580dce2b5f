/* test_wait_profile.c: samples of what sessions wait for become shares, of the last minute and no more. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/wait_profile.h"

static Table *reading(Arena *arena) {
	static const struct {
		const char *name;
		CellType type;
	} columns[] = {{"pid", CELL_INT}, {"leader_pid", CELL_INT}, {"query_id", CELL_INT}, {"wait_event", CELL_TEXT}};
	Table *table = table_new(arena, 4, 4);
	for (size_t i = 0; i < 4; i++) table_name(table, arena, i, columns[i].name, columns[i].type);
	return table;
}

static void met(Arena *arena, Table *table, int64_t pid, int64_t leader, int64_t query, const char *event) {
	size_t row = table_add_row(arena, table);
	table_set_int(table, row, 0, pid);
	if (leader) table_set_int(table, row, 1, leader);
	if (query) table_set_int(table, row, 2, query);
	table_set_text(table, row, 3, event);
}

static void shares_are_told_most_often_first(void **state) {
	(void)state;
	Arena *arena = arena_new();
	WaitTally tally = {0};
	for (int i = 0; i < 3; i++) wait_tally_add(arena, &tally, NULL);
	for (int i = 0; i < 5; i++) wait_tally_add(arena, &tally, "IO:DataFileRead");
	assert_string_equal(wait_tally_text(arena, &tally), "62% IO:DataFileRead, 38% on the CPU");
	wait_tally_add(arena, &tally, "A:a");
	wait_tally_add(arena, &tally, "B:b");
	wait_tally_add(arena, &tally, "C:c");
	wait_tally_add(arena, &tally, "D:d");
	assert_string_equal(wait_tally_text(arena, &tally), "42% IO:DataFileRead, 25% on the CPU, 8% A:a, 8% B:b, 17% others");
	arena_free(arena);
}

static void sessions_and_statements_have_their_own(void **state) {
	(void)state;
	Arena *arena = arena_new();
	WaitProfile *profile = wait_profile_new();
	for (int i = 0; i < 4; i++) {
		Table *table = reading(arena);
		met(arena, table, 10, 0, 77, "IPC:ExecuteGather");
		met(arena, table, 11, 10, 77, "IO:DataFileRead"); /* its worker */
		met(arena, table, 20, 0, 77, NULL);
		met(arena, table, 30, 0, 0, "Client:ClientWrite");
		wait_profile_add(profile, table, i * 2000);
	}
	assert_string_equal(wait_tally_text(arena, &(WaitTally){0}), "");
	WaitTally session = wait_profile_of_session(arena, profile, 10), query = wait_profile_of_query(arena, profile, 77), none = wait_profile_of_query(arena, profile, 0);
	assert_string_equal(wait_tally_text(arena, &session), "50% IO:DataFileRead, 50% IPC:ExecuteGather");
	assert_int_equal(query.samples, 12);
	assert_int_equal(none.samples, 0); /* no number is no statement */
	assert_int_equal(wait_profile_of_session(arena, NULL, 10).samples, 0);
	wait_profile_free(profile);
	arena_free(arena);
}

static void what_is_older_than_a_minute_is_forgotten(void **state) {
	(void)state;
	Arena *arena = arena_new();
	WaitProfile *profile = wait_profile_new();
	for (int64_t i = 0; i < 1000; i++) {
		Table *table = reading(arena);
		met(arena, table, 10, 0, 0, i < 970 ? "IO:old" : NULL);
		wait_profile_add(profile, table, i * 2000);
	}
	WaitTally tally = wait_profile_of_session(arena, profile, 10);
	assert_int_equal(tally.samples, 31); /* of both ends of the minute */
	assert_int_equal(tally.events.items[0].count, 30);
	for (int64_t i = 0; i < 1000; i++) wait_profile_add(profile, reading(arena), 2000000 + i); /* more than there is room for */
	assert_int_equal(wait_profile_of_session(arena, profile, 10).samples, 0);
	wait_profile_forget(profile);
	wait_profile_free(profile);
	arena_free(arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_told_most_often_first),
		cmocka_unit_test(sessions_and_statements_have_their_own),
		cmocka_unit_test(what_is_older_than_a_minute_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
