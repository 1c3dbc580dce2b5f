/* pane_rules.c: what panes advise of a table or an index itself: told by the statistics, not by a plan, so nothing here is run over one. */
#include "panes/pane_rules.h"

#define DEAD_ROWS 10000
#define DEAD_SHARE 0.2

const Rule rule_dead_rows = {
	.id = "dead-rows",
	.summary = "a fifth of a table's rows are dead, and every scan of it reads them",
	.fires = "In Scans and Sizes, by the statistics: 10,000 rows of a table or more are dead, and so is a fifth of all its rows. VACUUM is advised. "
		 "Silent for temporary tables, and for partitioned ones, whose partitions are told of themselves.",
};

const Rule rule_updates_not_hot = {
	.id = "updates-not-hot",
	.summary = "updates change every index of a table, for want of room on its pages",
	.fires = "In Scans: of more than 10,000 updates since statistics began fewer than half were HOT, and in at least half of the others the page was full "
		 "(servers before 16 do not count these, so there an index may as well hold a column they set). A fillfactor of 90 is advised, of 80 where it is "
		 "90 or less. Silent for partitioned tables, and where it is 80 or less.",
};

const Rule rule_unused_index = {
	.id = "unused-index",
	.summary = "no query has used an index, and writes pay for it",
	.fires = "In Sizes: scans have been counted for 7 days or more, and not one was of this index of 1 MB or more. DROP INDEX CONCURRENTLY is advised, with the "
		 "statement that brings the index back. Silent for those of primary keys, constraints and replica identities, unique ones, parts of partitioned "
		 "ones, those of temporary tables, and on a standby: the primary counts its own scans.",
};

const Rule rule_invalid_index = {
	.id = "invalid-index",
	.summary = "an index that no query can use, since building it failed",
	.fires = "In Sizes: CREATE INDEX CONCURRENTLY or REINDEX failed or was cancelled, or a partitioned index lacks a part. REINDEX INDEX CONCURRENTLY is advised, "
		 "DROP INDEX CONCURRENTLY for what REINDEX itself left behind. Silent while something works on its table.",
};

const Rule rule_autovacuum_off = {
	.id = "autovacuum-off",
	.summary = "autovacuum is switched off for a table",
	.fires = "In Sizes: autovacuum_enabled is false among the storage parameters of a table. Silent for temporary tables, which autovacuum never sees.",
};

static const Rule *const pane_rules[] = {&rule_dead_rows, &rule_updates_not_hot, &rule_unused_index, &rule_invalid_index, &rule_autovacuum_off};
enum { PANE_RULES = sizeof pane_rules / sizeof *pane_rules };

bool dead_rows_matter(double live, double dead) {
	return dead >= DEAD_ROWS && dead >= DEAD_SHARE * (live + dead);
}

const Rule *every_rule(size_t nth) {
	size_t of_plans = 0;
	while (rules[of_plans]) of_plans++;
	if (nth < of_plans) return rules[nth];
	return nth - of_plans < PANE_RULES ? pane_rules[nth - of_plans] : NULL;
}

const Rule *every_rule_named(const char *id) {
	const Rule *rule;
	for (size_t i = 0; (rule = every_rule(i)) && strcmp(rule->id, id) != 0;) i++;
	return rule;
}
