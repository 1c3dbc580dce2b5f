/* client.c: one client of a workload, at work. */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "pg/workload.h"

enum {
	RETRY_MS = 250, /* between two attempts to reach a lost server */
	LONGEST_NAP_MS = 60000
};

typedef struct Client {
	const char *conninfo, *dir;
	int lifeline;
	size_t colleagues; /* of the same name, itself included */
	uint64_t dice;
	PGconn *conn;
} Client;

typedef struct Shift { /* a task and when its turn comes */
	const WorkloadTask *task;
	int64_t due_ms;
} Shift;

/* xorshift64: plenty for choosing customers, and the same everywhere. */
static uint64_t throw_dice(Client *client) {
	client->dice ^= client->dice << 13;
	client->dice ^= client->dice >> 7;
	client->dice ^= client->dice << 17;
	return client->dice;
}

/* False when there is nothing left to live for. */
static bool sleeps_until(const Client *client, int64_t due_ms) {
	struct pollfd lifeline = {.fd = client->lifeline, .events = POLLIN};
	int64_t left;
	do {
		left = due_ms - clock_ms();
		int timeout_ms = left > LONGEST_NAP_MS ? LONGEST_NAP_MS : left > 0 ? (int)left : 0;
		if (poll(&lifeline, 1, timeout_ms) > 0 || access(client->dir, F_OK) != 0) return false;
	} while (left > LONGEST_NAP_MS);
	return true;
}

static void say_nothing(void *owner, const char *notice) {
	(void)owner;
	(void)notice;
}

static bool reaches_server(Client *client) {
	while (!client->conn || PQstatus(client->conn) != CONNECTION_OK) {
		if (client->conn) PQfinish(client->conn);
		client->conn = PQconnectdb(client->conninfo);
		PQsetNoticeProcessor(client->conn, say_nothing, NULL);
		if (PQstatus(client->conn) != CONNECTION_OK && !sleeps_until(client, clock_ms() + RETRY_MS)) return false;
	}
	return true;
}

static const char *draw(Arena *arena, Client *client, const WorkloadParam *param) {
	const WorkloadChoice *choice = &param->choices[throw_dice(client) % param->choice_count];
	if (!choice->after) return choice->before;
	long number = choice->low + (long)(throw_dice(client) % (uint64_t)(choice->high - choice->low + 1));
	return arena_printf(arena, "%s%ld%s", choice->before, number, choice->after);
}

static const char *const *draw_params(Arena *arena, Client *client, const WorkloadTask *task) {
	const char **values = ARENA_ARRAY(arena, const char *, task->param_count);
	for (size_t i = 0; i < task->param_count; i++) values[i] = draw(arena, client, &task->params[i]);
	return values;
}

/* One run of a task; what a statement returns or refuses is of no interest, only that the next one finds no broken transaction. */
static bool runs(Arena *arena, Client *client, const WorkloadTask *task) {
	const char *const *params = draw_params(arena, client, task);
	bool wanted = true;
	for (size_t i = 0; wanted && i < task->step_count; i++) {
		const WorkloadStep *step = &task->steps[i];
		PQclear(PQexecParams(client->conn, step->sql, (int)step->param_count, step->param_types, params, NULL, NULL, 0));
		wanted = sleeps_until(client, clock_ms() + step->pause_ms);
	}
	if (PQtransactionStatus(client->conn) == PQTRANS_INERROR) PQclear(PQexec(client->conn, "rollback"));
	return wanted;
}

/* Regular tasks start at multiples of their period on the machine's clock, so that clients meet without knowing of each other. */
static int64_t next_turn(Client *client, const WorkloadTask *task) {
	int64_t now = clock_ms();
	if (!task->regular) return now + (int64_t)(throw_dice(client) % (uint64_t)(2 * task->period_ms * (int64_t)client->colleagues));
	int64_t since = (now - task->after_ms) % task->period_ms;
	return now + task->period_ms - since;
}

static Shift *next_shift(Shift *shifts, size_t count) {
	Shift *next = &shifts[0];
	for (size_t i = 1; i < count; i++)
		if (shifts[i].due_ms < next->due_ms) next = &shifts[i];
	return next;
}

static void work(Client *client, Shift *shifts, size_t count) {
	Arena *arena = arena_new();
	while (reaches_server(client)) {
		Shift *shift = next_shift(shifts, count);
		if (!sleeps_until(client, shift->due_ms)) break;
		bool wanted = true;
		for (size_t i = 0; wanted && i < shift->task->repeat; i++) {
			arena_clear(arena);
			wanted = runs(arena, client, shift->task);
		}
		if (!wanted) break;
		shift->due_ms = next_turn(client, shift->task);
	}
	arena_free(arena);
}

void workload_run(const Workload *workload, const char *name, size_t number, const char *conninfo, const char *dir, int lifeline) {
	Arena *arena = arena_new();
	Client client = {.dir = dir, .lifeline = lifeline, .colleagues = 1, .dice = 0x9E3779B97F4A7C15u * (number + 1)};
	client.conninfo = arena_printf(arena, "%s application_name='%s'", conninfo, name);
	for (size_t i = 0; i < workload->client_count; i++)
		if (strcmp(workload->clients[i].name, name) == 0) client.colleagues = workload->clients[i].count;
	LIST(Shift) shifts = {0};
	for (size_t i = 0; i < workload->task_count; i++) {
		const WorkloadTask *task = &workload->tasks[i];
		if (strcmp(task->client, name) != 0 || (task->regular && number > 0)) continue;
		*list_push(arena, &shifts) = (Shift){.task = task, .due_ms = next_turn(&client, task)};
	}
	if (shifts.count) work(&client, shifts.items, shifts.count);
	if (client.conn) PQfinish(client.conn);
	arena_free(arena);
}
