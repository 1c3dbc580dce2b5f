/* relations.h: the relations a statement and its plan are about: those to ask the catalog for. */
#ifndef PGWHY_ADVISE_RELATIONS_H
#define PGWHY_ADVISE_RELATIONS_H

#include "plan/plan.h"
#include "sql/statement.h"

typedef LIST(TableRef) RelationList; /* without aliases, each once */

RelationList relations_of(Arena *arena, const Plan *plan, const Statement *statement);

#endif
