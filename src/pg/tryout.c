/* tryout.c: an index built for real in a transaction that is rolled back, and the statement run with and without it. */
#include "pg/tryout.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "core/format.h"
#include "pg/apply.h"
#include "pg/catalog.h"
#include "pg/decode.h"
#include "pg/guard.h"

#define SAVEPOINT "pgwhy_before"

enum { SHORT_MS = 2000 }; /* what takes no longer is run twice, and the first time was to warm the cache */

struct Tryout {
	Guard guard; /* its arena: of the reply and of everything below */
	ExplainSpec spec;
	LIST(const char *) changes; /* to be sent in this order */
	const char *relations; /* that the indexes are on, as an array literal */
	const char *rewrite;
	double most_bytes;
	size_t changed; /* how many of them were */
	bool built; /* all of them: what is measured now is with them */
	int passes; /* of the measurement under way */
	TryoutReply said;
	TryoutFn reply;
	void (*progress)(void *owner, const char *doing);
};

static Tryout *tryout_of(Guard *guard) {
	return (Tryout *)guard;
}

static void say(Tryout *tryout, const char *doing) {
	const Exchange *exchange = &tryout->guard.exchange;
	if (!exchange->forgotten) tryout->progress(exchange->owner, doing);
}

static bool fails(Guard *guard, const PGresult *result) {
	return guard_went_wrong(guard, result) || guard->exchange.forgotten;
}

static bool send_query(Guard *guard, GuardAnswer answered, const char *name, const char *const *params, size_t count) {
	const CatalogText *query = conn_catalog_text(guard->exchange.conn, name, &guard->err);
	return query ? guard_send(guard, answered, query->sql, params, count) : guard_roll_back(guard);
}

/* ---- running it ---- */

static bool measure(Tryout *tryout);
static bool change_next(Tryout *tryout);

static bool pass_over(Guard *guard, PGresult *result) {
	Tryout *tryout = tryout_of(guard);
	if (fails(guard, result)) return guard_roll_back(guard);
	if (tryout->passes == 1) return measure(tryout);
	return tryout->built ? guard_roll_back(guard) : change_next(tryout);
}

/* Rolled back to, it is still there, and what comes next would be a part of it. */
static bool pass_undone(Guard *guard, PGresult *result) {
	if (fails(guard, result)) return guard_roll_back(guard);
	return guard_send(guard, pass_over, "RELEASE SAVEPOINT " SAVEPOINT, NULL, 0);
}

static bool explained(Guard *guard, PGresult *result) {
	Tryout *tryout = tryout_of(guard);
	double ms = exchange_ms(&guard->exchange);
	if (fails(guard, result)) return guard_roll_back(guard);
	if (PQntuples(result) != 1) {
		err_set(&guard->err, ERR_SERVER, "the server sent no plan");
		return guard_roll_back(guard);
	}
	TryoutPlan *plan = tryout->built ? &tryout->said.with : &tryout->said.without;
	plan->len = (size_t)PQgetlength(result, 0, 0);
	plan->json = arena_copy_n(guard->arena, PQgetvalue(result, 0, 0), plan->len);
	tryout->passes += ms < SHORT_MS ? 1 : 2;
	return guard_send(guard, pass_undone, "ROLLBACK TO SAVEPOINT " SAVEPOINT, NULL, 0);
}

static bool read_only(Guard *guard, PGresult *result) {
	Tryout *tryout = tryout_of(guard);
	if (fails(guard, result)) return guard_roll_back(guard);
	const char *prefix = explain_prefix(guard->arena, &tryout->spec, conn_server(guard->exchange.conn));
	const char *text = tryout->built && tryout->rewrite ? tryout->rewrite : tryout->spec.statement->text;
	return guard_send_text(guard, explained, arena_printf(guard->arena, "%s%s", prefix, text), (long)strlen(prefix));
}

static bool savepoint_set(Guard *guard, PGresult *result) {
	if (fails(guard, result)) return guard_roll_back(guard);
	return guard_send(guard, read_only, "SET TRANSACTION READ ONLY", NULL, 0);
}

static bool measure(Tryout *tryout) {
	if (!tryout->passes) say(tryout, tryout->built ? "running the statement with the index …" : "running the statement without the index …");
	return guard_send(&tryout->guard, savepoint_set, "SAVEPOINT " SAVEPOINT, NULL, 0);
}

/* ---- building ---- */

static bool built(Guard *guard, PGresult *result) {
	Tryout *tryout = tryout_of(guard);
	if (fails(guard, result)) return guard_roll_back(guard);
	tryout->said.unseen = PQgetvalue(result, 0, 0)[0] == 't';
	tryout->said.bytes = strtod(PQgetvalue(result, 0, 1), NULL);
	if (tryout->said.unseen) return guard_roll_back(guard);
	tryout->built = true;
	tryout->passes = 0;
	return measure(tryout);
}

static bool was_changed(Guard *guard, PGresult *result) {
	Tryout *tryout = tryout_of(guard);
	if (fails(guard, result)) return guard_roll_back(guard);
	tryout->said.build_ms += exchange_ms(&guard->exchange);
	tryout->changed++;
	return change_next(tryout);
}

static bool change_next(Tryout *tryout) {
	if (tryout->changed == tryout->changes.count) return send_query(&tryout->guard, built, "tryout_built", NULL, 0);
	const char *sql = tryout->changes.items[tryout->changed];
	say(tryout, arena_printf(tryout->guard.arena, "%s …", sql));
	return guard_send(&tryout->guard, was_changed, sql, NULL, 0);
}

/* ---- the beginning ---- */

static bool sized(Guard *guard, PGresult *result) {
	Tryout *tryout = tryout_of(guard);
	if (fails(guard, result)) return guard_roll_back(guard);
	double bytes = strtod(PQgetvalue(result, 0, 0), NULL);
	if (bytes <= tryout->most_bytes) return measure(tryout);
	err_set(&guard->err, ERR_REFUSED, "the table has %s, and no index is tried on more than %s", format_bytes(guard->arena, bytes), format_bytes(guard->arena, tryout->most_bytes));
	err_hint(&guard->err, "Writes wait while it is built. :set try.max_mb=… allows more.");
	return guard_roll_back(guard);
}

static bool opened(Guard *guard) {
	const char *const params[] = {tryout_of(guard)->relations};
	return send_query(guard, sized, "tryout_size", params, 1);
}

static bool is_allowed(Guard *guard) {
	Tryout *tryout = tryout_of(guard);
	return apply_takes_writes(conn_server(guard->exchange.conn), &guard->err) && explain_allowed(&tryout->spec, conn_server(guard->exchange.conn), &guard->err);
}

static void tell(Guard *guard) {
	Tryout *tryout = tryout_of(guard);
	TryoutReply reply = tryout->said;
	reply.arena = guard->arena;
	reply.err = &guard->err;
	tryout->reply(guard->exchange.owner, &reply);
	guard->arena = reply.arena;
}

static void destroy(Exchange *exchange) {
	Tryout *tryout = (Tryout *)exchange;
	guard_release(&tryout->guard);
	free(tryout);
}

/* ---- the contract ---- */

static const char *relations_of(Arena *arena, const TryoutSpec *spec) {
	const char **names = ARENA_ARRAY(arena, const char *, spec->step_count + 1);
	size_t count = 0;
	for (size_t i = 0; i < spec->step_count; i++)
		if (spec->steps[i].relation) names[count++] = spec->steps[i].relation;
	return catalog_array(arena, names, count);
}

static MannerList manners_of(Arena *arena, const ExplainSpec *spec) {
	MannerList manners = {0};
	for (size_t i = 0; i < spec->setting_count; i++) *list_push(arena, &manners) = (Manner){spec->settings[i].name, spec->settings[i].value};
	return manners;
}

Tryout *tryout_start(Conn *conn, const TryoutSpec *spec, TryoutFn reply, void (*progress)(void *owner, const char *doing), void *owner) {
	Tryout *tryout = calloc(1, sizeof *tryout);
	if (!tryout) die("out of memory");
	Arena *arena = arena_new();
	*tryout = (Tryout){
		.guard = {
			.exchange = {.destroy = destroy},
			.arena = arena,
			.begin = "BEGIN READ WRITE",
			.statement_timeout_ms = spec->explain->statement_timeout_ms,
			.lock_timeout_ms = spec->explain->lock_timeout_ms,
			.allowed = is_allowed,
			.open = opened,
			.ended = tell,
			.err = ERR_INIT,
		},
		.spec = explain_spec_copy(arena, spec->explain),
		.relations = relations_of(arena, spec),
		.rewrite = arena_copy(arena, spec->rewrite),
		.most_bytes = spec->most_bytes,
		.reply = reply,
		.progress = progress,
	};
	tryout->guard.more = manners_of(arena, &tryout->spec);
	for (size_t i = 0; i < spec->step_count; i++) *list_push(arena, &tryout->changes) = arena_copy(arena, spec->steps[i].sql);
	guard_start(&tryout->guard, conn, owner);
	return tryout;
}

void tryout_cancel(Tryout *tryout) {
	guard_cancel(&tryout->guard);
}

int tryout_backend_pid(const Tryout *tryout) {
	return tryout->guard.backend_pid;
}
