/* test_workload.c: a workload's script is understood, or refused with the line that makes no sense. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pg/workload.h"

typedef struct Ground {
	Arena *arena;
	Err err;
} Ground;

static int set_up(void **state) {
	static Ground ground;
	ground = (Ground){.arena = arena_new(), .err = ERR_INIT};
	*state = &ground;
	return 0;
}

static int tear_down(void **state) {
	Ground *ground = *state;
	arena_free(ground->arena);
	err_release(&ground->err);
	return 0;
}

static Workload *understood(Ground *ground, const char *text) {
	Workload *workload = workload_read(ground->arena, text, &ground->err);
	if (!workload) fail_msg("%s", ground->err.message.text);
	return workload;
}

static void rates_are_periods_and_clients_are_counted(void **state) {
	Workload *workload = understood(*state, "--@ web has 4 clients\n--@ web: 4/s\nselect 1;\n--@ worker: 0.5/s\nselect 2;\n");
	assert_int_equal(workload->client_count, 2);
	assert_string_equal(workload->clients[0].name, "web");
	assert_int_equal(workload->clients[0].count, 4);
	assert_int_equal(workload->clients[1].count, 1);
	assert_int_equal(workload->task_count, 2);
	assert_int_equal(workload->tasks[0].period_ms, 250);
	assert_false(workload->tasks[0].regular);
	assert_int_equal(workload->tasks[1].period_ms, 2000);
	assert_string_equal(workload->tasks[1].steps[0].sql, "select 2");
}

static void regular_tasks_have_an_offset_and_a_number_of_runs(void **state) {
	const WorkloadTask *task = understood(*state, "--@ web: every 90s after 5s x300\nselect 1;")->tasks;
	assert_true(task->regular);
	assert_int_equal(task->period_ms, 90000);
	assert_int_equal(task->after_ms, 5000);
	assert_int_equal(task->repeat, 300);
}

static void a_sleep_stands_between_the_statements_of_one_task(void **state) {
	const Workload *workload = understood(*state, "--@ a: 1/s\nbegin;\nselect 1;\n--@ sleep 21.5s\n-- later\ncommit;\n");
	assert_int_equal(workload->task_count, 1);
	const WorkloadTask *task = workload->tasks;
	assert_int_equal(task->step_count, 3);
	assert_int_equal(task->steps[0].pause_ms, 0);
	assert_int_equal(task->steps[1].pause_ms, 21500);
	assert_string_equal(task->steps[2].sql, "commit");
}

static void parameters_are_words_ranges_or_both(void **state) {
	const WorkloadTask *task =
	    understood(*state, "--@ a: 1/s, $1 = 1..500, $2 = open|Customer.7..9@example.com |%x%, $3 = {\"a\": \"b..\"}\nselect $3, $1;")->tasks;
	assert_int_equal(task->param_count, 3);
	assert_int_equal(task->params[0].choice_count, 1);
	assert_int_equal(task->params[0].choices[0].low, 1);
	assert_int_equal(task->params[0].choices[0].high, 500);
	assert_string_equal(task->params[0].choices[0].before, "");
	const WorkloadChoice *choices = task->params[1].choices;
	assert_int_equal(task->params[1].choice_count, 3);
	assert_string_equal(choices[0].before, "open");
	assert_null(choices[0].after);
	assert_string_equal(choices[1].before, "Customer.");
	assert_string_equal(choices[1].after, "@example.com ");
	assert_int_equal(choices[1].low, 7);
	assert_string_equal(choices[2].before, "%x%");
	assert_string_equal(task->params[2].choices[0].before, "{\"a\": \"b..\"}");
	assert_int_equal(task->steps[0].param_count, 3);
	assert_int_equal(task->steps[0].param_types[0], 0);
	assert_int_not_equal(task->steps[0].param_types[1], 0); /* $2 is not used, and the server wants to know what it is */
}

static void nonsense_is_refused_with_its_line(void **state) {
	Ground *ground = *state;
	static const char *const nonsense[] = {
		"--@", "--@ :", "--@ web", "--@ web has", "--@ web has 0 clients", "--@ web: 0/s", "--@ web: often", "--@ web: 3/m",
		"--@ web: every day", "--@ web: every 0s", "--@ web: every 5s x0", "--@ web: 1/s, $2 = 1", "--@ web: 1/s, $1 = ", "--@ web: 1/s, $1",
		"--@ web: 1/s, $1 = 9..1", "--@ web: 1/s and more", "--@ sleep 5s", "--@ web: 1/s\n--@ sleep 5s", "--@ web: 1/s\nselect $1;",
		"--@ web: 1/s, $1 = 1\nselect $2;", "--@ web has 2 clients\nselect 1;", "--@ web: 1/s\nselect $0;", "--@ web: every 9999999999s",
	};
	for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
		if (workload_read(ground->arena, nonsense[i], &ground->err)) fail_msg("understood: %s", nonsense[i]);
		assert_int_equal(ground->err.kind, ERR_INPUT);
		assert_non_null(strstr(ground->err.message.text, "line "));
		err_clear(&ground->err);
	}
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(rates_are_periods_and_clients_are_counted),
		TEST(regular_tasks_have_an_offset_and_a_number_of_runs),
		TEST(a_sleep_stands_between_the_statements_of_one_task),
		TEST(parameters_are_words_ranges_or_both),
		TEST(nonsense_is_refused_with_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
