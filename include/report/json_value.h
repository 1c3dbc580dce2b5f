/* json_value.h: our values as jansson's: what JSON cannot say becomes null, bytes that are no text become U+FFFD. */
#ifndef PGWHY_REPORT_JSON_VALUE_H
#define PGWHY_REPORT_JSON_VALUE_H

#include <jansson.h>

#include "base/arena.h"

json_t *json_of_text(const char *text); /* null for NULL */
json_t *json_of_real(double value); /* "462.0"; null for NaN and infinity */
json_t *json_of_derived(double value); /* what we computed: beyond six decimals stands only the noise of our arithmetic */
json_t *json_of_count(double value); /* "1100" when it is whole */
json_t *json_of_qualified(const char *schema, const char *name); /* "public.orders", "orders" */
/* Both take the value over. The last of two equal keys counts; a key may hold any bytes. */
void json_put(json_t *object, const char *key, json_t *value);
void json_push(json_t *list, json_t *value);
/* The text of the value, which is used up. `flags` are jansson's, for the layout. */
const char *json_print(Arena *arena, json_t *value, size_t flags);

#endif
