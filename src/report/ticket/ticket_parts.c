/* ticket_parts.c: what the chapters of the report for a ticket have in common. */
#include "report/ticket_parts.h"

#include <math.h>

#include "advise/tried.h"
#include "base/utf8.h"
#include "report/markdown.h"

const Finding *ticket_finding(const Ticket *t, size_t nth) {
	const FindingList *findings = t->report->findings;
	return findings && nth < findings->count ? &findings->items[nth] : NULL;
}

bool ticket_is_done(const Ticket *t, const Finding *finding) {
	return t->report->since && finding->tried && isnan(finding->tried->build_ms);
}

bool ticket_advises(const Ticket *t) {
	for (size_t i = 0; ticket_finding(t, i); i++)
		if (ticket_finding(t, i)->sql) return true;
	return false;
}

void ticket_heading(const Ticket *t, const char *text) {
	markdown_add_heading(t->out, t->arena, 3, text);
}

void ticket_item(const Ticket *t, const char *label, const char *text) {
	markdown_add_item(t->out, t->arena, label, text);
}

void ticket_sql(const Ticket *t, const char *sql) {
	if (!sql || !*sql) return;
	markdown_add_gap(t->out);
	markdown_add_fence(t->out, "sql", report_sql(t->arena, sql));
}

void ticket_bold(const Ticket *t, const char *text) {
	str_add(t->out, "**");
	markdown_add_text(t->out, utf8_clean(t->arena, text));
	str_add(t->out, "**");
}
