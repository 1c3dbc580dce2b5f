/* plan.c: an annotated plan with its findings as plain text.
 *
 * Everything is written with the signs that read best and folded to 7 bits, piece by piece, where that is wanted. */
#include "report/plan.h"

#include "report/table.h"

#include "advise/proof.h"
#include "advise/say.h"
#include "advise/tried.h"
#include "base/utf8.h"
#include "core/format.h"
#include "plan/words.h"
#include "report/beside.h"
#include "view/canvas.h"
#include "view/diff_said.h"

enum { LEAST_WIDTH = 80, FIGURE_CELLS = 7, BAR_CELLS = 8, ROWS_CELLS = 14, LABEL_CELLS = 10, MOST_GUIDES = 12 };

typedef struct Writer {
	Arena *arena; /* for what is being written, not for the text */
	Str out;
	const PlanReport *report;
	size_t width;
	bool ascii;
} Writer;

/* ---- lines ---- */

static const char *folded(const Writer *writer, const char *text) {
	static const struct {
		const char *sign, *plain;
	} folds[] = {{"→", "->"}, {"×", "x"}, {"…", "..."}, {"–", "-"},   {"—", "-"},   {"≥", ">="}, {"≤", "<="},
	             {"·", "-"},  {"⚠", "!"}, {"│", "|"},   {"├ ", "|-"}, {"└ ", "`-"}, {"’", "'"},  {"±", "+-"}, {" ✓", ""}};
	if (!writer->ascii) return text;
	Str out = STR_INIT;
	while (*text) {
		size_t i = 0, count = sizeof folds / sizeof *folds;
		while (i < count && strncmp(text, folds[i].sign, strlen(folds[i].sign)) != 0) i++;
		if (i < count)
			str_add(&out, folds[i].plain);
		else
			str_add_char(&out, *text);
		text += i < count ? strlen(folds[i].sign) : 1;
	}
	const char *copy = arena_copy_n(writer->arena, out.text, out.len);
	str_release(&out);
	return copy;
}

static const char *fitted(const Writer *writer, const char *text, size_t cells) {
	return utf8_shorten(writer->arena, folded(writer, text), cells, writer->ascii);
}

/* One line, without blanks at its end. */
static void add_line(Writer *writer, const char *text) {
	size_t len = strlen(text);
	while (len && text[len - 1] == ' ') len--;
	str_add_n(&writer->out, text, len);
	str_add_char(&writer->out, '\n');
}

static const char *aligned(const Writer *writer, const char *text, size_t cells) {
	size_t taken = utf8_cells(text);
	return arena_printf(writer->arena, "%*s%s", taken < cells ? (int)(cells - taken) : 0, "", text);
}

/* Wrapped: behind `lead`, then as far to the right as that is wide. */
static void add_wrapped(Writer *writer, const char *lead, const char *text) {
	text = folded(writer, utf8_clean(writer->arena, text));
	size_t indent = strlen(lead);
	while (*text) {
		size_t len = format_line(text, writer->width - indent);
		add_line(writer, arena_printf(writer->arena, "%s%.*s", lead, (int)len, text));
		lead = arena_printf(writer->arena, "%*s", (int)indent, "");
		text += len;
		while (*text == ' ') text++;
	}
}

/* A label and a text beside it, wrapped; nothing when there is no text. */
static void add_paragraph(Writer *writer, const char *label, const char *text) {
	if (!text || !*text) return;
	add_wrapped(writer, arena_printf(writer->arena, "  %-*s", *label ? LABEL_CELLS : 0, label), text);
}

const char *report_sql(Arena *arena, const char *sql) {
	const char *text = utf8_clean_lines(arena, sql);
	size_t len = strlen(text);
	while (len && (text[len - 1] == ';' || text[len - 1] == ' ' || text[len - 1] == '\n')) len--;
	return arena_printf(arena, "%.*s;", (int)len, text);
}

/* SQL to run stands as it is: neither cut nor wrapped. */
static void add_sql(Writer *writer, const char *label, const char *sql) {
	if (!sql || !*sql) return;
	const char *text = report_sql(writer->arena, sql);
	const char *lead = *label ? arena_printf(writer->arena, "  %-*s", LABEL_CELLS, label) : "    ";
	while (*text) {
		size_t line = strcspn(text, "\n");
		add_line(writer, arena_printf(writer->arena, "%s%.*s", lead, (int)line, text));
		lead = *label ? arena_printf(writer->arena, "%*s", 2 + LABEL_CELLS, "") : "    ";
		text += line + (text[line] == '\n');
	}
}

/* ---- the tree ---- */

/* Times only when they were taken; else the tree tells costs. */
static bool is_timed(const Plan *plan) {
	return plan->analyzed && plan->timed;
}

static const char *marker(const Writer *writer, size_t number) {
	if (writer->ascii || number > 20) return arena_printf(writer->arena, "(%zu)", number);
	char bytes[4];
	return arena_copy_n(writer->arena, bytes, utf8_encode(0x245F + (uint32_t)number, bytes)); /* ① is U+2460 */
}

static const char *bar(const Writer *writer, double share) {
	Canvas *canvas = canvas_new(writer->arena, BAR_CELLS, 1, writer->ascii);
	if (share > 0) canvas_bar(canvas, 0, 0, BAR_CELLS, fmin(share, 1), ROLE_TEXT);
	const char *text = canvas_dump(writer->arena, canvas, false);
	return arena_copy_n(writer->arena, text, strcspn(text, "\n"));
}

static double own_share(const Plan *plan, const PlanNode *node) {
	return is_timed(plan) ? node->measure.self_share : node->measure.self_cost / plan->root->total_cost;
}

static const char *figures(const Writer *writer, const PlanNode *node) {
	const Plan *plan = writer->report->plan;
	const NodeMeasure *measure = &node->measure;
	Arena *arena = writer->arena;
	const char *own = is_timed(plan) ? format_unit(arena, UNIT_MS, measure->self_ms) : format_unit(arena, UNIT_COUNT, measure->self_cost);
	const char *rows = format_rows(arena, measure->rows_planned);
	if (measure->never_executed) own = "–";
	if (plan->analyzed) rows = arena_printf(arena, "%s→%s", rows, format_rows(arena, measure->rows_actual));
	const char *drawn = bar(writer, own_share(plan, node));
	return arena_printf(arena, "%s %s%*s%s  ", aligned(writer, folded(writer, own), FIGURE_CELLS), drawn,
	                    BAR_CELLS - (int)utf8_cells(drawn), "", aligned(writer, folded(writer, rows), ROWS_CELLS));
}

/* A guide for each level above that goes on, and the node's own corner; of a deep node only the last levels. */
static const char *guides(const Writer *writer, const PlanNode *node, bool heading) {
	const PlanNode *path[MOST_GUIDES];
	size_t levels = 0;
	for (const PlanNode *at = node; at->parent && levels < MOST_GUIDES; at = at->parent) path[levels++] = at;
	Str out = STR_INIT;
	if (node->depth > MOST_GUIDES) str_printf(&out, "%d… ", node->depth - MOST_GUIDES);
	while (levels--) {
		bool own = levels == 0 && heading;
		str_add(&out, path[levels]->next ? (own ? "├ " : "│ ") : (own ? "└ " : "  "));
	}
	if (!heading) str_add(&out, node->first_child ? "│   " : "    ");
	const char *text = arena_copy(writer->arena, out.text);
	str_release(&out);
	return text;
}

/* What is wrong here: a misestimate, and the numbers of the findings. */
static const char *marks(const Writer *writer, const PlanNode *node) {
	const FindingList *findings = writer->report->findings;
	const char *text = "";
	if (node->measure.misestimate >= 10)
		text = arena_printf(writer->arena, "  ⚠×%s", format_rows(writer->arena, node->measure.misestimate));
	for (size_t i = 0; findings && i < findings->count; i++)
		if (findings->items[i].node == node->id) text = arena_printf(writer->arena, "%s  %s", text, marker(writer, i + 1));
	return folded(writer, text);
}

static void add_node(Writer *writer, const PlanNode *node) {
	const char *lead = figures(writer, node), *tail = marks(writer, node);
	size_t taken = utf8_cells(lead), marked = utf8_cells(tail);
	size_t room = taken + marked < writer->width ? writer->width - taken - marked : 0;
	const char *words = arena_printf(writer->arena, "%s%s", guides(writer, node, true), node_words(writer->arena, node));
	add_line(writer, arena_printf(writer->arena, "%s%s%s", lead, fitted(writer, words, room), tail));
	Conditions conditions = node_condition_lines(writer->arena, writer->report->plan, node);
	for (size_t i = 0; i < conditions.count; i++) {
		const char *line = arena_printf(writer->arena, "%*s%s%s", (int)taken, "", guides(writer, node, false), conditions.items[i]);
		add_line(writer, fitted(writer, line, writer->width));
	}
}

static void add_tree(Writer *writer) {
	const Plan *plan = writer->report->plan;
	Arena *whole = writer->arena;
	const char *rows = folded(writer, plan->analyzed ? "rows est→act" : "rows est");
	add_line(writer, arena_printf(whole, "%*s %*s%s", FIGURE_CELLS, is_timed(plan) ? "self" : "cost", BAR_CELLS, "",
	                              aligned(writer, rows, ROWS_CELLS)));
	writer->arena = arena_new(); /* cleared node by node: a plan may have very many */
	for (size_t i = 0; i < plan->node_count; i++) {
		arena_clear(writer->arena);
		add_node(writer, plan->nodes[i]);
	}
	arena_free(writer->arena);
	writer->arena = whole;
}

/* ---- findings ---- */

static void add_finding_headline(Writer *writer, const Finding *finding, size_t number) {
	Arena *arena = writer->arena;
	const char *saves = say_savings(arena, writer->report->plan, finding);
	const char *line = arena_printf(arena, "%s %s  %s%s%s  %s", marker(writer, number), finding->rule, severity_name(finding->severity), saves ? "  saves " : "", saves ? saves : "",
	                                basis_name(finding->basis));
	add_line(writer, fitted(writer, line, writer->width));
}

static void add_finding(Writer *writer, const Finding *finding, size_t number) {
	Arena *arena = writer->arena;
	add_finding_headline(writer, finding, number);
	add_paragraph(writer, "", finding->title);
	add_paragraph(writer, "proof", say_proof(arena, finding));
	add_paragraph(writer, "tried", say_tried(arena, finding));
	add_sql(writer, "", finding->sql);
	add_sql(writer, "undo", finding->undo);
	add_paragraph(writer, "evidence", finding->evidence);
	add_paragraph(writer, "because", finding->because);
	if (!isnan(finding->cost_after))
		add_paragraph(writer, "cost", arena_printf(arena, "%s → %s", format_unit(arena, UNIT_NONE, finding->cost_before),
		                                           format_unit(arena, UNIT_NONE, finding->cost_after)));
	if (finding->indexes.count && !isnan(finding->index_bytes))
		add_paragraph(writer, "size", arena_printf(arena, "~%s", format_bytes(arena, finding->index_bytes)));
	add_paragraph(writer, "locks", finding->locks);
	add_paragraph(writer, "note", finding->notes);
	for (size_t i = 0; i < finding->forms.count; i++) {
		add_paragraph(writer, "", arena_printf(arena, "%s:", finding->forms.items[i].name));
		add_sql(writer, "", finding->forms.items[i].sql);
	}
}

/* ---- the plans by values ---- */

static void add_table(Writer *writer, const ValueReport *values) {
	const char *rest = report_table_text(writer->arena, values->table, NULL, values->columns, values->column_count);
	for (size_t len; *rest; rest += len + (rest[len] == '\n')) {
		len = strcspn(rest, "\n");
		add_line(writer, fitted(writer, arena_copy_n(writer->arena, rest, len), writer->width));
	}
}

static void add_values(Writer *writer, const ValueReport *values) {
	const Sensitivity *s = values->sensitivity;
	add_line(writer, "");
	add_paragraph(writer, "values", s ? s->verdict : values->problem);
	if (!s) return;
	add_paragraph(writer, "prepared", s->cache_words);
	for (size_t i = 0; i < s->differences.count; i++) add_paragraph(writer, "plans", s->differences.items[i]);
	for (size_t i = 0; i < s->advice.count; i++) add_paragraph(writer, "advice", value_advice_words(writer->arena, s, &s->advice.items[i]));
	add_line(writer, "");
	add_table(writer, values);
}

static Writer writer_new(const PlanReport *report, size_t width, bool ascii) {
	if (width == 0) width = REPORT_WIDTH;
	return (Writer){.arena = arena_new(), .out = STR_INIT, .report = report, .width = width < LEAST_WIDTH ? LEAST_WIDTH : width, .ascii = ascii};
}

static const char *written(Arena *arena, Writer *writer) {
	const char *text = arena_copy_n(arena, writer->out.text, writer->out.len);
	str_release(&writer->out);
	arena_free(writer->arena);
	return text;
}

static void add_beside(Writer *writer) {
	BesideLines lines = beside_lines(writer->arena, writer->report->plan, writer->report->server_version);
	const char *calls = say_calls(writer->arena, writer->report->facts);
	if (lines.count || calls) add_line(writer, "");
	for (size_t i = 0; i < lines.count; i++) add_paragraph(writer, lines.items[i].label, lines.items[i].text);
	if (calls) add_paragraph(writer, "calls", calls);
}

static void add_labelled(Writer *writer, const LabelledLines *lines) {
	for (size_t i = 0; i < lines->count; i++) {
		const LabelledLine *line = &lines->items[i];
		if (line->sql) add_sql(writer, *line->label ? line->label : " ", line->text);
		else add_paragraph(writer, *line->label ? line->label : " ", line->text);
	}
}

/* Why one of them took longer. */
static void add_changed_nodes(Arena *arena, LabelledLines *lines, const OtherReport *other) {
	if (!other->plans[0] || !other->plans[1]) return;
	PlanDiff *diff = plan_diff(arena, other->plans[0], NULL, other->plans[1], NULL);
	if (other->repeated) repeated_compare(other->repeated, diff);
	DiffNotes nodes = diff_node_notes(arena, diff);
	labelled_add(arena, lines, "", diff_plan_words(arena, diff));
	for (size_t i = 0; i < nodes.count; i++) labelled_add(arena, lines, "", nodes.items[i].text);
}

static void add_repeated(Writer *writer, const PlanReport *report) {
	LabelledLines lines = repeated_lines(writer->arena, report->repeated);
	add_changed_nodes(writer->arena, &lines, &report->other);
	add_line(writer, "");
	add_labelled(writer, &lines);
}

static void add_pretence(Writer *writer, const Pretence *pretence) {
	LabelledLines lines = pretence_lines(writer->arena, pretence);
	add_line(writer, "");
	add_line(writer, pretence_title(writer->arena, pretence));
	add_labelled(writer, &lines);
	add_line(writer, "");
	PlanReport pretended = {.plan = pretence->plan};
	str_add(&writer->out, report_plan_tree(writer->arena, &pretended, writer->width, writer->ascii));
}

static void add_why(Writer *writer, const UnusedAnswer *answer) {
	LabelledLines lines = unused_lines(writer->arena, answer);
	add_line(writer, "");
	add_line(writer, fitted(writer, utf8_clean(writer->arena, unused_title(writer->arena, answer)), writer->width));
	add_labelled(writer, &lines);
}

const char *report_plan_tree(Arena *arena, const PlanReport *report, size_t width, bool ascii) {
	Writer writer = writer_new(report, width, ascii);
	add_tree(&writer);
	return written(arena, &writer);
}

const char *report_plan_text(Arena *arena, const PlanReport *report, size_t width, bool ascii) {
	Writer writer = writer_new(report, width, ascii);
	const char *statement = report->statement ? report->statement : report->plan->statement;
	if (statement) add_line(&writer, fitted(&writer, utf8_clean(writer.arena, statement), writer.width));
	add_line(&writer, fitted(&writer, plan_words(writer.arena, report->plan), writer.width));
	if (report->notes) add_wrapped(&writer, "", report->notes);
	if (report->repeated) add_repeated(&writer, report);
	add_line(&writer, "");
	add_tree(&writer);
	add_beside(&writer);
	if (report->values) add_values(&writer, report->values);
	for (size_t i = 0; report->findings && i < report->findings->count; i++) {
		add_line(&writer, "");
		add_finding(&writer, &report->findings->items[i], i + 1);
	}
	if (report->findings && !report->findings->count) add_line(&writer, "\nnothing to advise");
	if (report->findings && !report->findings->count && report->findings->silence) add_wrapped(&writer, "", report->findings->silence);
	if (report->pretence) add_pretence(&writer, report->pretence);
	for (size_t i = 0; i < report->why_count; i++) add_why(&writer, report->why[i]);
	return written(arena, &writer);
}
