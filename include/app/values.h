/* values.h: the values for a statement's parameters: what is offered for each, what is chosen or typed. No screen, no server. */
#ifndef PGWHY_APP_VALUES_H
#define PGWHY_APP_VALUES_H

#include "advise/parameter.h"
#include "sql/literals.h"
#include "view/form.h"
#include "view/keymap.h"

typedef struct ValueChoice {
	const char *text; /* as shown, and to begin typing with; NULL: there is no such choice */
	const char *sql; /* as it goes into the statement; NULL: `text` is a plain value, or there is none and it is NULL */
	bool null;
	const char *source; /* "used last" */
	int64_t seen_ms; /* clock_ms; 0: its age does not matter */
} ValueChoice;

typedef struct ValueField {
	const char *type; /* NULL: not known (yet) */
	const char *place; /* "status = $1"; NULL */
	ParameterKind kind;
	bool list; /* stands for all of a list */
	ValueChoice used, live; /* what went into the last run, what a session was seen to send */
	ParameterOfferList offers;
	LIST(ValueChoice) choices; /* all of these, best first, no two alike */
	size_t chosen;
	bool touched; /* chosen by the user, or on the screen as seen live: what comes to be known later changes nothing */
	bool typing, null; /* in place of a choice */
	Str typed;
} ValueField;

typedef struct Values {
	Arena *arena;
	const char *statement;
	const char *notes; /* what there is to say of its plans, whatever the values; NULL */
	ValueField *fields;
	size_t count;
	size_t *asked, asked_count; /* those that stand in the statement: one may have $3 and no $1 */
	size_t cursor; /* among these */
	double used_ms; /* how long it ran with the values used last; NaN */
} Values;

Values *values_new(const char *statement);
void values_free(Values *values); /* NULL is fine */

/* What planning brought: the types, where each parameter stands, and so what its column holds. Facts and types may be missing. */
void values_learn(Values *values, const Statement *statement, const Facts *facts, const char *const *types, size_t type_count);
bool values_see(Values *values, const char *actual, int64_t seen_ms); /* false: not a call of this statement with its constants written out */
void values_reopen(Values *values); /* asked for again: the best is offered, but what was typed stays */
void values_used(Values *values, const ValueChoice *choices); /* it is planned or run with these */
void values_recall(Values *values, const Values *known); /* what was learnt, used and seen of the same statement */

bool values_key(Values *values, Key key); /* moves, turns to another choice, types, ^N NULL; false: a key that means nothing here */
void values_paste(Values *values, const char *text, size_t len);

bool values_missing(const Values *values, size_t *nth); /* the first of those asked for without a value */
const ValueChoice *values_chosen(Arena *arena, const Values *values); /* what stands in each field; without text: nothing */
const char *values_statement(Arena *arena, const Values *values, const ValueChoice *choices); /* with these in place */
const char *values_told(Arena *arena, const Values *values, const ValueChoice *choices); /* "$1 = 42, $2 = open" */
const FormField *values_form(Arena *arena, const Values *values, int64_t now_ms); /* asked_count of them */

#endif
