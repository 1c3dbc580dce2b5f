/* lock_mode.h: the eight modes of PostgreSQL's locks and which of them conflict. */
#ifndef PGWHY_CORE_LOCK_MODE_H
#define PGWHY_CORE_LOCK_MODE_H

/* In PostgreSQL's order, weakest first, so that the conflicts can be written by number. */
#define LOCK_MODES(X)                                                                     \
	X(LOCK_ACCESS_SHARE, "AccessShare", M(8))                                       \
	X(LOCK_ROW_SHARE, "RowShare", M(7) | M(8))                                      \
	X(LOCK_ROW_EXCLUSIVE, "RowExclusive", M(5) | M(6) | M(7) | M(8))                \
	X(LOCK_SHARE_UPDATE_EXCLUSIVE, "ShareUpdateExclusive", M(4) | M(5) | M(6) | M(7) | M(8)) \
	X(LOCK_SHARE, "Share", M(3) | M(4) | M(6) | M(7) | M(8))                        \
	X(LOCK_SHARE_ROW_EXCLUSIVE, "ShareRowExclusive", M(3) | M(4) | M(5) | M(6) | M(7) | M(8)) \
	X(LOCK_EXCLUSIVE, "Exclusive", M(2) | M(3) | M(4) | M(5) | M(6) | M(7) | M(8))  \
	X(LOCK_ACCESS_EXCLUSIVE, "AccessExclusive", M(1) | M(2) | M(3) | M(4) | M(5) | M(6) | M(7) | M(8))

typedef enum LockMode {
	LOCK_NO_MODE, /* also what blocks nobody: SIReadLock */
#define X(mode, word, conflicts) mode,
	LOCK_MODES(X)
#undef X
	LOCK_MODE_COUNT
} LockMode;

typedef unsigned LockModes; /* a set of them */
#define LOCK_BIT(mode) (1u << (mode))

LockMode lock_mode_named(const char *name); /* "AccessShareLock", as pg_locks has it; LOCK_NO_MODE: none of them */
const char *lock_mode_name(LockMode mode); /* the same way round */
const char *lock_mode_word(LockMode mode); /* "AccessShare" */
LockModes lock_mode_conflicts(LockMode mode);
LockMode lock_modes_strongest(LockModes modes);

#endif
