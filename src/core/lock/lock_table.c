/* lock_table.c: questions to a table of locks. */
#include "core/lock_table.h"

LockModes lock_held_by_others(const LockTable *table, const LockTag *tag, size_t session) {
	LockModes modes = 0;
	for (size_t i = 0; i < tag->holds.count; i++) {
		const LockHold *hold = &table->holds.items[tag->holds.items[i]];
		if (hold->session != session) modes |= hold->modes;
	}
	return modes;
}

bool lock_tag_is(const LockTag *tag, const char *type) {
	return strcmp(tag->type, type) == 0;
}

bool lock_conflicts(LockMode wanted, LockModes others) {
	return (lock_mode_conflicts(wanted) & others) != 0;
}
