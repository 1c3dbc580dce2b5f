/* binaries.c: where PostgreSQL's server programs are on this machine. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "pg/cluster.h"

/* Where packages and builds put them, with one place for the major version. */
static const char *const usual_places[] = {
	"/usr/lib/postgresql/*/bin", /* Debian, Ubuntu */
	"/usr/pgsql-*/bin", /* PGDG's RPMs */
	"/usr/libexec/postgresql*", /* Alpine */
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/usr/local/pgsql/bin",
};

static bool has_server(Arena *arena, const char *dir) {
	return access(arena_printf(arena, "%s/initdb", dir), X_OK) == 0 &&
	       access(arena_printf(arena, "%s/postgres", dir), X_OK) == 0;
}

/* The one line that a command answers, or NULL. */
static const char *answer_of(Arena *arena, const char *command) {
	FILE *answer = popen(command, "r");
	if (!answer) return NULL;
	char *line = NULL;
	size_t room = 0;
	ssize_t len = getline(&line, &room, answer);
	const char *copy = len > 1 ? arena_copy_n(arena, line, (size_t)len - (line[len - 1] == '\n')) : NULL;
	free(line);
	pclose(answer);
	return copy;
}

static const char *ask_pg_config(Arena *arena) {
	const char *dir = answer_of(arena, "pg_config --bindir 2>/dev/null");
	return dir && has_server(arena, dir) ? dir : NULL;
}

/* "/usr/lib/postgresql/15/bin" vs a pattern with `*` where the 15 stands. */
static double version_in(const char *path, const char *pattern) {
	const char *digits = path + strcspn(pattern, "*");
	digits += strspn(digits, "@-");
	return atof(digits);
}

static const char *look_around(Arena *arena) {
	const char *newest = NULL;
	double version = -1;
	for (size_t i = 0; i < sizeof usual_places / sizeof *usual_places; i++) {
		glob_t found = {0};
		if (glob(usual_places[i], 0, NULL, &found) == 0)
			for (size_t k = 0; k < found.gl_pathc; k++) {
				double candidate = version_in(found.gl_pathv[k], usual_places[i]);
				if (candidate <= version || !has_server(arena, found.gl_pathv[k])) continue;
				newest = arena_copy(arena, found.gl_pathv[k]);
				version = candidate;
			}
		globfree(&found);
	}
	return newest;
}

static const char *search_path(Arena *arena) {
	const char *path = getenv("PATH");
	while (path && *path) {
		size_t len = strcspn(path, ":");
		const char *dir = arena_copy_n(arena, path, len);
		if (len && has_server(arena, dir)) return dir;
		path += len + (path[len] == ':');
	}
	return NULL;
}

const char *cluster_find_binaries(Arena *arena, Err *err) {
	const char *wish = getenv("PGWHY_PGBIN");
	if (wish && *wish) {
		if (has_server(arena, wish)) return arena_copy(arena, wish);
		err_set(err, ERR_SYSTEM, "no PostgreSQL server programs in \"%s\"", wish);
		err_hint(err, "PGWHY_PGBIN must name the directory that holds initdb and postgres.");
		return NULL;
	}
	const char *dir = ask_pg_config(arena);
	if (!dir) dir = look_around(arena);
	if (!dir) dir = search_path(arena);
	if (dir) return dir;
	err_set(err, ERR_SYSTEM, "PostgreSQL's server programs are not installed on this machine");
	err_hint(err, "On Debian and Ubuntu they are in the package \"postgresql\"; elsewhere set PGWHY_PGBIN to the directory that holds "
	              "initdb and postgres.");
	return NULL;
}

/* Its own pg_config knows; not every package has that, but all keep share beside bin. */
bool cluster_offers(Arena *arena, const char *bin_dir, const char *extension) {
	const char *told = strchr(bin_dir, '\'') ? NULL
	                                         : answer_of(arena, arena_printf(arena, "'%s/pg_config' --sharedir 2>/dev/null", bin_dir));
	const char *shares[] = {told, arena_printf(arena, "%s/../share", bin_dir), arena_printf(arena, "%s/../share/postgresql", bin_dir)};
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
		if (shares[i] && access(arena_printf(arena, "%s/extension/%s.control", shares[i], extension), R_OK) == 0) return true;
	return false;
}
