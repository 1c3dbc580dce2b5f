/* json_read.c: jansson's values as ours. */
#include "report/json_read.h"

#include <math.h>

#include "base/utf8.h"

/* What jansson says of it quotes strangers. */
json_t *json_parse(const char *text, size_t len, Err *err) {
	json_error_t error;
	json_t *value = json_loadb(text, len, JSON_DECODE_ANY, &error);
	if (!value) err_set(err, ERR_INPUT, "it is no JSON, as line %d, column %d shows", error.line, error.column);
	return value;
}

bool json_wrong(JsonReader *reader, const char *key, const char *what) {
	if (!reader->failed) err_set(reader->err, ERR_INPUT, "\"%s\" %s", key, what);
	reader->failed = true;
	return false;
}

/* NULL: it is null, or not there. */
static const json_t *value_of(const json_t *object, const char *key) {
	const json_t *value = json_object_get(object, key);
	return json_is_null(value) ? NULL : value;
}

const char *json_read_text(JsonReader *reader, const json_t *object, const char *key) {
	const json_t *value = value_of(object, key);
	if (!value) return NULL;
	if (json_is_string(value)) return arena_copy(reader->arena, json_string_value(value));
	json_wrong(reader, key, "is no text");
	return NULL;
}

const char *json_need_text(JsonReader *reader, const json_t *object, const char *key) {
	const char *text = json_read_text(reader, object, key);
	if (!text) json_wrong(reader, key, "is missing");
	return text ? text : "";
}

double json_read_number(JsonReader *reader, const json_t *object, const char *key) {
	const json_t *value = value_of(object, key);
	if (!value) return NAN;
	if (json_is_number(value)) return json_number_value(value);
	json_wrong(reader, key, "is no number");
	return NAN;
}

bool json_read_flag(JsonReader *reader, const json_t *object, const char *key) {
	const json_t *value = value_of(object, key);
	if (value && !json_is_boolean(value)) json_wrong(reader, key, "is neither true nor false");
	return json_is_true(value);
}

const json_t *json_read_list(JsonReader *reader, const json_t *object, const char *key) {
	const json_t *value = value_of(object, key);
	if (value && !json_is_array(value)) json_wrong(reader, key, "is no list");
	return json_is_array(value) ? value : NULL;
}

const json_t *json_read_object(JsonReader *reader, const json_t *object, const char *key) {
	const json_t *value = value_of(object, key);
	if (value && !json_is_object(value)) json_wrong(reader, key, "is no object");
	return json_is_object(value) ? value : NULL;
}

JsonTexts json_read_texts(JsonReader *reader, const json_t *object, const char *key) {
	const json_t *list = json_read_list(reader, object, key);
	JsonTexts texts = {0};
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		if (text) *list_push(reader->arena, &texts) = arena_copy(reader->arena, text);
		else json_wrong(reader, key, "is no list of texts");
	}
	return texts;
}

int json_read_name(JsonReader *reader, const json_t *object, const char *key, const char *const *names, size_t count, int other) {
	const char *name = json_need_text(reader, object, key);
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0) return (int)i;
	return other;
}

void json_read_relation(JsonReader *reader, const json_t *object, const char **schema, const char **table) {
	*schema = json_read_text(reader, object, "schema");
	*table = json_read_text(reader, object, "table");
	if (*table) return;
	const char *whole = json_need_text(reader, object, "relation"), *dot = strchr(whole, '.');
	*schema = dot ? arena_copy_n(reader->arena, whole, (size_t)(dot - whole)) : NULL;
	*table = dot ? dot + 1 : whole;
}
