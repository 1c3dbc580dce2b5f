/* demo.c: a throw-away server with a slow shop in it, seen from the console. */
#include "app/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/shopkeeper.h"
#include "pg/child.h"

/* What it takes at scale 1, with the server's own logs and sorts; and at any scale. */
static const double scaled_bytes = 1.0e9, fixed_bytes = 0.4e9;
static const double smallest_scale = 0.001, largest_scale = 100;

struct Demo {
	Arena *arena;
	Cluster *cluster;
	const char *port;
	pid_t keeper;
	int lifeline; /* closed when we go: it is all the shopkeeper and the clients wait for */
	int news;
	Str record; /* the piece of news that has arrived so far */
	Str step;
	double share;
	bool open, done;
	Err problem;
};

static const char settings[] =
	"track_io_timing = on\n"
	"pg_stat_statements.track_planning = on\n"
	"pg_stat_statements.track_utility = off\n"
	"maintenance_work_mem = 256MB\n"
	"max_wal_size = 256MB\n";

static bool check_spec(const DemoSpec *spec, Err *err) {
	if (!(spec->scale >= smallest_scale && spec->scale <= largest_scale))
		return err_set(err, ERR_USAGE, "scale must be between %g and %g", smallest_scale, largest_scale);
	if (spec->port < 0 || spec->port > 65535) return err_set(err, ERR_USAGE, "port must be between 1 and 65535");
	return true;
}

static Cluster *launch(Arena *arena, const DemoSpec *spec, Err *err) {
	const char *bin_dir = cluster_find_binaries(arena, err);
	if (!bin_dir) return NULL;
	bool has_statements = cluster_offers(arena, bin_dir, "pg_stat_statements");
	const ClusterSpec cluster = {
		.bin_dir = bin_dir,
		.port = spec->port,
		.settings = arena_printf(arena, "%s%s", settings, has_statements ? "shared_preload_libraries = pg_stat_statements\n" : ""),
		.keep = spec->keep,
		.room_bytes = fixed_bytes + spec->scale * scaled_bytes,
	};
	return cluster_launch(&cluster, err);
}

/* A pipe of which our end is not passed on to programs we run. */
static bool make_pipe(int ends[2], Err *err) {
	if (pipe(ends) != 0) return err_system(err, "cannot create a pipe");
	for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	return true;
}

static bool send_shopkeeper(Demo *demo, const DemoSpec *spec, Err *err) {
	int lifeline[2], news[2];
	if (!make_pipe(lifeline, err)) return false;
	demo->lifeline = lifeline[1];
	if (!make_pipe(news, err)) {
		close(lifeline[0]);
		return false;
	}
	demo->news = news[0];
	fcntl(demo->news, F_SETFL, O_NONBLOCK);
	const int theirs[] = {lifeline[0], news[1], cluster_channel(demo->cluster)};
	demo->keeper = child_fork(theirs, 3);
	if (demo->keeper == 0) {
		cluster_adopt(demo->cluster, CHILD_FD + 2);
		const Shop shop = {.cluster = demo->cluster, .scale = spec->scale, .load = spec->load,
		                   .lifeline = CHILD_FD, .news = CHILD_FD + 1};
		shopkeeper_run(&shop);
		_exit(0);
	}
	close(lifeline[0]);
	close(news[1]);
	return demo->keeper > 0 || err_system(err, "cannot start a process");
}

Demo *demo_start(const DemoSpec *spec, Err *err) {
	if (!check_spec(spec, err)) return NULL;
	Arena *arena = arena_new();
	Demo *demo = ARENA_NEW(arena, Demo);
	*demo = (Demo){.arena = arena, .keeper = -1, .lifeline = -1, .news = -1,
	               .record = STR_INIT, .step = STR_INIT, .problem = ERR_INIT};
	str_add(&demo->step, "starting a throw-away server");
	demo->cluster = launch(arena, spec, err);
	if (demo->cluster && send_shopkeeper(demo, spec, err)) {
		demo->port = arena_printf(arena, "%d", cluster_port(demo->cluster));
		return demo;
	}
	demo_stop(demo);
	return NULL;
}

void demo_stop(Demo *demo) {
	if (!demo) return;
	if (demo->lifeline >= 0) close(demo->lifeline);
	if (demo->keeper > 0) {
		kill(demo->keeper, SIGKILL); /* it holds nothing, and might be in the middle of a long step */
		waitpid(demo->keeper, NULL, 0);
	}
	if (demo->news >= 0) close(demo->news);
	cluster_stop(demo->cluster);
	str_release(&demo->record);
	str_release(&demo->step);
	err_release(&demo->problem);
	arena_free(demo->arena);
}

/* ---- news ---- */

static void note_problem(Demo *demo, const char *text) {
	size_t len = strcspn(text, "\x1f");
	err_set(&demo->problem, ERR_SYSTEM, "%.*s", (int)len, text);
	if (text[len] && text[len + 1]) err_hint(&demo->problem, "%s", text + len + 1);
}

static void note(Demo *demo, const char *record) {
	char *what;
	switch ((enum ShopNews)record[0]) {
	case NEWS_OPEN: demo->open = true; break;
	case NEWS_DONE: demo->done = true; break;
	case NEWS_PROBLEM: note_problem(demo, record + 1); break;
	case NEWS_STEP:
		demo->share = strtod(record + 1, &what);
		str_clear(&demo->step);
		str_add(&demo->step, what + (*what == ' '));
		break;
	}
}

static void read_news(Demo *demo, const char *bytes, size_t len) {
	for (size_t i = 0; i < len; i++) {
		str_add_char(&demo->record, bytes[i]);
		if (bytes[i] != '\0') continue;
		note(demo, demo->record.text);
		str_clear(&demo->record);
	}
}

void demo_ready(Demo *demo) {
	char bytes[512];
	ssize_t len = 0;
	while (demo->news >= 0 && (len = read(demo->news, bytes, sizeof bytes)) > 0) read_news(demo, bytes, (size_t)len);
	if (demo->news < 0 || (len < 0 && (errno == EAGAIN || errno == EINTR))) return;
	close(demo->news);
	demo->news = -1;
	if (!demo->done && !err_is(&demo->problem)) err_set(&demo->problem, ERR_SYSTEM, "the process that fills the demo's shop ended");
}

int demo_fd(const Demo *demo) {
	return demo->news;
}

bool demo_open(const Demo *demo) {
	return demo->open;
}

const char *demo_progress(const Demo *demo, double *share) {
	if (share) *share = demo->share;
	return demo->done || err_is(&demo->problem) ? NULL : demo->step.text;
}

const Err *demo_problem(const Demo *demo) {
	return err_is(&demo->problem) ? &demo->problem : NULL;
}

ConnParams demo_conn_params(const Demo *demo) {
	return (ConnParams){.host = cluster_socket_dir(demo->cluster), .port = demo->port,
	                    .user = cluster_user(demo->cluster), .database = shop_database};
}

const Cluster *demo_cluster(const Demo *demo) {
	return demo->cluster;
}

char *demo_psql_line(Arena *arena, const Demo *demo) {
	return arena_printf(arena, "psql -h %s -p %s -U %s %s", cluster_socket_dir(demo->cluster), demo->port,
	                    cluster_user(demo->cluster), shop_database);
}

char *demo_end_line(Arena *arena, const Demo *demo) {
	const char *dir = cluster_dir(demo->cluster);
	return arena_printf(arena, "kill -QUIT $(head -n 1 %s/data/postmaster.pid); rm -rf %s", dir, dir);
}
