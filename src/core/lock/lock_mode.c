/* lock_mode.c: the modes of locks and their conflicts. */
#include "core/lock_mode.h"

#include <string.h>

#define M(number) LOCK_BIT(number)
static const struct {
	const char *name, *word;
	LockModes conflicts;
} modes[LOCK_MODE_COUNT] = {
	[LOCK_NO_MODE] = {"", "", 0},
#define X(mode, word, conflicts) [mode] = {word "Lock", word, conflicts},
	LOCK_MODES(X)
#undef X
};

LockMode lock_mode_named(const char *name) {
	for (LockMode mode = LOCK_ACCESS_SHARE; mode < LOCK_MODE_COUNT; mode++)
		if (strcmp(modes[mode].name, name) == 0) return mode;
	return LOCK_NO_MODE;
}

const char *lock_mode_name(LockMode mode) {
	return modes[mode].name;
}

const char *lock_mode_word(LockMode mode) {
	return modes[mode].word;
}

LockModes lock_mode_conflicts(LockMode mode) {
	return modes[mode].conflicts;
}

LockMode lock_modes_strongest(LockModes set) {
	LockMode mode = LOCK_ACCESS_EXCLUSIVE;
	while (mode && !(set & LOCK_BIT(mode))) mode--;
	return mode;
}
