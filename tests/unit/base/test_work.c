/* test_work.c: background jobs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/work.h"

enum { DEADLINE_MS = 20000 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED 0
#endif

/* A door that jobs wait at until the test opens it. */
typedef struct Gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t waiting;
	bool open;
} Gate;

#define GATE_INIT {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER}

static void gate_pass(Gate *gate) {
	pthread_mutex_lock(&gate->lock);
	gate->waiting++;
	pthread_cond_broadcast(&gate->changed);
	while (!gate->open) pthread_cond_wait(&gate->changed, &gate->lock);
	gate->waiting--;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}

static void gate_open(Gate *gate) {
	pthread_mutex_lock(&gate->lock);
	gate->open = true;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->lock);
}

static void gate_await(Gate *gate, size_t waiting) {
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += DEADLINE_MS / 1000;
	pthread_mutex_lock(&gate->lock);
	int status = 0;
	while (gate->waiting != waiting && status == 0) status = pthread_cond_timedwait(&gate->changed, &gate->lock, &deadline);
	pthread_mutex_unlock(&gate->lock);
	assert_int_equal(status, 0);
}

typedef struct Task {
	Work *work;
	Gate *gate;
	int input, output;
	bool done;
	pthread_t ran_on;
	struct Task *next;
} Task;

static void task_run(void *job) {
	Task *task = job;
	if (task->gate) gate_pass(task->gate);
	task->output = task->input * 2;
	task->ran_on = pthread_self();
}

static void task_done(void *job) {
	Task *task = job;
	task->done = true;
	if (task->next) work_post(task->work, task_run, task_done, task->next);
}

static Work *new_work(void) {
	Err err = ERR_INIT;
	Work *work = work_new(&err);
	assert_non_null(work);
	return work;
}

static bool readable(const Work *work, int timeout_ms) {
	struct pollfd fd = {.fd = work_fd(work), .events = POLLIN};
	return poll(&fd, 1, timeout_ms) == 1;
}

static void collect_until(Work *work, size_t pending) {
	int64_t deadline = clock_ms() + DEADLINE_MS;
	while (work_pending(work) > pending) {
		assert_true(clock_ms() < deadline);
		if (readable(work, 100)) work_collect(work);
	}
}

static void a_job_runs_elsewhere_and_is_done_here(void **state) {
	(void)state;
	Work *work = new_work();
	Task task = {.input = 21};
	assert_int_equal(work_pending(work), 0);
	work_post(work, task_run, task_done, &task);
	assert_int_equal(work_pending(work), 1);
	assert_true(readable(work, DEADLINE_MS));
	assert_false(task.done);
	assert_int_equal(work_collect(work), 1);
	assert_true(task.done);
	assert_int_equal(task.output, 42);
	assert_false(pthread_equal(task.ran_on, pthread_self()));
	assert_int_equal(work_pending(work), 0);
	assert_false(readable(work, 0));
	assert_int_equal(work_collect(work), 0);
	work_free(work);
}

static void a_thousand_jobs_are_each_done_once(void **state) {
	(void)state;
	enum { COUNT = 1000 };
	static Task tasks[COUNT];
	memset(tasks, 0, sizeof tasks);
	Work *work = new_work();
	for (int i = 0; i < COUNT; i++) {
		tasks[i].input = i;
		work_post(work, task_run, task_done, &tasks[i]);
	}
	assert_int_equal(work_pending(work), COUNT);
	collect_until(work, 0);
	for (int i = 0; i < COUNT; i++) {
		assert_true(tasks[i].done);
		assert_int_equal(tasks[i].output, 2 * i);
	}
	assert_int_equal(work_collect(work), 0);
	work_free(work);
}

/* Seven look-ups that hang leave a thread for the cancel; the eighth makes the ninth wait. */
static void waiting_jobs_hold_up_nobody(void **state) {
	(void)state;
	Work *work = new_work();
	Gate gate = GATE_INIT;
	Task stuck[8], quick = {.input = 1}, late = {.input = 2};
	for (size_t i = 0; i < 8; i++) stuck[i] = (Task){.gate = &gate};
	for (size_t i = 0; i < 7; i++) work_post(work, task_run, task_done, &stuck[i]);
	gate_await(&gate, 7);
	work_post(work, task_run, task_done, &quick);
	collect_until(work, 7);
	assert_true(quick.done);
	work_post(work, task_run, task_done, &stuck[7]);
	gate_await(&gate, 8);
	work_post(work, task_run, task_done, &late);
	assert_int_equal(work_collect(work), 0);
	assert_false(late.done);
	gate_open(&gate);
	collect_until(work, 0);
	assert_true(late.done);
	work_free(work);
}

static void finishing_a_job_may_post_the_next(void **state) {
	(void)state;
	Work *work = new_work();
	Task second = {.input = 5}, first = {.work = work, .input = 4, .next = &second};
	work_post(work, task_run, task_done, &first);
	collect_until(work, 0);
	assert_true(second.done);
	assert_int_equal(second.output, 10);
	work_free(work);
}

static void leaving_with_a_job_running_neither_waits_nor_finishes_it(void **state) {
	(void)state;
	Work *work = new_work();
	static Gate gate = GATE_INIT; /* static: what is left behind may still look at it when this test is over */
	static Task running, waiting[20];
	running.gate = &gate;
	work_post(work, task_run, task_done, &running);
	gate_await(&gate, 1);
	for (size_t i = 0; i < 20; i++) {
		waiting[i].gate = &gate;
		work_post(work, task_run, task_done, &waiting[i]);
	}
	int64_t before = clock_ms();
	work_free(work);
	assert_true(clock_ms() - before < 1000);
	gate_open(&gate);
	gate_await(&gate, 0);
	assert_false(running.done);
	for (size_t i = 0; i < 20; i++) assert_false(waiting[i].done);
}

static void leaving_with_finished_jobs_forgets_them(void **state) {
	(void)state;
	Work *work = new_work();
	Task task = {.input = 1};
	work_post(work, task_run, task_done, &task);
	assert_true(readable(work, DEADLINE_MS));
	work_free(work);
	assert_false(task.done);
	work_free(NULL);
	work_free(new_work());
}

/* As a parser does with nested SQL: 40 MB of stack, every page touched. */
static size_t dive(size_t levels, const volatile char *above) {
	volatile char frame[1024];
	frame[0] = *above;
	return levels ? dive(levels - 1, frame) + (size_t)frame[0] : 0;
}

static void dive_run(void *job) {
	*(size_t *)job = dive(40000, &(char){1});
}

static void dive_done(void *job) {
	(void)job;
}

/* What a thread leaves behind is cleared away when it ends. */
static void note_end(void *ended) {
	*(bool *)ended = true;
}

typedef struct Thing {
	pthread_key_t key;
	bool ended;
} Thing;

static void have_thing(void *job) {
	Thing *thing = job;
	pthread_setspecific(thing->key, &thing->ended);
}

static void think_nothing_of_it(void *job) {
	(void)job;
}

static void a_thread_at_rest_ends_with_its_work(void **state) {
	(void)state;
	Thing thing = {0};
	assert_int_equal(pthread_key_create(&thing.key, note_end), 0);
	Work *work = work_new(NULL);
	work_post(work, have_thing, think_nothing_of_it, &thing);
	struct pollfd fd = {.fd = work_fd(work), .events = POLLIN};
	while (work_pending(work) && poll(&fd, 1, DEADLINE_MS) > 0) work_collect(work);
	work_free(work);
	assert_true(thing.ended);
	pthread_key_delete(thing.key);
}

static void jobs_may_recurse_deeply(void **state) {
	(void)state;
	Work *work = new_work();
	size_t depth = 0;
	work_post(work, dive_run, dive_done, &depth);
	collect_until(work, 0);
	assert_int_equal(depth, 40000);
	work_free(work);
}

static void mask_run(void *job) {
	pthread_sigmask(SIG_SETMASK, NULL, job);
}

static void signals_stay_with_the_loop(void **state) {
	(void)state;
	Work *work = new_work();
	sigset_t theirs, ours;
	work_post(work, mask_run, dive_done, &theirs);
	collect_until(work, 0);
	pthread_sigmask(SIG_SETMASK, NULL, &ours);
	const int signals[] = {SIGINT, SIGTERM, SIGWINCH, SIGCHLD, SIGHUP, SIGTSTP, SIGCONT};
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		assert_int_equal(sigismember(&theirs, signals[i]), 1);
		assert_int_equal(sigismember(&ours, signals[i]), 0);
	}
	work_free(work);
}

static void children_do_not_inherit_the_pipe(void **state) {
	(void)state;
	Work *work = new_work();
	assert_int_equal(fcntl(work_fd(work), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(fcntl(work_fd(work), F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	work_free(work);
}

static void limit(int what, rlim_t most) {
	setrlimit(what, &(struct rlimit){.rlim_cur = most, .rlim_max = most});
}

/* The child's exit status. */
static int in_a_child(int (*act)(void)) {
	pid_t child = fork();
	if (child == 0) _exit(act());
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int work_without_files(void) {
	limit(RLIMIT_NOFILE, 3);
	Err err = ERR_INIT;
	if (work_new(&err)) return 1;
	return strcmp(err.message.text, "could not create a pipe: Too many open files") == 0 ? 0 : 2;
}

static void without_a_pipe_there_is_no_work(void **state) {
	(void)state;
	assert_int_equal(in_a_child(work_without_files), 0);
}

static int work_without_threads(void) {
	Work *work = work_new(NULL);
	limit(RLIMIT_AS, 48 << 20); /* less than a stack */
	Task task = {.input = 4};
	work_post(work, task_run, task_done, &task);
	if (!readable(work, 0) || work_collect(work) != 1) return 1;
	bool here = pthread_equal(task.ran_on, pthread_self());
	work_free(work);
	return task.done && task.output == 8 && here ? 0 : 2;
}

static void without_threads_jobs_run_here(void **state) {
	(void)state;
	if (SANITIZED) {
		printf("skip: without_threads_jobs_run_here: a sanitizer needs more address space than the test leaves\n");
		skip();
	}
	assert_int_equal(in_a_child(work_without_threads), 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_threads_jobs_run_here), /* first: the C library keeps stacks of threads that were */
	    cmocka_unit_test(a_job_runs_elsewhere_and_is_done_here),
	    cmocka_unit_test(a_thousand_jobs_are_each_done_once),
	    cmocka_unit_test(waiting_jobs_hold_up_nobody),
	    cmocka_unit_test(finishing_a_job_may_post_the_next),
	    cmocka_unit_test(leaving_with_a_job_running_neither_waits_nor_finishes_it),
	    cmocka_unit_test(leaving_with_finished_jobs_forgets_them),
	    cmocka_unit_test(a_thread_at_rest_ends_with_its_work),
	    cmocka_unit_test(jobs_may_recurse_deeply),
	    cmocka_unit_test(signals_stay_with_the_loop),
	    cmocka_unit_test(children_do_not_inherit_the_pipe),
	    cmocka_unit_test(without_a_pipe_there_is_no_work),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
