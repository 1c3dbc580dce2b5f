/* environment.c: the environment another program of PostgreSQL needs to connect as we are connected. */
#include "pg/environment.h"

#include <libpq-fe.h>

#include "pg/exchange.h"

typedef LIST(char *) Variables;

/* Ours alone, or what would speak louder than what we say. */
static bool is_ours(const char *name) {
	static const char *const names[] = {"PGPASSWORD", "PGPASSFILE", "PGAPPNAME", "PGCLIENTENCODING", "PGSERVICE", "PGSERVICEFILE", "PGHOSTADDR"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0) return true;
	return false;
}

static bool says(const PQconninfoOption *options, const char *name) {
	for (; options->keyword; options++)
		if (options->envvar && strcmp(options->envvar, name) == 0) return options->val != NULL;
	return false;
}

static void keep_others(Arena *arena, Variables *variables, char *const *environment, const PQconninfoOption *options, bool pass) {
	for (; *environment; environment++) {
		const char *name = arena_copy_n(arena, *environment, strcspn(*environment, "="));
		bool replaced = says(options, name) || strcmp(name, "PGSERVICE") == 0 || strcmp(name, "PGHOSTADDR") == 0 || (pass && (strcmp(name, "PGPASSWORD") == 0 || strcmp(name, "PGPASSFILE") == 0));
		if (!replaced) *list_push(arena, variables) = *environment;
	}
}

static void add_options(Arena *arena, Variables *variables, const PQconninfoOption *options) {
	for (; options->keyword; options++)
		if (options->envvar && options->val && *options->val && !is_ours(options->envvar))
			*list_push(arena, variables) = arena_printf(arena, "%s=%s", options->envvar, options->val);
}

static const char *line_of(Arena *arena, const char *password) {
	Str line = STR_INIT;
	str_add(&line, "*:*:*:*:");
	for (; *password; password++) {
		if (*password == ':' || *password == '\\') str_add_char(&line, '\\');
		str_add_char(&line, *password);
	}
	str_add_char(&line, '\n');
	const char *copy = arena_copy_n(arena, line.text, line.len);
	str_release(&line);
	return copy;
}

char **conn_environment(Arena *arena, const Conn *conn, char *const *environment, const char *pass_file, const char **pass_line) {
	PGconn *pg = conn_pg(conn);
	PQconninfoOption *options = pg ? PQconninfo(pg) : NULL;
	if (!options) return NULL;
	const char *password = PQpass(pg);
	bool pass = password && *password;
	Variables variables = {0};
	keep_others(arena, &variables, environment, options, pass);
	add_options(arena, &variables, options);
	*pass_line = pass ? line_of(arena, password) : NULL;
	if (pass) *list_push(arena, &variables) = arena_printf(arena, "PGPASSFILE=%s", pass_file);
	*list_push(arena, &variables) = NULL;
	PQconninfoFree(options);
	return variables.items;
}
