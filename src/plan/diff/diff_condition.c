/* diff_condition.c: whether two conditions say the same, though servers of different versions wrote them. */
#include "plan/diff.h"
#include "plan/words.h"

#include <ctype.h>

/* Since 17 a condition says what it does with a subplan, and names its columns: EXISTS(SubPlan 1), (ANY (id = (hashed SubPlan 1).col1)),
 * (InitPlan 1).col1. Before it said (SubPlan 1), (hashed SubPlan 1), $0. */
static bool names_columns(const char *text) {
	return strstr(text, "Plan ") && (strstr(text, ").col") || strstr(text, "EXISTS(") || strstr(text, "ARRAY("));
}

static bool begins(const char *text, const char *with) {
	return strncmp(text, with, strlen(with)) == 0;
}

static const char *past_digits(const char *text) {
	while (isdigit((unsigned char)*text)) text++;
	return text;
}

/* Behind the parenthesis that this one opens; NULL: it stays open. */
static const char *past_group(const char *open) {
	int depth = 0;
	for (const char *at = open; *at; at++) {
		if (*at == '(') depth++;
		if (*at == ')' && --depth == 0) return at + 1;
	}
	return NULL;
}

/* What an earlier server says in its place, without numbers, and where it ends; NULL: it says the same. */
static const char *said_before(Arena *arena, const char *at, const char **end) {
	static const char initplan[] = "(InitPlan ", subplan[] = "SubPlan ";
	if (begins(at, "EXISTS(") || begins(at, "ARRAY(")) {
		*end = strchr(at, '(');
		return begins(*end + 1, subplan) || begins(*end + 1, "hashed ") ? "" : NULL;
	}
	if (begins(at, "(ANY (") || begins(at, "(ALL (")) {
		const char *behind = *end = past_group(at), *inside = behind ? arena_copy_n(arena, at, (size_t)(behind - at)) : "";
		return !strstr(inside, subplan) ? NULL : strstr(inside, "hashed SubPlan ") ? "(hashed SubPlan)" : "(SubPlan)";
	}
	if (begins(at, initplan)) {
		*end = past_digits(at + strlen(initplan));
		if (!begins(*end, ").col")) return NULL;
		*end = past_digits(*end + strlen(").col"));
		return "$";
	}
	bool parameter = *at == '$', numbered = begins(at, subplan);
	*end = past_digits(at + (parameter ? 1 : numbered ? strlen(subplan) : 0));
	return parameter ? "$" : numbered ? "SubPlan" : NULL;
}

static const char *as_before(Arena *arena, const char *text) {
	Str out = STR_INIT;
	for (const char *at = text, *end; *at;) {
		const char *said = said_before(arena, at, &end);
		if (said) str_add(&out, said);
		else str_add_char(&out, *at);
		at = said ? end : at + 1;
	}
	const char *copy = arena_copy_n(arena, out.text ? out.text : "", out.len);
	str_release(&out);
	return copy;
}

enum { MOST_BYTES = 8192 }; /* each parenthesis in it is looked for to its end */

bool diff_same_condition(Arena *scratch, const PlanValue *before, const PlanValue *after) {
	const char *one = value_words(scratch, before), *other = value_words(scratch, after);
	if (strcmp(one, other) == 0) return true;
	bool differ = strlen(one) > MOST_BYTES || strlen(other) > MOST_BYTES || names_columns(one) == names_columns(other);
	return !differ && strcmp(as_before(scratch, one), as_before(scratch, other)) == 0;
}
