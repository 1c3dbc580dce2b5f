/* sampler.c: a pane's samples. */
#include "app/sampler.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"

enum {
	COST_SHARE = 100, /* a read that took t ms rests for 100 t: at most 1 % of a core */
	TEXTS_REST = 20, /* the same for texts, which are asked for only when new ones are shown */
};

/* A reply's table with the arena it came in. */
typedef struct Held {
	Arena *arena;
	Table *table;
	int64_t at_ms;
} Held;

struct Sampler {
	Conn *conn;
	const Pane *pane;
	void (*changed)(void *owner, Sampler *sampler);
	void *owner;
	Held before, after, info;
	Arena *texts_arena;
	Texts texts;
	int64_t *asked; /* keys of the texts under way */
	size_t asked_count;
	bool waiting, waiting_texts;
	int64_t rest_until_ms, texts_rest_until_ms;
	size_t count;
	Err err;
};

Sampler *sampler_new(const Pane *pane, void (*changed)(void *owner, Sampler *sampler), void *owner) {
	Sampler *sampler = calloc(1, sizeof *sampler);
	if (!sampler) die("out of memory");
	*sampler = (Sampler){.pane = pane, .changed = changed, .owner = owner, .texts_arena = arena_new(), .err = ERR_INIT};
	return sampler;
}

void sampler_connect(Sampler *sampler, Conn *conn) {
	sampler->conn = conn;
}

static bool connected(const Sampler *sampler) {
	return sampler->conn && conn_state(sampler->conn) == CONN_READY;
}

static void drop(Held *held) {
	arena_free(held->arena);
	*held = (Held){0};
}

void sampler_free(Sampler *sampler) {
	if (!sampler) return;
	if (sampler->conn) conn_forget(sampler->conn, sampler);
	drop(&sampler->before);
	drop(&sampler->after);
	drop(&sampler->info);
	arena_free(sampler->texts_arena);
	err_release(&sampler->err);
	free(sampler->asked);
	free(sampler);
}

static void take(Held *held, Reply *reply) {
	*held = (Held){.arena = reply->arena, .table = reply->table, .at_ms = clock_ms()};
	reply->arena = NULL;
}

static void info_arrived(void *owner, Reply *reply) {
	Sampler *sampler = owner;
	if (!reply->table) return;
	drop(&sampler->info);
	take(&sampler->info, reply);
}

static void sample_arrived(void *owner, Reply *reply) {
	Sampler *sampler = owner;
	sampler->waiting = false;
	sampler->rest_until_ms = clock_ms() + (int64_t)(reply->ms * COST_SHARE);
	if (reply->table) {
		err_clear(&sampler->err);
		drop(&sampler->before);
		sampler->before = sampler->after;
		take(&sampler->after, reply);
		sampler->count++;
	} else {
		err_move(&sampler->err, reply->err);
	}
	sampler->changed(sampler->owner, sampler);
}

void sampler_tick(Sampler *sampler, bool forced) {
	const char *remedy;
	if (sampler->waiting || !connected(sampler)) return;
	if (!forced && clock_ms() < sampler->rest_until_ms) return;
	if (sampler->pane->problem && sampler->pane->problem(conn_server(sampler->conn), &remedy)) return;
	sampler->waiting = true;
	if (sampler->pane->part_queries) conn_catalog(sampler->conn, sampler->pane->part_queries[0], NULL, 0, info_arrived, sampler);
	conn_catalog(sampler->conn, sampler->pane->query, NULL, 0, sample_arrived, sampler);
}

bool sampler_waiting(const Sampler *sampler) {
	return sampler->waiting || sampler->waiting_texts;
}

bool sampler_input(const Sampler *sampler, bool since_reset, PaneInput *input) {
	if (!sampler->after.table) return false;
	*input = (PaneInput){
		.server = conn_server(sampler->conn),
		.before = sampler->before.table,
		.after = sampler->after.table,
		.interval_s = (double)(sampler->after.at_ms - sampler->before.at_ms) / 1000,
		.since_reset = since_reset,
		.parts = {sampler->info.table},
		.texts = &sampler->texts,
	};
	return true;
}

static void texts_arrived(void *owner, Reply *reply) {
	Sampler *sampler = owner;
	sampler->waiting_texts = false;
	sampler->texts_rest_until_ms = clock_ms() + (int64_t)(reply->ms * TEXTS_REST);
	const char *none = "-- the server has no text for this statement (any more)";
	/* One text in another encoding, of whichever database, keeps the server from sending any. */
	if (strncmp(reply->err->sqlstate, "22", 2) == 0) none = arena_printf(sampler->texts_arena, "-- its text cannot be read: %s", reply->err->message.text);
	else if (!reply->table) return;
	size_t key = reply->table ? table_column(reply->table, "key") : 0, text = reply->table ? table_column(reply->table, "text") : 0;
	for (size_t row = 0; reply->table && row < reply->table->row_count; row++)
		texts_put(sampler->texts_arena, &sampler->texts, table_int(reply->table, row, key, 0), table_text(reply->table, row, text, ""));
	for (size_t i = 0; i < sampler->asked_count; i++) /* or they would be asked for again and again */
		if (!texts_get(&sampler->texts, sampler->asked[i]))
			texts_put(sampler->texts_arena, &sampler->texts, sampler->asked[i], none);
	sampler->changed(sampler->owner, sampler);
}

void sampler_want_texts(Sampler *sampler, const int64_t *keys, size_t count) {
	if (!count || !sampler->pane->texts_query || sampler->waiting_texts || clock_ms() < sampler->texts_rest_until_ms) return;
	if (!connected(sampler)) return;
	Str array = STR_INIT;
	for (size_t i = 0; i < count; i++) str_printf(&array, "%s%" PRId64, i ? "," : "{", keys[i]);
	str_add(&array, "}");
	const char *const params[] = {array.text};
	sampler->waiting_texts = true;
	sampler->asked = realloc(sampler->asked, count * sizeof *keys);
	if (!sampler->asked) die("out of memory");
	memcpy(sampler->asked, keys, count * sizeof *keys);
	sampler->asked_count = count;
	conn_catalog(sampler->conn, sampler->pane->texts_query, params, 1, texts_arrived, sampler);
	str_release(&array);
}

int64_t sampler_taken_at_ms(const Sampler *sampler) {
	return sampler->after.table ? sampler->after.at_ms : -1;
}

size_t sampler_count(const Sampler *sampler) {
	return sampler->count;
}

const Err *sampler_error(const Sampler *sampler) {
	return &sampler->err;
}
