/* whatif.c: what would the planner do if an index were there? */
#include "pg/whatif.h"

bool whatif_available(const Server *server, Err *err) {
	const Extension *extension = server_extension(server, "hypopg");
	if (extension && extension->version) return true;
	err_set(err, ERR_REFUSED, "HypoPG is not in database \"%s\"", server->database);
	if (extension) err_hint(err, "CREATE EXTENSION hypopg; puts it there.");
	else err_hint(err, "Install it there (Debian: postgresql-%d-hypopg), then CREATE EXTENSION hypopg;", server->version / 10000);
	return false;
}

Explain *whatif_hypothetical(Conn *conn, const char *const *create_index, size_t index_count, const ExplainSpec *spec,
                             ExplainFn reply, void *owner) {
	ExplainSpec planned = *spec;
	planned.analyze = false;
	planned.pretend = create_index;
	planned.pretend_count = index_count;
	return explain_start(conn, &planned, reply, owner);
}
