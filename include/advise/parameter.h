/* parameter.h: what stands where a statement has $1: what it is compared with, and values worth trying. */
#ifndef PGWHY_ADVISE_PARAMETER_H
#define PGWHY_ADVISE_PARAMETER_H

#include "advise/facts.h"
#include "sql/statement.h"

typedef enum ParameterKind {
	PARAMETER_VALUE,
	PARAMETER_STORED, /* becomes the column's value: what stands there already may be there only once */
	PARAMETER_LIMIT,
	PARAMETER_OFFSET
} ParameterKind;

/* Which of the column's rows a greater value lets through. */
typedef enum ParameterSide { SIDE_EQUAL, SIDE_ABOVE /* column > $1: fewer */, SIDE_BELOW /* column < $1: more */ } ParameterSide;

typedef struct ParameterUse {
	ParameterKind kind;
	ParameterSide side;
	const char *place; /* "status = $1", "LIMIT $3"; NULL: nobody can tell */
	const ColumnFacts *column; /* that it is compared with, or stored in; NULL */
} ParameterUse;

/* One for each of the parameters $1 … $count. Facts may be NULL. */
const ParameterUse *parameter_uses(Arena *arena, const Statement *statement, const Facts *facts, size_t count);

/* How many rows it stands for, as far as anybody knows. */
typedef enum OfferKind { OFFER_COMMON, OFFER_TYPICAL, OFFER_RARE, OFFER_GUESS } OfferKind;

typedef struct ParameterOffer {
	OfferKind kind;
	const char *value;
	const char *source; /* "most common, 12%" */
} ParameterOffer;
typedef LIST(ParameterOffer) ParameterOfferList;

/* Best first, none when nothing is known. `type`: the parameter's, as format_type names it; NULL: not known. */
ParameterOfferList parameter_offers(Arena *arena, const ParameterUse *use, const char *type);

#endif
