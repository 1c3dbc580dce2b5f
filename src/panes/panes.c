/* panes.c: the panes there are, by number. To add one: its file, its row here, its query in src/queries. */
#include "panes/kept_list.h"
#include "panes/traffic.h"

extern const Pane pane_queries;
extern const Pane pane_scans;
extern const Pane pane_sizes;
extern const Pane pane_locks;
extern const Pane pane_activity;
extern const Pane pane_server;

const Pane *const panes[] = {&pane_queries, &pane_scans, &pane_sizes, &pane_locks, &pane_activity, &pane_server, NULL};

const Pane *const panes_besides[] = {&traffic_pane, &kept_list, NULL};

const Pane *pane_named(const char *name) {
	for (const Pane *const *pane = panes; *pane; pane++)
		if (strcmp((*pane)->name, name) == 0) return *pane;
	return NULL;
}
