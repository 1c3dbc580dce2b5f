/* abroad.c: what things are called in other databases. */
#include "app/abroad.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"

enum { PATIENCE_MS = 3000, REST_MS = 500 };

struct Abroad {
	Loop *loop;
	Conn *conn;
	Arena *arena; /* of what is asked for */
	Sampler *sampler;
	const char *query, *array;
	Keys asked, kept;
	bool done;
	int64_t late_ms, rest_until_ms;
	void (*changed)(void *owner);
	void *owner;
};

Abroad *abroad_new(Loop *loop, void (*changed)(void *owner), void *owner) {
	Abroad *abroad = calloc(1, sizeof *abroad);
	if (!abroad) die("out of memory");
	*abroad = (Abroad){.loop = loop, .arena = arena_new(), .changed = changed, .owner = owner};
	return abroad;
}

void abroad_stay(Abroad *abroad) {
	if (!abroad->conn) return;
	loop_remove_conn(abroad->loop, abroad->conn);
	conn_free(abroad->conn);
	abroad->conn = NULL;
	abroad->rest_until_ms = clock_ms() + REST_MS;
}

void abroad_free(Abroad *abroad) {
	if (!abroad) return;
	abroad_stay(abroad);
	arena_free(abroad->arena);
	free(abroad);
}

/* ---- the answer ---- */

static const char *text_of(const Table *table, int64_t number) {
	for (size_t row = 0; table && row < table->row_count; row++)
		if (table_int(table, row, table_column(table, "key"), 0) == number) return table_text(table, row, table_column(table, "text"), "");
	return ""; /* without a name it is not asked for again */
}

static void deliver(Abroad *abroad, const Table *table) {
	if (abroad->done) return;
	abroad->done = true;
	const char **texts = ARENA_ARRAY(abroad->arena, const char *, abroad->asked.count);
	for (size_t i = 0; i < abroad->asked.count; i++) texts[i] = text_of(table, abroad->asked.items[i]);
	sampler_add_texts(abroad->sampler, abroad->kept.items, texts, abroad->kept.count);
}

static void answered(void *owner, Reply *reply) {
	deliver(owner, reply->table);
}

static void changed(void *owner, Conn *conn) {
	Abroad *abroad = owner;
	ConnState state = conn_state(conn);
	if (abroad->changed) abroad->changed(abroad->owner);
	if (state == CONN_READY) conn_catalog(conn, abroad->query, &abroad->array, 1, answered, abroad);
	else if (state != CONN_CONNECTING) deliver(abroad, NULL);
}

/* ---- going ---- */

static const char *array_of(Arena *arena, const Keys *keys) {
	Str array = STR_INIT;
	for (size_t i = 0; i < keys->count; i++) str_printf(&array, "%s%" PRId64, i ? "," : "{", keys->items[i]);
	const char *text = arena_printf(arena, "%s}", array.text);
	str_release(&array);
	return text;
}

bool abroad_takes(const Abroad *abroad) {
	return !abroad->conn && clock_ms() >= abroad->rest_until_ms;
}

void abroad_ask(Abroad *abroad, const Conn *home, Sampler *sampler, const char *query, const PaneAbroad *texts) {
	if (!abroad_takes(abroad) || !texts->database || !texts->asked.count) return;
	arena_clear(abroad->arena);
	abroad->sampler = sampler;
	abroad->query = query;
	abroad->asked = abroad->kept = (Keys){0};
	abroad->done = false;
	abroad->late_ms = clock_ms() + PATIENCE_MS;
	for (size_t i = 0; i < texts->asked.count; i++) {
		*list_push(abroad->arena, &abroad->asked) = texts->asked.items[i];
		*list_push(abroad->arena, &abroad->kept) = texts->kept.items[i];
	}
	abroad->array = array_of(abroad->arena, &abroad->asked);
	ConnParams params = conn_params(home, texts->database);
	abroad->conn = conn_new(loop_work(abroad->loop), &params, changed, abroad);
	loop_add_conn(abroad->loop, abroad->conn);
}

bool abroad_away(const Abroad *abroad) {
	return abroad->conn;
}

void abroad_tick(Abroad *abroad) {
	if (!abroad->conn) return;
	if (clock_ms() >= abroad->late_ms) deliver(abroad, NULL);
	if (abroad->done) abroad_stay(abroad);
}

int64_t abroad_deadline_ms(const Abroad *abroad) {
	return abroad->conn ? abroad->late_ms : -1;
}

const Conn *abroad_conn(const Abroad *abroad) {
	return abroad->conn;
}
