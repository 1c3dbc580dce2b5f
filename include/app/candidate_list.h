/* candidate_list.h: candidates being collected. For candidates.c and those who fill it. */
#ifndef PGWHY_APP_CANDIDATE_LIST_H
#define PGWHY_APP_CANDIDATE_LIST_H

#include "app/state.h"

enum { MOST_CANDIDATES = 500 };

typedef struct CandidateList {
	App *app;
	Arena *arena;
	const char *typed; /* what they begin with */
	bool exactly; /* in its own case: it stands in quotes */
	LIST(Candidate) items;
	bool late;
} CandidateList;

bool candidate_fits(const CandidateList *list, const char *name); /* begins as typed, and could be typed */
void candidate_add(CandidateList *list, const char *text, const char *note); /* whatever it is, until there are too many */
void candidate_add_name(CandidateList *list, const char *name, const char *note); /* as SQL writes it, if it fits */
void candidate_add_word(CandidateList *list, const char *word, const char *note); /* as it is, if it fits */

/* Of a statement; returns where what they stand for begins. */
size_t candidates_sql(CandidateList *list, const char *text, size_t cursor);
/* Files and folders; a listing that is not here yet is read in the background. */
size_t candidates_files(CandidateList *list, const char *path, size_t cursor);

#endif
