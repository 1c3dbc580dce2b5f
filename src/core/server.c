/* server.c: what was found out about a server. */
#include "core/server.h"

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
