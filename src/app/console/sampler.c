/* sampler.c: a pane's samples. */
#include "app/sampler.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/overlay.h"

enum { TEXTS_REST = 20 }; /* texts that took t ms rest for 20 t: they are asked for only when new ones are shown */

/* A reply's table with the arena it came in. */
typedef struct Held {
	Arena *arena;
	Table *table;
	int64_t at_ms;
} Held;

/* Who asked for a part, so that one callback serves all. */
typedef struct Part {
	Sampler *sampler;
	Held held, coming;
} Part;

struct Sampler {
	Conn *conn;
	const Pane *pane;
	void (*changed)(void *owner, Sampler *sampler);
	void *owner;
	Held before, after, first, follow;
	Held coming, coming_follow; /* of the reading under way: what is shown stays whole until all of it is there */
	Part parts[PANE_MOST_PARTS];
	Arena *texts_arena;
	Texts texts;
	Keys texts_asked; /* under way; in texts_arena */
	bool waiting, polling, waiting_texts;
	bool on_screen;
	double reading_ms, server_ms; /* of this reading, so far; server_ms without the way there and back */
	size_t reading_bytes;
	int64_t sampled_at_ms; /* when the last reading came; -1: none */
	int64_t rest_until_ms, texts_rest_until_ms;
	SamplerTurn turn; /* the last one that asked */
	size_t count;
	CostRead cost;
	Err err;
};

Sampler *sampler_new(const Pane *pane, void (*changed)(void *owner, Sampler *sampler), void *owner) {
	Sampler *sampler = calloc(1, sizeof *sampler);
	if (!sampler) die("out of memory");
	*sampler = (Sampler){.pane = pane, .changed = changed, .owner = owner, .texts_arena = arena_new(), .sampled_at_ms = -1, .err = ERR_INIT};
	sampler->cost = (CostRead){.name = pane->name, .every_s = NAN};
	for (size_t i = 0; i < PANE_MOST_PARTS; i++) sampler->parts[i].sampler = sampler;
	return sampler;
}

void sampler_connect(Sampler *sampler, Conn *conn) {
	sampler->conn = conn;
	sampler->waiting = sampler->polling = sampler->waiting_texts = false;
}

static bool connected(const Sampler *sampler) {
	return sampler->conn && conn_state(sampler->conn) == CONN_READY;
}

static void drop(Held *held) {
	arena_free(held->arena);
	*held = (Held){0};
}

static void forget_calls(Sampler *sampler) {
	if (!sampler->conn) return;
	conn_forget(sampler->conn, sampler);
	for (size_t i = 0; i < PANE_MOST_PARTS; i++) conn_forget(sampler->conn, &sampler->parts[i]);
}

static void drop_samples(Sampler *sampler) {
	Held *all[] = {&sampler->before, &sampler->after, &sampler->first, &sampler->follow, &sampler->coming, &sampler->coming_follow};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) drop(all[i]);
	for (size_t i = 0; i < PANE_MOST_PARTS; i++) {
		drop(&sampler->parts[i].held);
		drop(&sampler->parts[i].coming);
	}
}

void sampler_free(Sampler *sampler) {
	if (!sampler) return;
	forget_calls(sampler);
	drop_samples(sampler);
	arena_free(sampler->texts_arena);
	err_release(&sampler->err);
	free(sampler);
}

void sampler_forget(Sampler *sampler) {
	forget_calls(sampler);
	drop_samples(sampler);
	arena_clear(sampler->texts_arena);
	sampler->texts = (Texts){0};
	sampler->texts_asked = (Keys){0};
	sampler->waiting = sampler->polling = sampler->waiting_texts = false;
	sampler->rest_until_ms = sampler->texts_rest_until_ms = 0;
	sampler->sampled_at_ms = -1;
	err_clear(&sampler->err);
}

static void take(Held *held, Reply *reply) {
	drop(held);
	*held = (Held){.arena = reply->arena, .table = reply->table, .at_ms = clock_ms()};
	reply->arena = NULL;
}

static const char *key_array(Arena *arena, const int64_t *keys, size_t count) {
	Str array = STR_INIT;
	for (size_t i = 0; i < count; i++) str_printf(&array, "%s%" PRId64, i ? "," : "{", keys[i]);
	str_add(&array, count ? "}" : "{}");
	const char *text = arena_copy(arena, array.text);
	str_release(&array);
	return text;
}

static void ask_about(Sampler *sampler, const char *query, const int64_t *keys, size_t count, ReplyFn reply) {
	Arena *arena = arena_new();
	const char *const params[] = {key_array(arena, keys, count)};
	conn_catalog(sampler->conn, query, params, 1, reply, sampler);
	arena_free(arena);
}

/* ---- a reading: its parts, the sample, what follows from it ---- */

static void pay(Sampler *sampler, const Reply *reply) {
	CostRead *cost = &sampler->cost;
	cost->total_ms += reply->ms;
	cost->total_bytes += reply->bytes;
	sampler->reading_bytes += reply->bytes;
	sampler->reading_ms += reply->ms;
	sampler->server_ms += fmax(0, reply->ms - sampler->turn.round_trip_ms);
}

static void keep_first(Sampler *sampler) {
	if (!sampler->pane->keeps_first || sampler->first.table) return;
	sampler->first = (Held){.arena = arena_new(), .at_ms = sampler->after.at_ms};
	sampler->first.table = table_copy(sampler->first.arena, sampler->after.table);
}

static void move(Held *to, Held *from) {
	drop(to);
	*to = *from;
	*from = (Held){0};
}

/* What has come takes the place of what was shown; where something was refused, that stays. */
static void publish(Sampler *sampler) {
	for (size_t i = 0; i < PANE_MOST_PARTS; i++)
		if (sampler->parts[i].coming.table) move(&sampler->parts[i].held, &sampler->parts[i].coming);
	if (!sampler->coming.table) return;
	move(&sampler->before, &sampler->after);
	move(&sampler->after, &sampler->coming);
	move(&sampler->follow, &sampler->coming_follow);
	sampler->count++;
	keep_first(sampler);
}

/* The reading is over: it rests until it is worth its share of the budget. */
static void reading_done(Sampler *sampler) {
	int64_t now = clock_ms();
	publish(sampler);
	sampler->waiting = false;
	sampler->cost.count++;
	sampler->cost.last_ms = sampler->reading_ms;
	sampler->cost.last_bytes = sampler->reading_bytes;
	if (sampler->sampled_at_ms >= 0) sampler->cost.every_s = (double)(now - sampler->sampled_at_ms) / 1000;
	sampler->sampled_at_ms = now;
	double share = sampler->turn.budget_share;
	sampler->rest_until_ms = sampler->pane->urgent || sampler->pane->unslowed || share <= 0 ? 0 : now + (int64_t)(sampler->server_ms / share);
	sampler->changed(sampler->owner, sampler);
}

static void follow_arrived(void *owner, Reply *reply) {
	Sampler *sampler = owner;
	pay(sampler, reply);
	if (reply->table) take(&sampler->coming_follow, reply);
	reading_done(sampler);
}

static bool ask_what_follows(Sampler *sampler) {
	if (!sampler->pane->follow_query) return false;
	Arena *arena = arena_new();
	const PaneInput input = {.server = conn_server(sampler->conn), .after = sampler->coming.table, .texts = &sampler->texts};
	Keys keys = sampler->pane->follow_keys(arena, &input);
	if (keys.count) ask_about(sampler, sampler->pane->follow_query, keys.items, keys.count, follow_arrived);
	arena_free(arena);
	return keys.count > 0;
}

static void sample_arrived(void *owner, Reply *reply) {
	Sampler *sampler = owner;
	pay(sampler, reply);
	if (!reply->table) {
		err_move(&sampler->err, reply->err);
		reading_done(sampler);
		return;
	}
	err_clear(&sampler->err);
	take(&sampler->coming, reply);
	if (!ask_what_follows(sampler)) reading_done(sampler);
}

static void part_arrived(void *owner, Reply *reply) {
	Part *part = owner;
	pay(part->sampler, reply);
	if (reply->table) take(&part->coming, reply);
}

static void ask_sample(Sampler *sampler, const SamplerTurn *turn) {
	sampler->waiting = true;
	sampler->turn = *turn;
	sampler->reading_ms = sampler->server_ms = 0;
	sampler->reading_bytes = 0;
	const char *const *part = sampler->pane->part_queries;
	for (size_t i = 0; part && part[i] && i < PANE_MOST_PARTS; i++) conn_catalog(sampler->conn, part[i], NULL, 0, part_arrived, &sampler->parts[i]);
	conn_catalog(sampler->conn, sampler->pane->query, NULL, 0, sample_arrived, sampler);
}

/* ---- the rows on screen, polled in between ---- */

/* There is a `before` from the first poll on, or there would be no rates until the second reading. */
static void make_before(Sampler *sampler) {
	if (sampler->before.table) return;
	sampler->before = (Held){.arena = arena_new(), .at_ms = sampler->after.at_ms};
	sampler->before.table = table_copy(sampler->before.arena, sampler->after.table);
}

static void poll_arrived(void *owner, Reply *reply) {
	Sampler *sampler = owner;
	sampler->polling = false;
	sampler->cost.total_ms += reply->ms;
	sampler->cost.total_bytes += reply->bytes;
	if (!reply->table || !sampler->after.table) return;
	const char *key = sampler->pane->shown_key;
	make_before(sampler);
	overlay_rows(sampler->after.arena, sampler->before.table, sampler->after.table, reply->table, key);
	if (sampler->first.table) overlay_nulls(sampler->first.arena, sampler->first.table, reply->table, key);
	int64_t now = clock_ms();
	sampler->before.at_ms = sampler->after.at_ms;
	sampler->after.at_ms = now;
	sampler->changed(sampler->owner, sampler);
}

static void poll_shown(Sampler *sampler, const int64_t *keys, size_t count) {
	if (!sampler->pane->shown_query || !sampler->after.table || !count || sampler->polling) return;
	sampler->polling = true;
	ask_about(sampler, sampler->pane->shown_query, keys, count, poll_arrived);
}

/* ---- when ---- */

void sampler_tick(Sampler *sampler, const SamplerTurn *turn, const int64_t *keys, size_t count) {
	const char *remedy;
	sampler->on_screen = turn->on_screen;
	if (sampler->waiting || !connected(sampler)) return;
	bool wanted = turn->forced || turn->on_screen || sampler->pane->urgent || !sampler->after.table;
	if (!wanted || (sampler->pane->problem && sampler->pane->problem(conn_server(sampler->conn), &remedy))) return;
	if (turn->forced || clock_ms() >= sampler->rest_until_ms) ask_sample(sampler, turn);
	else poll_shown(sampler, keys, count);
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
		.first = sampler->first.table,
		.interval_s = (double)(sampler->after.at_ms - sampler->before.at_ms) / 1000,
		.since_reset = since_reset,
		.follow = sampler->follow.table,
		.texts = &sampler->texts,
	};
	for (size_t i = 0; i < PANE_MOST_PARTS; i++) input->parts[i] = sampler->parts[i].held.table;
	return true;
}

StatementSample *sampler_statements(const Sampler *sampler) {
	PaneInput input;
	if (!sampler->pane->marks || !sampler_input(sampler, true, &input) || !input.server) return NULL;
	int64_t at_ms = sampler_taken_at_ms(sampler);
	return statement_sample_new(input.after, input.parts[0], input.server->started_at_s, at_ms, clock_wall_ms() - (clock_ms() - at_ms));
}

/* ---- texts ---- */

static void put_texts(Sampler *sampler, const Table *table) {
	size_t key = table_column(table, "key"), text = table_column(table, "text");
	for (size_t row = 0; row < table->row_count; row++)
		texts_put(sampler->texts_arena, &sampler->texts, table_int(table, row, key, 0), table_text(table, row, text, ""));
}

static void texts_arrived(void *owner, Reply *reply) {
	Sampler *sampler = owner;
	sampler->waiting_texts = false;
	sampler->texts_rest_until_ms = clock_ms() + (int64_t)(reply->ms * TEXTS_REST);
	const char *none = sampler->pane->no_text ? sampler->pane->no_text : "";
	/* One text in another encoding, of whichever database, keeps the server from sending any. */
	if (strncmp(reply->err->sqlstate, "22", 2) == 0) none = arena_printf(sampler->texts_arena, "-- its text cannot be read: %s", reply->err->message.text);
	else if (!reply->table) return;
	if (reply->table) put_texts(sampler, reply->table);
	for (size_t i = 0; i < sampler->texts_asked.count; i++) /* or they would be asked for again and again */
		if (!texts_get(&sampler->texts, sampler->texts_asked.items[i]))
			texts_put(sampler->texts_arena, &sampler->texts, sampler->texts_asked.items[i], none);
	sampler->changed(sampler->owner, sampler);
}

void sampler_add_texts(Sampler *sampler, const int64_t *keys, const char *const *texts, size_t count) {
	for (size_t i = 0; i < count; i++) texts_put(sampler->texts_arena, &sampler->texts, keys[i], texts[i]);
	sampler->changed(sampler->owner, sampler);
}

void sampler_put_texts(Sampler *sampler, const Texts *texts) {
	for (size_t i = 0; i < texts->room; i++)
		if (texts->entries[i].text) texts_put(sampler->texts_arena, &sampler->texts, texts->entries[i].key, texts->entries[i].text);
	sampler->changed(sampler->owner, sampler);
}

bool sampler_takes_texts(const Sampler *sampler) {
	return sampler->pane->texts_query && !sampler->waiting_texts && clock_ms() >= sampler->texts_rest_until_ms && connected(sampler);
}

void sampler_want_texts(Sampler *sampler, const int64_t *keys, size_t count) {
	if (!count || !sampler_takes_texts(sampler)) return;
	sampler->waiting_texts = true;
	sampler->texts_asked.count = 0;
	for (size_t i = 0; i < count; i++) *list_push(sampler->texts_arena, &sampler->texts_asked) = keys[i];
	ask_about(sampler, sampler->pane->texts_query, keys, count, texts_arrived);
}

/* ---- reading ---- */

int64_t sampler_taken_at_ms(const Sampler *sampler) {
	return sampler->after.table ? sampler->after.at_ms : -1;
}

size_t sampler_count(const Sampler *sampler) {
	return sampler->count;
}

CostRead sampler_cost(const Sampler *sampler) {
	CostRead cost = sampler->cost;
	if (!sampler->on_screen && !sampler->pane->urgent) cost.every_s = NAN;
	return cost;
}

const Err *sampler_error(const Sampler *sampler) {
	return &sampler->err;
}
