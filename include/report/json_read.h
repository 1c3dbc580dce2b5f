/* json_read.h: jansson's values as ours, of objects that somebody else may have written.
 *
 * What is null or missing is not known: NULL, NaN, false, an empty list. What is of another kind is wrong: the first such field is told by
 * its name, and all further reading is in vain but safe. */
#ifndef PGWHY_REPORT_JSON_READ_H
#define PGWHY_REPORT_JSON_READ_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"

typedef struct JsonReader {
	Arena *arena;
	Err *err;
	bool failed;
} JsonReader;

typedef LIST(const char *) JsonTexts;

json_t *json_parse(const char *text, size_t len, Err *err); /* any value; NULL: it is no JSON. To be json_decref()ed */
bool json_wrong(JsonReader *reader, const char *key, const char *what); /* "\"title\" is no text"; false */

const char *json_read_text(JsonReader *reader, const json_t *object, const char *key);
const char *json_need_text(JsonReader *reader, const json_t *object, const char *key); /* never NULL: without it the reader has failed, and it is "" */
double json_read_number(JsonReader *reader, const json_t *object, const char *key);
bool json_read_flag(JsonReader *reader, const json_t *object, const char *key);
JsonTexts json_read_texts(JsonReader *reader, const json_t *object, const char *key); /* none of them NULL */
const json_t *json_read_list(JsonReader *reader, const json_t *object, const char *key); /* NULL: empty to jansson */
const json_t *json_read_object(JsonReader *reader, const json_t *object, const char *key);
/* The place of its text in a list of names; `other` of one that is not there. */
int json_read_name(JsonReader *reader, const json_t *object, const char *key, const char *const *names, size_t count, int other);
/* `schema` and `table`, as they stand there, or out of "public.orders". */
void json_read_relation(JsonReader *reader, const json_t *object, const char **schema, const char **table);

#endif
