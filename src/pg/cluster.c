/* cluster.c: a throw-away PostgreSQL on this machine. */
#include "pg/cluster.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/clock.h"
#include "pg/supervisor.h"

enum {
	PATIENCE_MS = 15000, /* for starting and for clearing away */
	PING_MS = 20, /* between two looks whether it takes connections */
	LOG_LINES = 5, /* shown when it does not */
	EMPTY_BYTES = 100 << 20 /* an empty cluster and its first log segments */
};

struct Cluster {
	Arena *arena;
	const char *dir, *bin_dir, *log;
	int port;
	pid_t server;
	Supervisor supervisor;
	SupervisorOrders orders;
};

static const char superuser[] = "postgres";

/* What SupervisorOrders.clean has to do. */
static const char cleaner[] =
	"trap '' HUP INT TERM\n"
	"read -r word\n"
	"[ \"$word\" = kept ] && exit\n"
	"[ \"$word\" = gone ] || kill -QUIT \"$(head -n 1 \"$1/data/postmaster.pid\")\"\n"
	"rm -rf -- \"$1\"";

/* The account the server runs as: ours, or, since PostgreSQL refuses to run as root, an unprivileged one. */
static bool choose_account(SupervisorOrders *orders, Err *err) {
	orders->uid = geteuid();
	orders->gid = getegid();
	if (orders->uid != 0) return true;
	const struct passwd *account = getpwnam("postgres");
	if (!account) account = getpwnam("nobody");
	if (!account) {
		err_set(err, ERR_SYSTEM, "cannot run PostgreSQL as root, and there is no account postgres or nobody");
		err_hint(err, "Run it as an ordinary user.");
		return false;
	}
	orders->change_account = true;
	orders->uid = account->pw_uid;
	orders->gid = account->pw_gid;
	return true;
}

/* ---- where it lives ---- */

/* Only characters that mean nothing to a shell, a conninfo string or postgresql.conf, and room for the socket's name. */
static bool plain_path(const char *path) {
	enum { LONGEST = sizeof ((struct sockaddr_un *)0)->sun_path - sizeof "/pgwhy-1234567890-XXXXXX/.s.PGSQL.65535" };
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-";
	return path && path[0] == '/' && strlen(path) <= LONGEST && path[strspn(path, plain)] == '\0';
}

/* May an account other than root get in there? */
static bool others_may_enter(Arena *arena, const char *path) {
	char *part = arena_copy(arena, path);
	for (char *slash = part; (slash = strchr(slash + 1, '/'));) {
		struct stat about;
		*slash = '\0';
		if (stat(part, &about) != 0 || !(about.st_mode & S_IXOTH)) return false;
		*slash = '/';
	}
	struct stat about;
	return stat(path, &about) == 0 && S_ISDIR(about.st_mode) && (about.st_mode & S_IXOTH);
}

typedef struct Places {
	const char *paths[4];
	size_t count;
	bool too_full; /* there are others, without enough room */
} Places;

static bool has_room(const char *path, double bytes) {
	struct statvfs about;
	return statvfs(path, &about) == 0 && (double)about.f_bavail * (double)about.f_frsize >= bytes;
}

/* Disks first: the runtime directory is memory. */
static Places usable_places(Arena *arena, const SupervisorOrders *orders, double room_bytes) {
	const char *candidates[] = {getenv("TMPDIR"), "/tmp", "/var/tmp", getenv("XDG_RUNTIME_DIR")};
	Places places = {.count = 0};
	for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
		if (!plain_path(candidates[i]) || access(candidates[i], W_OK | X_OK) != 0) continue;
		if (orders->change_account && !others_may_enter(arena, candidates[i])) continue;
		if (has_room(candidates[i], room_bytes)) places.paths[places.count++] = candidates[i];
		else places.too_full = true;
	}
	return places;
}

/* pgwhy-PID-XXXXXX with the process that made it, so that nobody sweeps it before its supervisor holds the lock; kept ones are
 * named so that nobody sweeps them at all. */
static const char *make_dir(Arena *arena, const Places *places, bool keep, Err *err) {
	const char *owner = keep ? "kept" : arena_printf(arena, "%ld", (long)getpid());
	for (size_t i = 0; i < places->count; i++) {
		char *dir = arena_printf(arena, "%s/pgwhy-%s-XXXXXX", places->paths[i], owner);
		if (mkdtemp(dir)) return dir;
	}
	err_set(err, ERR_SYSTEM, "cannot make a directory for a throw-away server: %s",
	        places->count ? strerror(errno) : places->too_full ? "not enough room" : "no place to write to");
	err_hint(err, "Set TMPDIR to a writable directory with a short, plain path.");
	return NULL;
}

/* ---- what earlier ones left behind ---- */

static bool is_locked(Arena *arena, const char *dir) {
	int fd = open(arena_printf(arena, "%s/lock", dir), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) return errno != ENOENT;
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	bool locked = fcntl(fd, F_GETLK, &whole) != 0 || whole.l_type != F_UNLCK;
	close(fd);
	return locked;
}

static bool is_leftover(Arena *arena, const char *dir, const char *name, uid_t account) {
	int length = 0;
	long starter = 0;
	if (sscanf(name, "pgwhy-%ld-%n", &starter, &length) != 1 || !length || starter <= 0) return false;
	if (kill((pid_t)starter, 0) == 0 || errno != ESRCH) return false;
	struct stat about;
	if (lstat(dir, &about) != 0 || !S_ISDIR(about.st_mode) || about.st_uid != account) return false;
	return !is_locked(arena, dir);
}

static bool somebody_listens(Arena *arena, const char *dir, int port) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = arena_printf(arena, "%s/.s.PGSQL.%d", dir, port);
	if (strlen(path) >= sizeof address.sun_path) return false;
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	bool connected = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
	if (fd >= 0) close(fd);
	return connected;
}

/* The postmaster that still runs in a leftover whose supervisor was killed, or 0. Its pid file alone proves nothing: that number may be
 * another process by now. A server that answers on its socket is alive, and then the number is its own. */
static pid_t stray_server(Arena *arena, const char *dir) {
	int fd = open(arena_printf(arena, "%s/data/postmaster.pid", dir), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file) return 0;
	long pid = 0;
	int port = 0; /* line 1: pid, 2: data directory, 3: start time, 4: port */
	int found = fscanf(file, "%ld %*[^\n] %*s %d", &pid, &port);
	fclose(file);
	return found == 2 && pid > 1 && somebody_listens(arena, dir, port) ? (pid_t)pid : 0;
}

static void find_leftovers(Arena *arena, const Places *places, SupervisorOrders *orders) {
	LIST(char *) sweep = {0};
	LIST(pid_t) stray = {0};
	static const char *const words[] = {"rm", "-rf", "--"};
	for (size_t i = 0; i < 3; i++) *list_push(arena, &sweep) = arena_copy(arena, words[i]);
	for (size_t i = 0; i < places->count; i++) {
		DIR *place = opendir(places->paths[i]);
		for (struct dirent *entry; place && (entry = readdir(place));) {
			char *dir = arena_printf(arena, "%s/%s", places->paths[i], entry->d_name);
			if (strncmp(entry->d_name, "pgwhy-", 6) != 0 || !is_leftover(arena, dir, entry->d_name, orders->uid)) continue;
			*list_push(arena, &sweep) = dir;
			pid_t server = stray_server(arena, dir);
			if (server) *list_push(arena, &stray) = server;
		}
		if (place) closedir(place);
	}
	if (sweep.count == 3) return;
	*list_push(arena, &sweep) = NULL;
	*list_push(arena, &stray) = 0;
	orders->sweep = sweep.items;
	orders->stray = stray.items;
}

/* ---- starting ---- */

static bool write_file(const char *path, const char *text, const SupervisorOrders *orders, Err *err) {
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t len = strlen(text);
	bool fine = fd >= 0 && write(fd, text, len) == (ssize_t)len &&
	            (!orders->change_account || fchown(fd, orders->uid, orders->gid) == 0);
	if (!fine) err_system(err, path);
	if (fd >= 0) close(fd);
	return fine;
}

/* Configuration stands beside the data directory, which initdb wants empty. Durability is for data somebody needs. */
static bool write_configuration(const Cluster *cluster, const ClusterSpec *spec, Err *err) {
	Arena *arena = cluster->arena;
	const char *settings = arena_printf(arena,
		"listen_addresses = ''\nunix_socket_directories = '%s'\nport = %d\n"
		"fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n%s\n",
	    cluster->dir, cluster->port, spec->settings ? spec->settings : "");
	const char *hba = arena_printf(arena, "%s\nlocal all all trust\nlocal replication all trust\n", spec->hba ? spec->hba : "");
	return write_file(arena_printf(arena, "%s/postgresql.conf", cluster->dir), settings, &cluster->orders, err) &&
	       write_file(arena_printf(arena, "%s/pg_hba.conf", cluster->dir), hba, &cluster->orders, err);
}

static Command command(Arena *arena, const char *first, ...) {
	LIST(char *) words = {0};
	va_list more;
	va_start(more, first);
	for (const char *word = first; word; word = va_arg(more, const char *)) *list_push(arena, &words) = arena_copy(arena, word);
	va_end(more);
	*list_push(arena, &words) = NULL;
	return words.items;
}

/* Sorted by code point, upper and lower case known: the same on every machine that has it. */
static const char *choose_locale(const char *encoding) {
	if (strcmp(encoding, "UTF8") != 0) return "C";
	locale_t known = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
	if (!known) return "C";
	freelocale(known);
	return "C.UTF-8";
}

static Command creation(Arena *arena, const Cluster *cluster, const ClusterSpec *spec, const char *data) {
	const char *encoding = spec->encoding ? spec->encoding : "UTF8";
	if (spec->standby_of)
		return command(arena, arena_printf(arena, "%s/pg_basebackup", cluster->bin_dir), "-D", data, "-d",
		               cluster_conninfo(arena, spec->standby_of, "postgres"), "-R", "-c", "fast", "--no-sync", (char *)NULL);
	return command(arena, arena_printf(arena, "%s/initdb", cluster->bin_dir), "-D", data, "-U", superuser, "-A", "trust",
	               "-E", encoding, arena_printf(arena, "--locale=%s", choose_locale(encoding)), "--no-sync", (char *)NULL);
}

static void give_orders(Cluster *cluster, const ClusterSpec *spec) {
	Arena *arena = cluster->arena;
	const char *dir = cluster->dir, *data = arena_printf(arena, "%s/data", dir);
	SupervisorOrders *orders = &cluster->orders;
	cluster->log = orders->log = arena_printf(arena, "%s/log", dir);
	orders->lock = arena_printf(arena, "%s/lock", dir);
	orders->create = creation(arena, cluster, spec, data);
	orders->serve = command(arena, arena_printf(arena, "%s/postgres", cluster->bin_dir), "-D", data,
	                        "-c", arena_printf(arena, "config_file=%s/postgresql.conf", dir),
	                        "-c", arena_printf(arena, "hba_file=%s/pg_hba.conf", dir), (char *)NULL);
	orders->clean = command(arena, "sh", "-c", cleaner, "cleaner", dir, (char *)NULL);
	orders->keep = spec->keep;
}

static bool launch(Cluster *cluster, const ClusterSpec *spec, Err *err) {
	cluster->bin_dir = spec->bin_dir ? arena_copy(cluster->arena, spec->bin_dir) : cluster_find_binaries(cluster->arena, err);
	if (!cluster->bin_dir || !choose_account(&cluster->orders, err)) return false;
	Places places = usable_places(cluster->arena, &cluster->orders, spec->room_bytes > 0 ? spec->room_bytes : EMPTY_BYTES);
	find_leftovers(cluster->arena, &places, &cluster->orders);
	cluster->dir = make_dir(cluster->arena, &places, spec->keep, err);
	if (!cluster->dir) return false;
	give_orders(cluster, spec);
	if (!write_configuration(cluster, spec, err)) return false;
	if (cluster->orders.change_account && chown(cluster->dir, cluster->orders.uid, cluster->orders.gid) != 0)
		return err_system(err, cluster->dir);
	return supervisor_fork(&cluster->orders, &cluster->supervisor, err);
}

/* What launch made before it failed: two files at most. */
static void unmake_dir(Arena *arena, const char *dir) {
	unlink(arena_printf(arena, "%s/postgresql.conf", dir));
	unlink(arena_printf(arena, "%s/pg_hba.conf", dir));
	rmdir(dir);
}

Cluster *cluster_launch(const ClusterSpec *spec, Err *err) {
	Arena *arena = arena_new();
	Cluster *cluster = ARENA_NEW(arena, Cluster);
	cluster->arena = arena;
	cluster->port = spec->port ? spec->port : 5432;
	if (launch(cluster, spec, err)) return cluster;
	if (cluster->dir) unmake_dir(arena, cluster->dir);
	arena_free(arena);
	return NULL;
}

Cluster *cluster_start(const ClusterSpec *spec, Err *err) {
	Cluster *cluster = cluster_launch(spec, err);
	if (!cluster || cluster_await(cluster, err)) return cluster;
	cluster_stop(cluster);
	return NULL;
}

/* ---- waiting until it is there ---- */

/* What the server said last, which is where it says why it would not start. */
static void show_log(const Cluster *cluster, Err *err) {
	FILE *file = fopen(cluster->log, "r");
	if (!file) return;
	char *lines[LOG_LINES] = {NULL};
	size_t room[LOG_LINES] = {0}, count = 0;
	while (getline(&lines[count % LOG_LINES], &room[count % LOG_LINES], file) > 0) count++;
	fclose(file);
	Str tail = STR_INIT;
	for (size_t i = count > LOG_LINES ? count - LOG_LINES : 0; i < count; i++) str_add(&tail, lines[i % LOG_LINES]);
	if (tail.len) str_cut(&tail, tail.len - 1);
	if (tail.len) err_hint(err, "Its log ends with:\n%s", tail.text);
	str_release(&tail);
	for (size_t i = 0; i < LOG_LINES; i++) free(lines[i]);
}

static bool failed(const Cluster *cluster, Err *err, ErrKind kind, const char *what) {
	err_set(err, kind, "%s", what);
	show_log(cluster, err);
	return false;
}

static bool await_until(Cluster *cluster, int64_t deadline_ms, Err *err) {
	const char *conninfo = cluster_conninfo(cluster->arena, cluster, "postgres");
	while (clock_ms() < deadline_ms) {
		int value = 0;
		switch (supervisor_listen(&cluster->supervisor, PING_MS, &value)) {
		case SUPERVISOR_SERVES: cluster->server = value; continue;
		case SUPERVISOR_FAILED:
			cluster->server = 0;
			return failed(cluster, err, ERR_SYSTEM, "the throw-away server did not start");
		case SUPERVISOR_GONE: return failed(cluster, err, ERR_SYSTEM, "the process that keeps the throw-away server ended");
		case SUPERVISOR_SILENT: break;
		}
		if (cluster->server && PQping(conninfo) == PQPING_OK) return true;
	}
	return failed(cluster, err, ERR_TIMEOUT, "the throw-away server takes no connections yet");
}

bool cluster_await(Cluster *cluster, Err *err) {
	return await_until(cluster, clock_ms() + PATIENCE_MS, err);
}

/* The first attempts may fail: backends of a server that was killed hold its memory until they notice. */
bool cluster_restart(Cluster *cluster, Err *err) {
	int64_t deadline_ms = clock_ms() + PATIENCE_MS;
	int old_news;
	SupervisorEvent event;
	do event = supervisor_listen(&cluster->supervisor, 0, &old_news);
	while (event != SUPERVISOR_SILENT && event != SUPERVISOR_GONE);
	do {
		cluster->server = 0;
		if (!supervisor_restart(&cluster->supervisor)) return failed(cluster, err, ERR_SYSTEM, "the throw-away server is gone");
		if (await_until(cluster, deadline_ms, err)) return true;
	} while (clock_ms() < deadline_ms && !poll(NULL, 0, PING_MS));
	return false;
}

void cluster_stop(Cluster *cluster) {
	if (!cluster) return;
	if (cluster->supervisor.fd >= 0) supervisor_dismiss(&cluster->supervisor, PATIENCE_MS);
	arena_free(cluster->arena);
}

int cluster_channel(const Cluster *cluster) {
	return cluster->supervisor.fd;
}

void cluster_adopt(Cluster *cluster, int channel) {
	cluster->supervisor.fd = channel;
}

void cluster_disown(Cluster *cluster) {
	close(cluster->supervisor.fd);
	cluster->supervisor.fd = -1;
}

const char *cluster_dir(const Cluster *cluster) {
	return cluster->dir;
}

const char *cluster_socket_dir(const Cluster *cluster) {
	return cluster->dir;
}

const char *cluster_bin_dir(const Cluster *cluster) {
	return cluster->bin_dir;
}

int cluster_port(const Cluster *cluster) {
	return cluster->port;
}

const char *cluster_user(const Cluster *cluster) {
	(void)cluster;
	return superuser;
}

int cluster_server_pid(const Cluster *cluster) {
	return (int)cluster->server;
}

int cluster_supervisor_pid(const Cluster *cluster) {
	return (int)cluster->supervisor.pid;
}

bool cluster_signal(const Cluster *cluster, int signal_number) {
	return cluster->server > 0 && kill(cluster->server, signal_number) == 0;
}

/* ---- SQL ---- */

/* Empty words keep PGHOSTADDR and PGOPTIONS, meant for another server, out of it. */
char *cluster_conninfo(Arena *arena, const Cluster *cluster, const char *database) {
	Str quoted = STR_INIT;
	for (; *database; database++) {
		if (strchr("'\\", *database)) str_add_char(&quoted, '\\');
		str_add_char(&quoted, *database);
	}
	char *conninfo = arena_printf(arena, "host=%s port=%d user=%s dbname='%s' hostaddr='' options='' connect_timeout=5",
	                              cluster->dir, cluster->port, superuser, quoted.text);
	str_release(&quoted);
	return conninfo;
}

static void say_nothing(void *owner, const char *notice) {
	(void)owner;
	(void)notice;
}

/* The last result of a script, or NULL. */
static PGresult *execute(const Cluster *cluster, const char *database, const char *script, Err *err) {
	Arena *arena = arena_new();
	PGconn *conn = PQconnectdb(cluster_conninfo(arena, cluster, database));
	arena_free(arena);
	PQsetNoticeProcessor(conn, say_nothing, NULL);
	PGresult *result = PQstatus(conn) == CONNECTION_OK ? PQexec(conn, script) : NULL;
	ExecStatusType status = PQresultStatus(result);
	bool fine = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
	if (!fine) {
		const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
		const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
		Str message = STR_INIT;
		str_add(&message, primary ? primary : PQerrorMessage(conn));
		while (message.len && message.text[message.len - 1] == '\n') str_cut(&message, message.len - 1);
		err_set(err, result ? ERR_SERVER : ERR_CONNECTION, "%s", message.text);
		if (err && sqlstate) memcpy(err->sqlstate, sqlstate, sizeof err->sqlstate);
		str_release(&message);
		PQclear(result);
		result = NULL;
	}
	PQfinish(conn);
	return result;
}

bool cluster_run(const Cluster *cluster, const char *database, const char *script, Err *err) {
	PGresult *result = execute(cluster, database, script, err);
	PQclear(result);
	return result != NULL;
}

char *cluster_ask(Arena *arena, const Cluster *cluster, const char *database, const char *sql, Err *err) {
	PGresult *result = execute(cluster, database, sql, err);
	if (!result) return NULL;
	char *value = arena_copy(arena, PQntuples(result) && PQnfields(result) ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	return value;
}
