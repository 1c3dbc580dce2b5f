/* namer.h: fills the cache of names in the background, when the panes' connection has nothing else to do.
 *
 * Read once after connecting, then again when the names are old and somebody types; a reading in small parts, each after the one before,
 * so that the panes never wait long behind it. */
#ifndef PGWHY_APP_NAMER_H
#define PGWHY_APP_NAMER_H

#include "core/names.h"
#include "pg/conn.h"

typedef struct Namer Namer;

/* `changed` is called when there are names that were not there before. */
Namer *namer_new(void (*changed)(void *owner), void *owner);
void namer_free(Namer *namer);
void namer_connect(Namer *namer, Conn *conn); /* whose names; the ones before are forgotten. NULL: nobody's */
void namer_tick(Namer *namer); /* asks for what is missing, when it is its turn */
void namer_wanted(Namer *namer); /* somebody types: names that are old are read again */
void namer_renew(Namer *namer); /* something was changed: read again soon */
Names *namer_names(Namer *namer);
/* Columns of the relation; NULL: not here yet, asked for. */
const NameColumns *namer_columns(Namer *namer, uint32_t relation);

#endif
