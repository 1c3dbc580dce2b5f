/* relations.h: how large the tables of a statement are, and which indexes they have, as JSON that is read again another day. */
#ifndef PGWHY_REPORT_RELATIONS_H
#define PGWHY_REPORT_RELATIONS_H

#include "advise/facts.h"
#include "report/json_read.h"

json_t *json_of_relations(const Facts *facts); /* [] for NULL */
/* Not known is whatever else the catalog told: nothing to advise from. NULL for NULL, and for what is wrong. */
const Facts *relations_of_json(JsonReader *reader, const json_t *list);

#endif
