/* repeated.h: what several runs said of a statement's time, as JSON: part of the contracts of `explain` and `diff`. */
#ifndef PGWHY_REPORT_REPEATED_H
#define PGWHY_REPORT_REPEATED_H

#include <jansson.h>

#include "advise/repeated.h"
#include "report/json_read.h"

json_t *json_of_repeated(const Repeated *repeated); /* null for NULL */
const Repeated *repeated_of_json(JsonReader *reader, const json_t *object); /* NULL for NULL, and for what is wrong */

#endif
