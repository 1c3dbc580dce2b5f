/* reach.c: what a part of a plan needs from the rest of it. */
#include "advise/reach.h"

#include "sql/token.h"

int subtree_end(const Plan *plan, const PlanNode *top) {
	size_t end = (size_t)top->id;
	while (end < plan->node_count && plan->nodes[end]->depth > top->depth) end++;
	return (int)end;
}

bool names_hold(const NameList *names, const char *name) {
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0) return true;
	return false;
}

bool names_meet(const NameList *one, const NameList *other) {
	for (size_t i = 0; i < one->count; i++)
		if (names_hold(other, one->items[i])) return true;
	return false;
}

static void add_name(Arena *arena, NameList *names, const char *name) {
	if (name && !names_hold(names, name)) *list_push(arena, names) = name;
}

/* An alias hides the name: two scans of one table are told apart by theirs. */
static void add_own_name(Arena *arena, NameList *names, const PlanNode *node) {
	const char *hidden = node->relation ? node->relation : node->cte ? node->cte : node->function;
	add_name(arena, names, node->alias ? node->alias : hidden);
}

NameList subtree_names(Arena *arena, const Plan *plan, const PlanNode *top) {
	NameList names = {0};
	for (int id = top->id; id <= subtree_end(plan, top); id++) add_own_name(arena, &names, plan->nodes[id - 1]);
	return names;
}

/* ---- what an expression mentions ---- */

/* "C" is C, and "a""b" is a"b. */
static const char *plain_name(Arena *arena, const char *text, Span span) {
	bool quoted = text[span.start] == '"' && span.end - span.start >= 2;
	char *name = arena_copy_n(arena, text + span.start + quoted, span.end - span.start - (quoted ? 2 : 0)), *to = name;
	for (const char *from = name; *from; from++) {
		*to++ = *from;
		if (quoted && from[0] == '"' && from[1] == '"') from++;
	}
	*to = '\0';
	return name;
}

/* `c.id` and `"C".id`, but neither a function's nor a type's schema: `public.f(x)`, `x::public.money`. */
static bool qualifies(const char *text, const TokenList *tokens, size_t at) {
	if (tokens->items[at].kind != TOKEN_NAME && tokens->items[at].kind != TOKEN_KEYWORD) return false;
	if (!tokens_have(text, tokens, at + 1, ".") || tokens_have(text, tokens, at + 3, "(")) return false;
	bool name_follows = at + 2 < tokens->count && (tokens->items[at + 2].kind == TOKEN_NAME || tokens->items[at + 2].kind == TOKEN_KEYWORD);
	if (!name_follows && !tokens_have(text, tokens, at + 2, "*")) return false;
	return at == 0 || (!tokens_have(text, tokens, at - 1, ".") && !tokens_have(text, tokens, at - 1, "::"));
}

/* True when it holds a parameter too. */
static bool add_mentioned(Arena *arena, NameList *names, const char *text) {
	TokenList tokens = sql_tokens(arena, text);
	bool parameter = false;
	for (size_t i = 0; i < tokens.count; i++) {
		parameter = parameter || tokens.items[i].kind == TOKEN_PARAMETER;
		if (qualifies(text, &tokens, i)) add_name(arena, names, plain_name(arena, text, tokens.items[i].span));
	}
	return parameter;
}

static bool ends_in_any(const char *name, const char *const *ends) {
	for (; *ends; ends++) {
		size_t length = strlen(name), end = strlen(*ends);
		if (length >= end && strcmp(name + length - end, *ends) == 0) return true;
	}
	return false;
}

/* Of the fields whose names end so; texts and lists of them. */
static bool add_fields(Arena *arena, NameList *names, const PlanNode *node, const char *const *ends) {
	bool parameter = false;
	for (const PlanValue *field = node->fields ? node->fields->members.first : NULL; field; field = field->next) {
		if (!field->name || !ends_in_any(field->name, ends)) continue;
		if (field->kind == PLAN_TEXT) parameter |= add_mentioned(arena, names, field->text);
		for (const PlanValue *item = field->kind == PLAN_LIST ? field->members.first : NULL; item; item = item->next)
			if (item->kind == PLAN_TEXT) parameter |= add_mentioned(arena, names, item->text);
	}
	return parameter;
}

NameList node_mentions(Arena *arena, const PlanNode *node) {
	static const char *const conditions[] = {" Cond", "Filter", "Cache Key", NULL};
	NameList names = {0};
	add_fields(arena, &names, node, conditions);
	if (names.count) add_own_name(arena, &names, node);
	return names;
}

bool subtree_stands_alone(Arena *arena, const Plan *plan, const PlanNode *top) {
	static const char *const expressions[] = {" Cond", "Filter", " Key", "Output", "Function Call", "Order By", NULL};
	NameList inside = subtree_names(arena, plan, top);
	for (int id = top->id; id <= subtree_end(plan, top); id++) {
		NameList mentioned = {0};
		if (add_fields(arena, &mentioned, plan->nodes[id - 1], expressions)) return false;
		for (size_t i = 0; i < mentioned.count; i++)
			if (!names_hold(&inside, mentioned.items[i])) return false;
	}
	return true;
}
