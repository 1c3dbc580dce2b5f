/* repeated.h: what several runs said of a statement's time, as JSON: part of the contracts of `explain` and `diff`. */
#ifndef PGWHY_REPORT_REPEATED_H
#define PGWHY_REPORT_REPEATED_H

#include <jansson.h>

#include "advise/repeated.h"

json_t *json_of_repeated(const Repeated *repeated); /* null for NULL */

#endif
