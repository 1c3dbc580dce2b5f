/* word_session.c: whom we are connected to, and the way out. */
#include <ctype.h>

#include "app/switching.h"
#include "app/word.h"

/* The next argument, unquoted; "-" is psql's word for "as it is". */
static const char *next_argument(Arena *arena, const char **rest) {
	const char *at = *rest;
	while (isspace((unsigned char)*at)) at++;
	Str word = STR_INIT;
	bool quoted = false;
	for (; *at && (quoted || !isspace((unsigned char)*at)); at++) {
		if (*at != '"') str_add_char(&word, *at);
		else if (quoted && at[1] == '"') str_add_char(&word, *++at);
		else quoted = !quoted;
	}
	*rest = at;
	const char *copy = word.len && strcmp(word.text, "-") != 0 ? arena_copy(arena, word.text) : NULL;
	str_release(&word);
	return copy;
}

void word_connect(App *app, const char *rest) {
	if (!*rest) {
		word_conninfo(app, rest);
		return;
	}
	const char *database = next_argument(app->arena, &rest), *role = next_argument(app->arena, &rest);
	while (isspace((unsigned char)*rest)) rest++;
	if (*rest) app_say(app, ROLE_ERROR, "\\c takes a database and a role; for another server start pgwhy again", NULL);
	else switch_to(app, database, role);
}

void word_conninfo(App *app, const char *rest) {
	(void)rest;
	const Server *server = app_server(app);
	if (!server) {
		app_say(app, ROLE_TEXT, "not connected (yet)", NULL);
		return;
	}
	Arena *arena = arena_new();
	app_say(app, ROLE_TEXT,
	        arena_printf(arena, "database %s as %s at %s, port %s, PostgreSQL %s%s%s", server->database, server->user, server->host, server->port,
	                     server->version_text, server->in_recovery ? ", standby" : "", server->pooled ? ", through a pooler" : ""),
	        app->demo ? demo_psql_line(arena, app->demo) : NULL);
	arena_free(arena);
}

void word_help(App *app, const char *rest) {
	(void)rest;
	app->wanted = ACTION_HELP;
}

void word_quit(App *app, const char *rest) {
	(void)rest;
	app->wanted = ACTION_QUIT;
}

