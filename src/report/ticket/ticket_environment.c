/* ticket_environment.c: the last chapter of the report: where its figures are from, and how they are known. */
#include "base/version.h"
#include "plan/words.h"
#include "report/beside.h"
#include "report/markdown.h"
#include "report/ticket_parts.h"

static void add_server(const Ticket *t) {
	const Server *server = t->report->facts ? t->report->facts->server : NULL;
	if (!server || !server->version_text) return;
	const char *version = arena_printf(t->arena, "PostgreSQL %s%s", server->version_text, server->in_recovery ? ", a standby" : "");
	bool known = server->database && server->host;
	ticket_item(t, "server", known ? arena_printf(t->arena, "%s, database %s on %s", version, server->database, server->host) : version);
}

static void add_beside(const Ticket *t) {
	bool server_told = t->report->facts && t->report->facts->server && t->report->facts->server->version_text;
	BesideLines lines = beside_lines(t->arena, t->report->plan, server_told ? 0 : t->report->server_version);
	bool settings = false;
	ticket_item(t, "note", t->report->notes);
	for (size_t i = 0; i < lines.count; i++) {
		settings = settings || strcmp(lines.items[i].label, "settings") == 0;
		ticket_item(t, lines.items[i].label, lines.items[i].text);
	}
	if (!settings && server_told) ticket_item(t, "settings", "those that the planner heeds have their defaults");
}

static bool is_used(const Ticket *t, Basis basis) {
	for (size_t i = 0; ticket_finding(t, i); i++)
		if (ticket_finding(t, i)->basis == basis) return true;
	return false;
}

static void add_basis(const Ticket *t) {
	static const char *const meanings[] = {
		[BASIS_HEURISTIC] = "a rule of thumb, nobody was asked",
		[BASIS_ESTIMATED] = "reckoned by pgwhy from the plan and the catalog's statistics",
		[BASIS_HYPOTHETICAL] = "the planner was asked, with what is advised pretended; nothing was run",
		[BASIS_MEASURED] = "both were run",
	};
	for (Basis basis = BASIS_HEURISTIC; basis <= BASIS_MEASURED; basis++)
		if (is_used(t, basis)) ticket_item(t, basis_name(basis), meanings[basis]);
	if (t->report->facts) ticket_item(t, "sizes, rows, scans", "the catalog's, rows as of the last ANALYZE; a ~ marks what is reckoned");
}

void ticket_add_environment(const Ticket *t) {
	ticket_heading(t, "Environment");
	add_server(t);
	add_beside(t);
	str_printf(t->out, "- pgwhy: %s\n", PGWHY_VERSION);
	add_basis(t);
}
