/* whatif.c: what would the planner do if an index were there? */
#include "pg/whatif.h"

#include "advise/finding.h"

bool whatif_available(const Server *server, Err *err) {
	const Extension *extension = server_extension(server, "hypopg");
	if (extension && extension->version) return true;
	err_set(err, ERR_REFUSED, "HypoPG is not in database \"%s\"", server->database);
	if (extension) err_hint(err, "CREATE EXTENSION hypopg; puts it there.");
	else err_hint(err, "Install it there (Debian: postgresql-%d-hypopg), then CREATE EXTENSION hypopg;", server->version / 10000);
	return false;
}

bool whatif_can_pretend(const char *method, Err *err) {
	if (index_is_pretendable(&(IndexAdvice){.method = method})) return true;
	err_set(err, ERR_REFUSED, "HypoPG cannot pretend a %s index", method);
	err_hint(err, "It knows btree, hash and BRIN. Whether a %s index helps shows only once it is built, say on a copy.", method);
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
