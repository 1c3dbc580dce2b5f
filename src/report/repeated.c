/* repeated.c: what several runs said of a statement's time, as JSON. */
#include "report/repeated.h"

#include <math.h>

#include "report/json_value.h"

static json_t *json_of_ms(double ms) {
	return json_of_real(round(ms * 1e6) / 1e6);
}

static json_t *json_of_side(const RepeatedSide *side) {
	json_t *object = json_object();
	json_put(object, "name", json_of_text(side->name));
	json_put(object, "runs", json_integer((json_int_t)side->ms.count));
	json_put(object, "first_ms", json_of_ms(side->first_ms));
	json_put(object, "first_read_blocks", json_of_count(side->first_read_blocks));
	json_put(object, "median_ms", json_of_ms(side->ms.median));
	json_put(object, "q1_ms", json_of_ms(side->ms.q1));
	json_put(object, "q3_ms", json_of_ms(side->ms.q3));
	json_put(object, "least_ms", json_of_ms(side->ms.least));
	json_put(object, "most_ms", json_of_ms(side->ms.most));
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
