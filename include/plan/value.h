/* value.h: the values a plan is read into, whatever its format: what JSON can say, kept whole and in order. */
#ifndef PGWHY_PLAN_VALUE_H
#define PGWHY_PLAN_VALUE_H

#include "plan/plan.h"

PlanValue *value_new(Arena *arena, PlanValueKind kind, const char *name);
/* digits[0..len) as JSON writes a number. */
PlanValue *value_new_number(Arena *arena, const char *name, const char *digits, size_t len);
void value_append(PlanValue *container, PlanValue *member);
/* The first member of that name, as plan_field() has it, but to be added to; made when there is none. */
PlanValue *value_member(Arena *arena, PlanValue *object, PlanValueKind kind, const char *name);
/* Takes the first member of that name out of an object; NULL when there is none. */
PlanValue *value_take(PlanValue *object, const char *name);

/* Also of a text that is a number, as hand-edited plans have them; NaN for what is none. */
double value_real(const PlanValue *value);
/* Digits of a number, "true" and "false"; NULL for null, lists and objects, and for NULL. */
const char *value_text(const PlanValue *value);

#endif
