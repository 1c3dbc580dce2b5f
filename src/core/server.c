/* server.c: what was found out about a server. */
#include "core/server.h"

const char *server_place(Arena *arena, const Server *server) {
	return server->port && *server->port ? arena_printf(arena, "%s:%s", server->host, server->port) : server->host;
}

const Extension *server_extension(const Server *server, const char *name) {
	for (size_t i = 0; i < server->extensions.count; i++)
		if (strcmp(server->extensions.items[i].name, name) == 0) return &server->extensions.items[i];
	return NULL;
}

bool server_has_extension(const Server *server, const char *name) {
	const Extension *extension = server_extension(server, name);
	return extension && extension->version;
}

bool server_has_column(const Server *server, const char *relation, const char *column) {
	for (size_t i = 0; i < server->columns.count; i++)
		if (strcmp(server->columns.items[i].relation, relation) == 0 &&
		    strcmp(server->columns.items[i].column, column) == 0)
			return true;
	return false;
}

Server *server_copy(Arena *arena, const Server *server) {
	if (!server) return NULL;
	Server *copy = ARENA_NEW(arena, Server);
	*copy = *server;
	const char **texts[] = {&copy->version_text, &copy->host, &copy->port, &copy->database, &copy->user, &copy->encoding, &copy->statements_problem, &copy->statements_remedy};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i] = arena_copy(arena, *texts[i]);
	copy->extensions.items = ARENA_ARRAY(arena, Extension, server->extensions.count);
	for (size_t i = 0; i < server->extensions.count; i++) {
		const Extension *it = &server->extensions.items[i];
		copy->extensions.items[i] = (Extension){arena_copy(arena, it->name), arena_copy(arena, it->version), arena_copy(arena, it->available), arena_copy(arena, it->schema)};
	}
	copy->columns.items = ARENA_ARRAY(arena, ServerColumn, server->columns.count);
	for (size_t i = 0; i < server->columns.count; i++)
		copy->columns.items[i] = (ServerColumn){arena_copy(arena, server->columns.items[i].relation), arena_copy(arena, server->columns.items[i].column)};
	copy->extensions.room = server->extensions.count;
	copy->columns.room = server->columns.count;
	return copy;
}
