/* json_value.c: our values as jansson's. */
#include "report/json_value.h"

#include <math.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"

static json_t *checked(json_t *value) {
	if (!value) die("out of memory");
	return value;
}

/* The same text with U+FFFD for each byte that belongs to no character. */
static Str repaired(const char *text, size_t len) {
	Str out = STR_INIT;
	for (size_t i = 0; i < len;) {
		char bytes[4];
		uint32_t point;
		i += utf8_decode(text + i, len - i, &point);
		str_add_n(&out, bytes, utf8_encode(point, bytes));
	}
	return out;
}

json_t *json_of_text(const char *text) {
	if (!text) return json_null();
	size_t len = strlen(text);
	if (utf8_valid(text, len)) return checked(json_stringn(text, len));
	Str whole = repaired(text, len);
	json_t *value = checked(json_stringn(whole.text, whole.len));
	str_release(&whole);
	return value;
}

json_t *json_of_real(double value) {
	return isfinite(value) ? checked(json_real(value)) : json_null();
}

/* Whole is what is printed so: a fraction beyond the 15th digit would be gone when it is read again. */
json_t *json_of_count(double value) {
	double nearest = round(value);
	bool whole = fabs(value) < 0x1p53 && fabs(value - nearest) <= 5e-15 * fabs(value);
	return whole ? checked(json_integer((json_int_t)nearest)) : json_of_real(value);
}

json_t *json_of_derived(double value) {
	return json_of_real(round(value * 1e6) / 1e6);
}

json_t *json_of_qualified(const char *schema, const char *name) {
	if (!schema || !name) return json_of_text(name);
	Str whole = STR_INIT;
	str_printf(&whole, "%s.%s", schema, name);
	json_t *text = json_of_text(whole.text);
	str_release(&whole);
	return text;
}

void json_put(json_t *object, const char *key, json_t *value) {
	size_t len = strlen(key);
	Str whole = utf8_valid(key, len) ? (Str)STR_INIT : repaired(key, len);
	if (json_object_set_new(object, whole.len ? whole.text : key, value) != 0) die("out of memory");
	str_release(&whole);
}

void json_push(json_t *list, json_t *value) {
	if (json_array_append_new(list, value) != 0) die("out of memory");
}

static void add_escaped(Str *out, uint32_t point) {
	if (point < 0x10000)
		str_printf(out, "\\u%04X", (unsigned)point);
	else
		str_printf(out, "\\u%04X\\u%04X", 0xD7C0 + (unsigned)(point >> 10), 0xDC00 + (unsigned)(point & 0x3FF));
}

/* jansson escapes what JSON demands, C0; but DEL, C1, bidi and invisible characters are no better on a terminal. */
static const char *harmless(Arena *arena, const char *text) {
	size_t len = strlen(text), clean = 0;
	Str out = STR_INIT;
	for (size_t i = 0; i < len;) {
		uint32_t point;
		size_t bytes = utf8_decode(text + i, len - i, &point);
		if (point >= 0x7F && utf8_hostile(point)) {
			str_add_n(&out, text + clean, i - clean);
			add_escaped(&out, point);
			clean = i + bytes;
		}
		i += bytes;
	}
	str_add_n(&out, text + clean, len - clean);
	const char *copy = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return copy;
}

/* 15 digits: all that EXPLAIN prints, and 0.1 stays 0.1. */
const char *json_print(Arena *arena, json_t *value, size_t flags) {
	char *dump = json_dumps(value, flags | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	if (!dump) die("out of memory");
	const char *text = harmless(arena, dump);
	free(dump);
	json_decref(value);
	return text;
}
