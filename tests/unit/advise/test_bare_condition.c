/* test_bare_condition.c: conditions on something computed, written on the bare column; and what may stand in an index. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/bare_condition.h"
#include "advise/volatility.h"
#include "facts_file.h"

static const char catalog[] = "[p.t]\ncolumn ts = timestamp without time zone\ncolumn tz = timestamp with time zone\ncolumn day = date\ncolumn id = bigint\n"
                              "column small = smallint\ncolumn price = numeric(10,2)\ncolumn key = uuid\ncolumn code = character(10)\ncolumn email = character varying(80)\n"
                              "column data = jsonb\ncolumn My Ts = timestamp with time zone\n"
                              "function slug = immutable\nfunction unsure = stable\n";

typedef struct World {
	Arena *arena;
	Facts *facts;
	const TableFacts *table;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	world->arena = arena;
	world->facts = facts_parse(arena, catalog);
	world->table = table_facts(world->facts, "p", "t");
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

static const Predicate *condition_of(World *world, const char *text) {
	PredicateList *list = predicate_parse(world->arena, text, NULL);
	assert_non_null(list);
	assert_int_equal(list->count, 1);
	return &list->items[0];
}

typedef struct Case {
	const char *condition, *bare; /* NULL: cannot be written so */
} Case;

static void check(World *world, const Case *cases, size_t count) {
	for (size_t i = 0; i < count; i++) {
		Bare bare = bare_condition(world->arena, world->table, condition_of(world, cases[i].condition));
		if (!cases[i].bare && bare.condition) fail_msg("%s became %s", cases[i].condition, bare.condition);
		if (cases[i].bare && !bare.condition) fail_msg("%s stayed as it was", cases[i].condition);
		if (cases[i].bare) assert_string_equal(bare.condition, cases[i].bare);
	}
}
#define CHECK(world, cases) check(world, cases, sizeof cases / sizeof *cases)

static void dates_of_timestamps_become_ranges(void **state) {
	static const Case cases[] = {
	    {"tz::date = '2024-01-05'", "(tz >= '2024-01-05'::date AND tz < '2024-01-05'::date + 1)"},
	    {"(t.tz)::date = '2024-01-05'::date", "(t.tz >= '2024-01-05'::date AND t.tz < '2024-01-05'::date + 1)"},
	    {"ts::date >= $1", "ts >= $1::date"},
	    {"ts::date > $1", "ts >= $1::date + 1"},
	    {"ts::date <= $1", "ts < $1::date + 1"},
	    {"ts::date < $1", "ts < $1::date"},
	    {"'2024-01-05' = date(ts)", "(ts >= '2024-01-05'::date AND ts < '2024-01-05'::date + 1)"},
	    {"\"My Ts\"::date = $1", "(\"My Ts\" >= $1::date AND \"My Ts\" < $1::date + 1)"},
	    {"ts::date = current_date - 1", "(ts >= (CURRENT_DATE - 1)::date AND ts < (CURRENT_DATE - 1)::date + 1)"},
	    {"day::date = $1", NULL},
	    {"(tz at time zone 'UTC')::date = $1", "(tz >= ($1::date)::timestamp AT TIME ZONE 'UTC' AND tz < ($1::date + 1)::timestamp AT TIME ZONE 'UTC')"},
	    {"((t.tz AT TIME ZONE 'Asia/Kolkata'::text))::date > '2024-01-05'::date", "t.tz >= ('2024-01-05'::date + 1)::timestamp AT TIME ZONE 'Asia/Kolkata'"},
	    {"(timezone('UTC'::text, tz))::date < '2024-01-05'::date", "tz < ('2024-01-05'::date)::timestamp AT TIME ZONE 'UTC'"},
	    {"(ts at time zone 'UTC')::date = $1", NULL}, /* a moment: its day is the session's */
	    {"(tz at time zone zone)::date = $1", NULL},
	    {"(tz at time zone 'UTC' at time zone 'UTC')::date = $1", NULL},
	    {"ts::date <> $1", NULL},
	};
	CHECK(*state, cases);
}

static void units_of_time_keep_their_condition_beside(void **state) {
	static const Case cases[] = {
	    {"date_trunc('month', ts) = '2024-01-01'",
	     "(ts >= '2024-01-01'::timestamp AND ts < '2024-01-01'::timestamp + interval '1 month' AND date_trunc('month', ts) = '2024-01-01')"},
	    {"date_trunc('day', tz) >= $1", "(tz >= $1::timestamptz AND date_trunc('day', tz) >= $1)"},
	    {"date_trunc('quarter', ts) < $1", "(ts < $1::timestamp + interval '3 months' AND date_trunc('quarter', ts) < $1)"},
	    {"date_trunc('day', tz, 'UTC') = $1", NULL},
	    {"date_trunc('day', tz at time zone 'UTC') < $1",
	     "(tz < ($1::timestamp + interval '1 day')::timestamp AT TIME ZONE 'UTC' AND date_trunc('day', (tz AT TIME ZONE 'UTC')) < $1)"},
	    {"date_trunc('hour', tz at time zone 'UTC') = $1", NULL}, /* an hour of the clock may come twice */
	    {"extract(year from tz at time zone 'UTC') >= 2024", "tz >= ('2024-01-01'::date)::timestamp AT TIME ZONE 'UTC'"},
	    {"date_trunc('century', ts) = $1", NULL},
	    {"extract(year from ts) = 2024", "(ts >= '2024-01-01'::date AND ts < '2024-01-01'::date + interval '1 year')"},
	    {"date_part('year', tz) >= 2024", "tz >= '2024-01-01'::date"},
	    {"extract(month from ts) = 5", NULL},
	    {"extract(year from ts) = 99999", NULL},
	};
	CHECK(*state, cases);
}

static void casts_move_to_the_other_side_when_that_is_exact(void **state) {
	static const Case cases[] = {
	    {"id::text = '4711'", "id = 4711"},
	    {"id::text = '-5'", "id = -5"},
	    {"id::text = '007'", NULL},
	    {"id::text = '-0'", NULL},
	    {"id::text = 'abc'", NULL},
	    {"id::text > '4711'", NULL},
	    {"id::text = $1", "id = $1::bigint"},
	    {"id::numeric = 4711", "id = 4711"},
	    {"id::numeric = '4711.00'::numeric", "id = 4711"},
	    {"id::numeric > 47.5", NULL},
	    {"small::double precision >= 3", "small >= 3"},
	    {"price::text = '1.00'", NULL},
	    {"(price)::double precision < '1.5'::double precision", "price < '1.5'::numeric"},
	    {"(price)::double precision = $1", "price = $1::numeric"},
	    {"(code)::text = 'A1'::text", "code = 'A1'::bpchar"},
	    {"(code)::text = $1", "code = $1::bpchar"},
	    {"(code)::text = 'A1 '::text", NULL},
	    {"(code)::text > 'A1'::text", NULL},
	    {"key::text = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "key = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"},
	    {"key::text = 'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'", NULL},
	    {"email::text = 'x'", NULL},
	    {"day::text = '2024-01-01'", NULL},
	};
	CHECK(*state, cases);
}

static void summands_change_sides(void **state) {
	static const Case cases[] = {
	    {"id + 1 = 500", "id = 500 - 1"},
	    {"id - 10 > $1", "id > $1 + 10"},
	    {"tz + interval '7 days' > now()", "tz > now()::timestamp with time zone - '7 days'::interval"},
	    {"ts - '1 day'::interval <= '2024-02-10'", "ts <= '2024-02-10'::timestamp without time zone + '1 day'::interval"},
	    {"1 + id = 500", NULL},
	    {"id * 2 = 10", NULL},
	};
	CHECK(*state, cases);
}

static void only_what_never_changes_may_stand_in_an_index(void **state) {
	World *world = *state;
	static const struct { const char *expression; Immutable expected; } cases[] = {
	    {"lower(email) = 'x'", IMMUTABLE_YES},
	    {"lower(trim(email)) = 'x'", IMMUTABLE_YES},
	    {"(data ->> 'k') = 'x'", IMMUTABLE_YES},
	    {"((data ->> 'k'))::integer = 5", IMMUTABLE_YES},
	    {"((data ->> 'k'))::date = '2024-01-01'", IMMUTABLE_NO},
	    {"coalesce(id, 0) = 0", IMMUTABLE_YES},
	    {"(ts)::date = '2024-01-01'", IMMUTABLE_YES},
	    {"(tz)::date = '2024-01-01'", IMMUTABLE_NO},
	    {"((tz at time zone 'UTC'))::date = '2024-01-01'", IMMUTABLE_YES},
	    {"date_trunc('day', ts) = '2024-01-01'", IMMUTABLE_YES},
	    {"date_trunc('day', tz) = '2024-01-01'", IMMUTABLE_NO},
	    {"to_char(ts, 'YYYY') = '2024'", IMMUTABLE_NO},
	    {"(ts)::text = 'x'", IMMUTABLE_NO},
	    {"(id)::text = '1'", IMMUTABLE_YES},
	    {"slug(email) = 'x'", IMMUTABLE_YES},
	    {"unsure(email) = 'x'", IMMUTABLE_NO},
	    {"never_heard_of(email) = 'x'", IMMUTABLE_UNKNOWN},
	    {"(tz + '1 day'::interval) = '2024-01-01'", IMMUTABLE_NO},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Immutable is = operand_immutable(world->arena, world->facts, world->table, &condition_of(world, cases[i].expression)->left);
		if (is != cases[i].expected) fail_msg("%s: %d", cases[i].expression, (int)is);
	}
}

static void a_cast_to_text_is_free_only_of_a_text(void **state) {
	World *world = *state;
	assert_true(bare_hides_cast(world->table, &condition_of(world, "(id)::text = '1'")->left));
	assert_false(bare_hides_cast(world->table, &condition_of(world, "(email)::text = '1'")->left));
	assert_true(bare_hides_cast(world->table, &condition_of(world, "(code)::text = '1'")->left));
	assert_false(bare_hides_cast(NULL, &condition_of(world, "(id)::text = '1'")->left));
	assert_false(bare_hides_cast(world->table, &condition_of(world, "id = 1")->left));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(dates_of_timestamps_become_ranges, begin, end),
	    cmocka_unit_test_setup_teardown(units_of_time_keep_their_condition_beside, begin, end),
	    cmocka_unit_test_setup_teardown(casts_move_to_the_other_side_when_that_is_exact, begin, end),
	    cmocka_unit_test_setup_teardown(summands_change_sides, begin, end),
	    cmocka_unit_test_setup_teardown(only_what_never_changes_may_stand_in_an_index, begin, end),
	    cmocka_unit_test_setup_teardown(a_cast_to_text_is_free_only_of_a_text, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
