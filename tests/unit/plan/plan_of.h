/* plan_of.h: small plans for tests, written with ' for " so that they can be read. */
#ifndef TESTS_PLAN_OF_H
#define TESTS_PLAN_OF_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "plan/json.h"

/* A node that was run: how it hangs under its parent, start..total, rows and loops, then more fields. */
#define NODE(type, how, start, total, rows, loops, more)                                                              \
	"{'Node Type': '" type "', 'Parent Relationship': '" how "', 'Plan Rows': 100, 'Actual Startup Time': " #start    \
	", 'Actual Total Time': " #total ", 'Actual Rows': " #rows ", 'Actual Loops': " #loops more "}"
#define PLANS(nodes) ", 'Plans': [" nodes "]"
#define PLAN(root, more) "[{'Plan': " root more "}]"
#define EXECUTION(ms) ", 'Execution Time': " #ms

static inline PlanList plans_of(Arena *arena, const char *quoted) {
	char *text = arena_copy(arena, quoted);
	for (char *at = text; (at = strchr(at, '\''));) *at = '"';
	PlanList plans;
	Err err = ERR_INIT;
	if (!plan_read_json(arena, text, strlen(text), &plans, &err)) {
		print_error("%s\n", err.message.text);
		fail();
	}
	err_release(&err);
	return plans;
}

static inline Plan *plan_of(Arena *arena, const char *quoted) {
	PlanList plans = plans_of(arena, quoted);
	assert_int_equal(plans.count, 1);
	return plans.items[0];
}

static inline void assert_near_at(double is, double wanted, double tolerance, const char *file, int line) {
	if (fabs(is - wanted) <= tolerance) return;
	print_error("%g is not %g\n", is, wanted);
	_fail(file, line);
}
#define assert_near(is, wanted) assert_near_at((is), (wanted), 1e-6, __FILE__, __LINE__)
#define assert_about(is, wanted, tolerance) assert_near_at((is), (wanted), (tolerance), __FILE__, __LINE__)

/* The contract: self times and the other times make the statement, but for what is said to be unaccounted for. */
static inline double plan_sum_ms(const Plan *plan) {
	double sum = plan->other.triggers_ms + plan->other.jit_ms + plan->other.serialization_ms + plan->other.startup_shutdown_ms;
	for (size_t i = 0; i < plan->node_count; i++) {
		double self = plan->nodes[i]->measure.self_ms;
		if (!isnan(self)) sum += self;
	}
	return sum;
}

/* Every test gets an arena as its state. */
static inline int arena_up(void **state) {
	*state = arena_new();
	return 0;
}

static inline int arena_down(void **state) {
	arena_free(*state);
	return 0;
}
#define arena_test(test) cmocka_unit_test_setup_teardown(test, arena_up, arena_down)

#endif
