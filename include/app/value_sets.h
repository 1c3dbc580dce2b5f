/* value_sets.h: values for all parameters of a statement at once, so chosen that its plans may differ. No screen, no server. */
#ifndef PGWHY_APP_VALUE_SETS_H
#define PGWHY_APP_VALUE_SETS_H

#include "app/values.h"

typedef struct ValueSet {
	const char *source; /* "most common", "typical", "rare", "used last", "seen live" */
	const ValueChoice *choices; /* by parameter */
	const char *statement; /* with them in place */
} ValueSet;
typedef LIST(ValueSet) ValueSets;
enum { MOST_VALUE_SETS = 4 };

/* Of what has been learnt; no two have the same values. None, and *missing the first parameter that nobody knows a value for, when it is so. */
ValueSets value_sets(Arena *arena, const Values *values, size_t *missing);
/* The set with one parameter as the other has it; false: they have the same there. */
bool value_set_mixed(Arena *arena, const Values *values, const ValueSet *set, const ValueSet *other, size_t nth, ValueSet *mixed);
/* "status = $1 and $3": the parameters as people find them in the statement. */
const char *value_places(Arena *arena, const Values *values, const size_t *parameters, size_t count);

#endif
