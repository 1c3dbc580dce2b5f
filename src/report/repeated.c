/* repeated.c: what several runs said of a statement's time, as JSON. */
#include "report/repeated.h"

#include <math.h>

#include "report/json_value.h"

static json_t *json_of_side(const RepeatedSide *side) {
	json_t *object = json_object();
	json_put(object, "name", json_of_text(side->name));
	json_put(object, "runs", json_integer((json_int_t)side->ms.count));
	json_put(object, "first_ms", json_of_derived(side->first_ms));
	json_put(object, "first_read_blocks", json_of_count(side->first_read_blocks));
	json_put(object, "median_ms", json_of_derived(side->ms.median));
	json_put(object, "q1_ms", json_of_derived(side->ms.q1));
	json_put(object, "q3_ms", json_of_derived(side->ms.q3));
	json_put(object, "least_ms", json_of_derived(side->ms.least));
	json_put(object, "most_ms", json_of_derived(side->ms.most));
	json_put(object, "median_blocks", json_of_count(side->blocks.median));
	json_put(object, "least_blocks", json_of_count(side->blocks.least));
	json_put(object, "most_blocks", json_of_count(side->blocks.most));
	return object;
}

json_t *json_of_repeated(const Repeated *repeated) {
	if (!repeated) return json_null();
	json_t *object = json_object(), *sides = json_array();
	for (size_t i = 0; i < repeated->count; i++) json_push(sides, json_of_side(&repeated->sides[i]));
	json_put(object, "wanted", json_integer((json_int_t)repeated->wanted));
	json_put(object, "sides", sides);
	json_put(object, "verdict", json_of_text(repeated_verdict(repeated)));
	return object;
}

/* ---- read again ---- */

static size_t count_of(JsonReader *reader, const json_t *object, const char *key) {
	double count = json_read_number(reader, object, key);
	if (count >= 0 && count <= 1e9) return (size_t)count;
	json_wrong(reader, key, "is no number of runs");
	return 0;
}

static RepeatedSide side_of(JsonReader *reader, const json_t *object) {
	RepeatedSide side = {
		.name = json_need_text(reader, object, "name"),
		.first_ms = json_read_number(reader, object, "first_ms"),
		.first_read_blocks = json_read_number(reader, object, "first_read_blocks"),
		.ms = {.count = count_of(reader, object, "runs")},
		.blocks = {.q1 = NAN, .q3 = NAN},
	};
	const struct {
		const char *key;
		double *figure;
	} figures[] = {
		{"median_ms", &side.ms.median}, {"q1_ms", &side.ms.q1}, {"q3_ms", &side.ms.q3}, {"least_ms", &side.ms.least}, {"most_ms", &side.ms.most},
		{"median_blocks", &side.blocks.median}, {"least_blocks", &side.blocks.least}, {"most_blocks", &side.blocks.most},
	};
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) *figures[i].figure = json_read_number(reader, object, figures[i].key);
	side.blocks.count = isnan(side.blocks.median) ? 0 : side.ms.count;
	return side;
}

const Repeated *repeated_of_json(JsonReader *reader, const json_t *object) {
	if (!object) return NULL;
	const json_t *sides = json_read_list(reader, object, "sides");
	Repeated *repeated = ARENA_NEW(reader->arena, Repeated);
	*repeated = (Repeated){.wanted = count_of(reader, object, "wanted"), .count = json_array_size(sides)};
	if (repeated->count < 1 || repeated->count > 2) {
		json_wrong(reader, "sides", "are neither one nor two");
		return NULL;
	}
	for (size_t i = 0; i < repeated->count; i++) repeated->sides[i] = side_of(reader, json_array_get(sides, i));
	return repeated;
}
