/* scan_verdict.h: what there is to say of how a table is read, why, and what to do about it.
 *
 * What is flagged costs now: a first sample, all since the reset, accuses nobody. */
#ifndef PGWHY_PANES_SCAN_VERDICT_H
#define PGWHY_PANES_SCAN_VERDICT_H

#include "panes/table_use.h"

typedef struct ScanCase {
	const TableUse *use;
	const TableUses *uses;
	const PaneInput *input;
	const Table *info; /* the row of scans_info; NULL: not there */
	double block_bytes;
} ScanCase;

typedef struct ScanVerdict {
	const char *word;
	Role role; /* ROLE_TEXT: nothing is wrong */
	bool (*holds)(const ScanCase *scan);
	const char *(*because)(Arena *arena, const ScanCase *scan);
	void (*advise)(Arena *arena, FindingList *findings, const ScanCase *scan); /* NULL: nothing to run */
	const char *means; /* for the manual */
} ScanVerdict;

ScanCase scan_case(const PaneInput *input, const TableUses *uses, size_t place, const Table *info);
const ScanVerdict *scan_verdict(const ScanCase *scan); /* the gravest that holds; NULL: none does */
const ScanVerdict *scan_verdict_at(size_t nth); /* of all there are, the gravest first; NULL: there is none */
void scan_why(Page *page, const ScanCase *scan, int width);
FindingList scan_findings(Arena *arena, const ScanCase *scan); /* SQL to run for the table itself; an index comes from its statements */

#endif
