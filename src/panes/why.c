/* why.c: the four parts of every why. */
#include "panes/why.h"

#include "advise/proof.h"
#include "advise/say.h"
#include "advise/tried.h"
#include "sql/split.h"

void why_figure(Page *page, const char *label, const char *figure, const char *remark) {
	page_line(page);
	page_indent(page, 20);
	page_printf(page, ROLE_DIM, "%-9s", label);
	page_printf(page, ROLE_STRONG, "%9s", *figure ? figure : "–");
	if (remark) page_printf(page, ROLE_DIM, "  %s", remark);
}

void why_cause(Page *page, Role role, const char *text) {
	page_line(page);
	page_add(page, ROLE_DIM, "· ");
	page_add(page, role, text);
	page_indent(page, 2);
}

static const Role severity_roles[] = {
	[SEVERITY_INFO] = ROLE_INFO,
	[SEVERITY_WARNING] = ROLE_WARNING,
	[SEVERITY_CRITICAL] = ROLE_CRITICAL,
};

static bool diagnosed(const Diagnosis *diagnosis) {
	return diagnosis && diagnosis->plan && diagnosis->findings && !diagnosis->state;
}

void why_findings_because(Page *page, const Diagnosis *diagnosis) {
	if (!diagnosed(diagnosis)) {
		why_cause(page, ROLE_DIM, diagnosis && diagnosis->state ? diagnosis->state : "E plans it and says more; nothing is run");
		return;
	}
	for (size_t i = 0; i < diagnosis->findings->count; i++) {
		const Finding *finding = &diagnosis->findings->items[i];
		why_cause(page, severity_roles[finding->severity], finding->title);
		if (finding->because) {
			page_line(page);
			page_printf(page, ROLE_DIM, "  %s", finding->because);
			page_indent(page, 2);
		}
	}
	const char *silence = diagnosis->findings->silence;
	if (!diagnosis->findings->count) why_cause(page, silence ? ROLE_TEXT : ROLE_GOOD, silence ? silence : "its plan shows nothing to advise");
}

static void paragraph(Page *page, Role role, const char *label, const char *text) {
	for (size_t len; text && *text; text += len + (text[len] == '\n'), label = "") {
		len = strcspn(text, "\n");
		page_line(page);
		page_indent(page, 10);
		page_printf(page, ROLE_DIM, "%-10s", label);
		page_add(page, role, arena_copy_n(page->arena, text, len));
	}
}

/* Each statement begins a line. */
static void statements(Page *page, const char *sql, int width) {
	SpanList each = statement_split(page->arena, sql);
	for (size_t i = 0; i + 1 < each.count; i++)
		page_sql(page, arena_printf(page->arena, "%.*s;", (int)(each.items[i].end - each.items[i].start), sql + each.items[i].start), (size_t)width);
	page_sql(page, each.count > 1 ? sql + each.items[each.count - 1].start : sql, (size_t)width);
}

static void heading_of(Page *page, const Plan *plan, const Finding *finding, size_t number) {
	Arena *arena = page->arena;
	page_line(page);
	page_printf(page, severity_roles[finding->severity], "%zu %s", number, finding->rule);
	const char *saves = say_savings(arena, plan, finding);
	if (saves) page_printf(page, ROLE_STRONG, "  saves %s", saves);
	page_printf(page, ROLE_DIM, "  %s", basis_name(finding->basis));
}

static void proof_of(Page *page, const Finding *finding) {
	static const Role roles[] = {[ROWS_SAME] = ROLE_GOOD, [ROWS_SAME_SO_FAR] = ROLE_GOOD, [ROWS_DIFFERENT] = ROLE_CRITICAL, [ROWS_NOT_COMPARED] = ROLE_WARNING};
	if (finding->proof) paragraph(page, roles[finding->proof->compared.verdict], "proof", say_proof(page->arena, finding));
}

void why_finding(Page *page, const Plan *plan, const Finding *finding, size_t number, int width) {
	Arena *arena = page->arena;
	heading_of(page, plan, finding, number);
	page_line(page);
	page_add(page, ROLE_TEXT, finding->title);
	proof_of(page, finding);
	paragraph(page, finding->tried && finding->tried->unseen ? ROLE_WARNING : ROLE_GOOD, "tried", say_tried(arena, finding));
	if (finding->sql) statements(page, finding->sql, width);
	paragraph(page, ROLE_TEXT, "evidence", finding->evidence);
	paragraph(page, ROLE_TEXT, "because", finding->because);
	if (!isnan(finding->cost_after))
		paragraph(page, ROLE_TEXT, "cost", arena_printf(arena, "%s → %s", format_unit(arena, UNIT_NONE, finding->cost_before),
		                                               format_unit(arena, UNIT_NONE, finding->cost_after)));
	if (finding->indexes.count && !isnan(finding->index_bytes))
		paragraph(page, ROLE_TEXT, "size", arena_printf(arena, "~%s", format_bytes(arena, finding->index_bytes)));
	paragraph(page, ROLE_TEXT, "locks", finding->locks);
	paragraph(page, ROLE_TEXT, "undo", finding->undo);
	paragraph(page, ROLE_TEXT, "note", finding->notes);
	for (size_t i = 0; i < finding->forms.count; i++) {
		page_line(page);
		page_add(page, ROLE_DIM, finding->forms.items[i].name);
		page_sql(page, finding->forms.items[i].sql, (size_t)width);
	}
}

void why_labelled(Page *page, const LabelledLines *lines, int width) {
	for (size_t i = 0; i < lines->count; i++) {
		const LabelledLine *line = &lines->items[i];
		if (!line->sql) {
			paragraph(page, ROLE_TEXT, line->label, line->text);
			continue;
		}
		page_line(page);
		page_add(page, ROLE_DIM, line->label);
		page_sql(page, line->text, (size_t)width);
	}
}

void why_findings_do(Page *page, const Diagnosis *diagnosis, int width) {
	if (!diagnosed(diagnosis)) {
		why_cause(page, ROLE_DIM, diagnosis && diagnosis->state ? diagnosis->state : "E plans it and advises");
		return;
	}
	for (size_t i = 0; i < diagnosis->findings->count; i++) {
		if (i) page_line(page);
		why_finding(page, diagnosis->plan, &diagnosis->findings->items[i], i + 1, width);
	}
	if (!diagnosis->findings->count) why_cause(page, ROLE_GOOD, "nothing to advise");
}
