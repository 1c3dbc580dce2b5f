/* value.c: the values a plan is read into. */
#include "plan/value.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>

PlanValue *value_new(Arena *arena, PlanValueKind kind, const char *name) {
	PlanValue *value = ARENA_NEW(arena, PlanValue);
	value->kind = kind;
	value->name = name;
	return value;
}

void value_append(PlanValue *container, PlanValue *member) {
	if (container->members.last)
		container->members.last->next = member;
	else
		container->members.first = member;
	container->members.last = member;
}

PlanValue *value_member(Arena *arena, PlanValue *object, PlanValueKind kind, const char *name) {
	for (PlanValue *member = object->members.first; member; member = member->next)
		if (member->kind == kind && member->name && strcmp(member->name, name) == 0) return member;
	PlanValue *member = value_new(arena, kind, name);
	value_append(object, member);
	return member;
}

PlanValue *value_take(PlanValue *object, const char *name) {
	PlanValue *before = NULL;
	for (PlanValue *member = object->members.first; member; before = member, member = member->next) {
		if (!member->name || strcmp(member->name, name) != 0) continue;
		if (before)
			before->next = member->next;
		else
			object->members.first = member->next;
		if (object->members.last == member) object->members.last = before;
		member->next = NULL;
		return member;
	}
	return NULL;
}

/* strtod wants the decimal point of the locale, JSON writes a dot. */
static bool slow_real(const char *digits, size_t len, double *real) {
	locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0), before = uselocale(c);
	char *end;
	*real = strtod(digits, &end);
	uselocale(before);
	if (c) freelocale(c);
	return len && end == digits + len;
}

/* Nearly every figure EXPLAIN prints is short: up to 15 digits and powers of ten up to 22 are exact in a double, and
 * then so is the quotient. What is longer, has an exponent or is no number at all goes the slow way. */
static bool read_real(const char *digits, size_t len, double *real) {
	static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
	size_t i = len && digits[0] == '-', first = i, point = 0;
	int64_t mantissa = 0;
	if (len - i > 16 || len == i) return slow_real(digits, len, real);
	for (; i < len; i++) {
		if (digits[i] == '.' && !point && i > first)
			point = i + 1;
		else if (digits[i] >= '0' && digits[i] <= '9')
			mantissa = mantissa * 10 + (digits[i] - '0');
		else
			return slow_real(digits, len, real);
	}
	if (mantissa > (int64_t)1 << 53) return slow_real(digits, len, real);
	*real = (double)mantissa / tens[point ? len - point : 0];
	if (first) *real = -*real;
	return true;
}

static bool read_integer(const char *digits, int64_t *integer) {
	errno = 0;
	char *end;
	*integer = strtoll(digits, &end, 10);
	return !*end && errno != ERANGE;
}

PlanValue *value_new_number(Arena *arena, const char *name, const char *digits, size_t len) {
	PlanValue *value = value_new(arena, PLAN_REAL, name);
	value->number = arena_copy_n(arena, digits, len);
	bool fraction = memchr(digits, '.', len) || memchr(digits, 'e', len) || memchr(digits, 'E', len);
	if (!fraction && read_integer(value->number, &value->integer))
		value->kind = PLAN_INT;
	else if (!read_real(value->number, len, &value->real))
		value->real = NAN;
	return value;
}

double value_real(const PlanValue *value) {
	double real;
	if (!value) return NAN;
	if (value->kind == PLAN_INT) return (double)value->integer;
	if (value->kind == PLAN_REAL) return value->real;
	if (value->kind == PLAN_TEXT && read_real(value->text, strlen(value->text), &real)) return real;
	return NAN;
}

const char *value_text(const PlanValue *value) {
	if (!value) return NULL;
	switch (value->kind) {
	case PLAN_TEXT: return value->text;
	case PLAN_INT:
	case PLAN_REAL: return value->number;
	case PLAN_BOOL: return value->boolean ? "true" : "false";
	default: return NULL;
	}
}
