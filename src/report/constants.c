/* constants.c: what is told others without the constants of a statement. */
#include "report/constants.h"

#include <ctype.h>

#include "advise/proof.h"
#include "advise/tried.h"
#include "base/str.h"
#include "plan/copy.h"
#include "plan/value.h"
#include "plan/words.h"
#include "sql/edit.h"

static const char mark[] = "?";

const char *constants_out_of_sql(Arena *arena, const char *sql) {
	if (!sql) return NULL;
	TokenList tokens = sql_tokens(arena, sql);
	EditList edits = {0};
	for (size_t i = 0; i < tokens.count; i++) {
		const Token *token = &tokens.items[i];
		if (token->kind == TOKEN_STRING || token->kind == TOKEN_NUMBER) *list_push(arena, &edits) = (Edit){token->span, mark};
		if (token->kind == TOKEN_COMMENT) *list_push(arena, &edits) = (Edit){span_with_blanks(sql, token->span), " "};
	}
	const char *text = text_edited(arena, sql, &edits);
	return text + strspn(text, " \n");
}

/* ---- sentences ---- */

/* Of 'a text'; an apostrophe stands behind a letter. One that never ends was cut: all of it goes. 0: there is none. */
static size_t quoted_length(const char *text, const char *at) {
	if (*at != '\'' || (at > text && isalnum((unsigned char)at[-1]))) return 0;
	size_t len = 1;
	while (at[len] && (at[len] != '\'' || at[len + 1] == '\'')) len += at[len] == '\'' ? 2 : 1;
	return len + (at[len] == '\'');
}

/* Of the 7 of "a = 7", but not of a share or a time. */
static size_t compared_length(const char *text, const char *at) {
	if (at - text < 2 || at[-1] != ' ' || !strchr("=<>", at[-2]) || !isdigit((unsigned char)*at)) return 0;
	size_t len = strspn(at, "0123456789.");
	while (len && at[len - 1] == '.') len--; /* the sentence's */
	return at[len] == '%' || isalpha((unsigned char)at[len]) ? 0 : len;
}

const char *constants_out_of_words(Arena *arena, const char *sentence) {
	if (!sentence) return NULL;
	Str out = STR_INIT;
	for (const char *at = sentence; *at;) {
		size_t quoted = quoted_length(sentence, at), len = quoted ? quoted : compared_length(sentence, at);
		if (len) str_add(&out, mark);
		else str_add_char(&out, *at);
		at += len ? len : 1;
	}
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

/* ---- plans ---- */

static PlanValue *value_out(Arena *arena, const PlanValue *value) {
	PlanValue *copy = ARENA_NEW(arena, PlanValue);
	*copy = *value;
	copy->next = NULL;
	if (value->kind == PLAN_TEXT) copy->text = constants_out_of_sql(arena, value->text);
	if (value->kind != PLAN_LIST && value->kind != PLAN_OBJECT) return copy;
	copy->members.first = copy->members.last = NULL;
	for (const PlanValue *item = value->members.first; item; item = item->next) value_append(copy, value_out(arena, item));
	return copy;
}

/* Of the fields only those that hold conditions: the others are names and figures. */
static PlanValue *fields_out(Arena *arena, const PlanValue *fields) {
	PlanValue *copy = value_new(arena, PLAN_OBJECT, NULL);
	for (const PlanValue *item = fields->members.first; item; item = item->next) {
		PlanValue *member = ARENA_NEW(arena, PlanValue);
		*member = *item;
		member->next = NULL;
		value_append(copy, node_condition_field(item->name) ? value_out(arena, item) : member);
	}
	return copy;
}

static const Plan *plan_out(Arena *arena, const Plan *plan) {
	Plan *copy = plan_copy(arena, plan);
	for (size_t i = 0; i < copy->node_count; i++) copy->nodes[i]->fields = fields_out(arena, copy->nodes[i]->fields);
	copy->statement = constants_out_of_sql(arena, plan->statement);
	if (plan->fields) {
		copy->fields = fields_out(arena, plan->fields);
		value_take(copy->fields, "Query Parameters");
	}
	return copy;
}

/* ---- findings ---- */

static const Tried *tried_out(Arena *arena, const Tried *tried) {
	Tried *copy = ARENA_NEW(arena, Tried);
	*copy = *tried;
	for (size_t i = 0; i < 2; i++)
		if (tried->plans[i]) copy->plans[i] = plan_out(arena, tried->plans[i]);
	return copy;
}

static const Proof *proof_out(Arena *arena, const Proof *proof) {
	Proof *copy = ARENA_NEW(arena, Proof);
	*copy = *proof;
	copy->compared.rows[0] = copy->compared.rows[1] = NULL;
	return copy;
}

/* The rewrite ends it; what stands before is to be run as it is. */
static const char *remedy_out(Arena *arena, const Finding *finding) {
	const char *at = finding->sql && finding->rewrite ? strstr(finding->sql, finding->rewrite) : NULL;
	if (at) return arena_printf(arena, "%.*s%s", (int)(at - finding->sql), finding->sql, constants_out_of_sql(arena, at));
	return finding->kind == REMEDY_REWRITE ? constants_out_of_sql(arena, finding->sql) : finding->sql;
}

static void finding_out(Arena *arena, Finding *finding) {
	const char **words[] = {&finding->title, &finding->evidence, &finding->because, &finding->notes};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) *words[i] = constants_out_of_words(arena, *words[i]);
	finding->sql = remedy_out(arena, finding);
	finding->rewrite = constants_out_of_sql(arena, finding->rewrite);
	StatementForm *forms = ARENA_ARRAY(arena, StatementForm, finding->forms.count);
	for (size_t i = 0; i < finding->forms.count; i++) forms[i] = (StatementForm){finding->forms.items[i].name, constants_out_of_sql(arena, finding->forms.items[i].sql)};
	finding->forms.items = forms;
	if (finding->proof) finding->proof = proof_out(arena, finding->proof);
	if (finding->tried) finding->tried = tried_out(arena, finding->tried);
}

static const FindingList *findings_out(Arena *arena, const FindingList *findings) {
	if (!findings) return NULL;
	FindingList *copy = ARENA_NEW(arena, FindingList);
	*copy = findings_copy(arena, findings);
	for (size_t i = 0; i < copy->count; i++) finding_out(arena, &copy->items[i]);
	return copy;
}

static const Pretence *pretence_out(Arena *arena, const Pretence *pretence) {
	if (!pretence) return NULL;
	Pretence *copy = ARENA_NEW(arena, Pretence);
	*copy = *pretence;
	copy->rewrite = constants_out_of_sql(arena, pretence->rewrite);
	if (pretence->plan) copy->plan = plan_out(arena, pretence->plan);
	return copy;
}

/* ---- before and after ---- */

static const PlanNode *node_in(const Plan *plan, const PlanNode *node) {
	return node ? plan->nodes[node->id - 1] : NULL;
}

static const PlanDiff *diff_out(Arena *arena, const PlanDiff *diff) {
	PlanDiff *copy = ARENA_NEW(arena, PlanDiff);
	*copy = *diff;
	copy->before.plan = plan_out(arena, diff->before.plan);
	copy->after.plan = plan_out(arena, diff->after.plan);
	copy->before.statement = constants_out_of_sql(arena, diff->before.statement);
	copy->after.statement = constants_out_of_sql(arena, diff->after.statement);
	copy->pairs = (DiffPairs){0};
	for (size_t i = 0; i < diff->pairs.count; i++) {
		DiffPair *pair = list_push(arena, &copy->pairs);
		*pair = diff->pairs.items[i];
		pair->before = node_in(copy->before.plan, pair->before);
		pair->after = node_in(copy->after.plan, pair->after);
	}
	return copy;
}

static const Finding *one_finding_out(Arena *arena, const Finding *finding) {
	if (!finding) return NULL;
	FindingList one = {0};
	*list_push(arena, &one) = *finding;
	return findings_out(arena, &one)->items;
}

static const FindingChangeList *changes_out(Arena *arena, const FindingChangeList *changes) {
	if (!changes) return NULL;
	FindingChangeList *copy = ARENA_NEW(arena, FindingChangeList);
	for (size_t i = 0; i < changes->count; i++) {
		FindingChange change = changes->items[i];
		change.before = one_finding_out(arena, change.before);
		change.after = one_finding_out(arena, change.after);
		*list_push(arena, copy) = change;
	}
	return copy;
}

Comparison constants_out_of_comparison(Arena *arena, const Comparison *comparison) {
	Comparison copy = *comparison;
	copy.diff = diff_out(arena, comparison->diff);
	copy.findings = changes_out(arena, comparison->findings);
	copy.proof = comparison->proof ? proof_out(arena, comparison->proof) : NULL;
	copy.notes = (DiffNotes){0};
	for (size_t i = 0; i < comparison->notes.count; i++)
		*list_push(arena, &copy.notes) = (DiffNote){comparison->notes.items[i].label, constants_out_of_words(arena, comparison->notes.items[i].text)};
	return copy;
}

static const Comparison *since_out(Arena *arena, const Comparison *since) {
	if (!since) return NULL;
	Comparison *copy = ARENA_NEW(arena, Comparison);
	*copy = constants_out_of_comparison(arena, since);
	return copy;
}

PlanReport constants_out_of_report(Arena *arena, const PlanReport *report) {
	PlanReport copy = *report;
	copy.id = report_id(arena, report);
	copy.plan = plan_out(arena, report->plan);
	copy.findings = findings_out(arena, report->findings);
	copy.statement = constants_out_of_sql(arena, report->statement);
	copy.pretence = pretence_out(arena, report->pretence);
	copy.since = since_out(arena, report->since);
	copy.other.statement = constants_out_of_sql(arena, report->other.statement);
	for (size_t i = 0; i < 2; i++)
		if (report->other.plans[i]) copy.other.plans[i] = plan_out(arena, report->other.plans[i]);
	copy.values = NULL;
	return copy;
}
