/* completer.h: candidates for what stands before the cursor: asked for, shown, taken one after the other. For prompt.c.
 *
 * Not readline's own completion: that knows words by the characters between them, and SQL has names with blanks and dots in quotes. */
#ifndef PGWHY_TERM_COMPLETER_H
#define PGWHY_TERM_COMPLETER_H

#include "term/popup.h"

typedef struct Candidates {
	size_t start; /* byte of the text: they stand for what is between it and the cursor */
	const Candidate *items;
	size_t count;
	bool late; /* more are on their way: ask again when they are here */
} Candidates;

/* What may stand there, in the arena; text is UTF-8, the cursor a byte of it. Must not wait for anything. */
typedef Candidates (*CandidatesFn)(void *owner, Arena *arena, const char *text, size_t cursor);

typedef struct Completer {
	Arena *arena;
	CandidatesFn ask; /* NULL: there never are any */
	void *owner;
	Candidates found;
	int start, end; /* bytes of readline's line */
	size_t chosen; /* one was put in; found.count: none yet */
	bool shown;
	bool kept; /* by the key that readline is working on */
	bool late; /* nothing was typed since Tab found that more is to come */
} Completer;

Completer completer_new(CandidatesFn ask, void *owner);
void completer_release(Completer *completer);
void completer_close(Completer *completer);
/* Tab: puts in the only one, or what all have in common and shows them. */
void completer_complete(Completer *completer);
/* The next (+1) or previous one is put in; the first time, having looked for them. */
void completer_choose(Completer *completer, int by);
bool completer_choosing(const Completer *completer);

#endif
