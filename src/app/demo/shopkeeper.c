/* shopkeeper.c: the process that opens the demo's shop, fills it and sends the customers in. */
#include "app/shopkeeper.h"

#include <ctype.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/embedded.h"
#include "pg/child.h"
#include "pg/script.h"
#include "pg/workload.h"

extern const Embedded embedded_demo[];

const char shop_database[] = "shop";

/* How many there are at scale 1; the words :orders and so on in the scripts. */
static const ScriptValue amounts[] = {
	{"products", 20000},  {"customers", 120000}, {"unsubscribed", 10000}, {"orders", 350000},
	{"payments", 250000}, {"shipments", 100000}, {"carts", 30000},        {"reviews", 60000},
	{"feed", 10000},      {"events", 1500000},   {"sessions", 60000},     {"deep", 200000} /* offset of the last page anybody reads */
};

enum { AMOUNTS = sizeof amounts / sizeof *amounts, FEWEST = 100 };

typedef struct Step {
	double weight; /* of all steps' */
	const char *what;
	size_t times;
	const char *sql;
	const char *clients; /* or the clients to start then */
} Step;

typedef struct Keeper {
	Arena *arena;
	const Shop *shop;
	const Workload *workload;
	ScriptValue rows[AMOUNTS]; /* amounts at our scale */
	double weight_done, weight_total;
	Err err;
} Keeper;

static void tell(const Keeper *keeper, enum ShopNews kind, const char *text) {
	const char *record = arena_printf(keeper->arena, "%c%s", kind, text);
	if (write(keeper->shop->news, record, strlen(record) + 1) < 0) return; /* the lifeline will tell, too */
}

static bool console_is_gone(const Keeper *keeper, int timeout_ms) {
	struct pollfd lifeline = {.fd = keeper->shop->lifeline, .events = POLLIN};
	return poll(&lifeline, 1, timeout_ms) > 0;
}

static const char *filled(const Keeper *keeper, const char *file) {
	return script_fill(keeper->arena, embedded_text(embedded_demo, file), keeper->rows, AMOUNTS);
}

/* "12 orders x4" or "start web worker" */
static Step read_step(Arena *arena, const ScriptBlock *block) {
	static const char start[] = "start ";
	if (strncmp(block->head, start, sizeof start - 1) == 0) return (Step){.clients = block->head + sizeof start - 1};
	char *what;
	Step step = {.weight = strtod(block->head, &what), .times = 1, .sql = block->sql};
	const char *last = strrchr(what, ' ');
	size_t len = strlen(what);
	if (last && last[1] == 'x' && isdigit((unsigned char)last[2])) {
		step.times = strtoul(last + 2, NULL, 10);
		len = (size_t)(last - what);
	}
	step.what = arena_copy_n(arena, what + strspn(what, " "), len - strspn(what, " "));
	return step;
}

/* Loading is not part of the picture: it stays out of the statement statistics. */
static bool load(Keeper *keeper, const Step *step) {
	for (size_t i = 0; i < step->times; i++) {
		tell(keeper, NEWS_STEP, arena_printf(keeper->arena, "%.3f %s", keeper->weight_done / keeper->weight_total, step->what));
		const ScriptValue part = {.name = "part", .value = (long)i};
		const char *sql = script_fill(keeper->arena, step->sql, &part, 1);
		const char *script = arena_printf(keeper->arena, "set pg_stat_statements.track = none; set application_name = loader; %s", sql);
		if (console_is_gone(keeper, 0) || !cluster_run(keeper->shop->cluster, shop_database, script, &keeper->err)) return false;
		keeper->weight_done += step->weight / (double)step->times;
	}
	return true;
}

static bool is_among(const char *name, const char *names) {
	size_t len = strlen(name);
	for (; *names; names += strcspn(names, " "), names += *names == ' ')
		if (strcspn(names, " ") == len && memcmp(names, name, len) == 0) return true;
	return false;
}

static void start_clients(const Keeper *keeper, const char *names) {
	const Workload *workload = keeper->workload;
	const char *conninfo = cluster_conninfo(keeper->arena, keeper->shop->cluster, shop_database);
	const char *dir = cluster_dir(keeper->shop->cluster);
	for (size_t i = 0; i < workload->client_count; i++) {
		if (!is_among(workload->clients[i].name, names)) continue;
		for (size_t number = 0; number < workload->clients[i].count; number++) {
			if (child_fork(&keeper->shop->lifeline, 1) != 0) continue;
			workload_run(workload, workload->clients[i].name, number, conninfo, dir, CHILD_FD);
			_exit(0);
		}
	}
}

static bool fill_and_open_doors(Keeper *keeper) {
	const char *script_text = filled(keeper, "load.sql");
	keeper->workload = workload_read(keeper->arena, filled(keeper, "workload.sql"), &keeper->err);
	if (!keeper->workload) return false;
	Script script = script_read(keeper->arena, script_text);
	Step *steps = ARENA_ARRAY(keeper->arena, Step, script.count);
	for (size_t i = 0; i < script.count; i++) {
		steps[i] = read_step(keeper->arena, &script.blocks[i]);
		keeper->weight_total += steps[i].weight;
	}
	for (size_t i = 0; i < script.count; i++) {
		if (steps[i].clients && keeper->shop->load) start_clients(keeper, steps[i].clients);
		if (!steps[i].clients && !load(keeper, &steps[i])) return false;
	}
	return true;
}

static bool open_shop(Keeper *keeper) {
	Cluster *cluster = keeper->shop->cluster;
	bool up = cluster_await(cluster, &keeper->err);
	cluster_disown(cluster);
	if (!up || !cluster_run(cluster, "postgres", arena_printf(keeper->arena, "create database %s", shop_database), &keeper->err) ||
	    !cluster_run(cluster, shop_database, embedded_text(embedded_demo, "extensions.sql"), &keeper->err)) return false;
	tell(keeper, NEWS_OPEN, "");
	return fill_and_open_doors(keeper);
}

void shopkeeper_run(const Shop *shop) {
	Keeper keeper = {.arena = arena_new(), .shop = shop, .err = ERR_INIT};
	signal(SIGCHLD, SIG_IGN); /* clients that end bury themselves */
	for (size_t i = 0; i < AMOUNTS; i++) {
		long rows = (long)((double)amounts[i].value * shop->scale);
		keeper.rows[i] = (ScriptValue){.name = amounts[i].name, .value = rows > FEWEST ? rows : FEWEST};
	}
	bool fine = open_shop(&keeper);
	if (fine) tell(&keeper, NEWS_DONE, "");
	else tell(&keeper, NEWS_PROBLEM, arena_printf(keeper.arena, "%s\x1f%s", keeper.err.message.text, keeper.err.hint.text));
	while (!console_is_gone(&keeper, -1)) continue;
	err_release(&keeper.err);
	arena_free(keeper.arena);
}
