/* server_fact.h: what is known of a server, fact by fact: its value, what that costs, and what would mend it. */
#ifndef PGWHY_PANES_SERVER_FACT_H
#define PGWHY_PANES_SERVER_FACT_H

#include "panes/pane.h"

typedef enum FactType { FACT_TEXT, FACT_NUMBER, FACT_FLAG, FACT_ABSENT /* its text says so */ } FactType;

/* In the order they are shown. */
typedef enum FactGroup { GROUP_SERVER, GROUP_RIGHTS, GROUP_EXTENSIONS, GROUP_SETTINGS, GROUP_SESSIONS, GROUP_UPKEEP, GROUP_PGWHY, GROUP_COUNT } FactGroup;
const char *fact_group_name(FactGroup group); /* its key in JSON, too */

typedef struct Fact {
	FactGroup group;
	const char *name; /* as shown */
	const char *path; /* in its group's JSON: "version", "hypopg/version"; NULL: not there */
	FactType type;
	const char *text; /* as shown; NULL: not known */
	double number; /* FACT_NUMBER, and FACT_FLAG as 0 and 1 */
	const char *about; /* what it is, a sentence */
	const char *note; /* what it costs as it is, or what more there is to know; NULL */
	bool problem; /* the note says what is wrong */
	const char *sql; /* what would mend it; NULL */
	const char *how; /* who runs that, or what to do where it is not SQL, a sentence; NULL */
	const char *takes; /* what it takes or locks, a sentence; NULL */
	const char *undo; /* NULL: nothing to undo */
} Fact;
typedef LIST(Fact) FactList;

/* A row of server_state by fact and name. */
typedef struct StateRow {
	const char *value, *more; /* NULL: null, or there is no such row */
	bool there;
} StateRow;
StateRow state_row(const Table *state, const char *fact, const char *name); /* name NULL: the first of that fact */
double state_number(StateRow row); /* NaN when it is none */

/* All of them, in order; `state`: server_state's rows. */
FactList server_facts(Arena *arena, const Server *server, const Table *state, const Cost *cost);
/* Those of the settings, of which other facts speak too. */
void server_settings(Arena *arena, FactList *facts, const Server *server, const Table *state);
/* Adds what would set it: SQL, or where that is done on this service. */
void fact_set_remedy(Arena *arena, Fact *fact, const Server *server, const char *setting, const char *value, bool restart);

#endif
