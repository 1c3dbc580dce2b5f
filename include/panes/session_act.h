/* session_act.h: cancelling or ending one session: the SQL that is sure to mean it, what is lost by it, whether our role may. */
#ifndef PGWHY_PANES_SESSION_ACT_H
#define PGWHY_PANES_SESSION_ACT_H

#include "core/server.h"
#include "panes/lock_words.h"

typedef enum SessionAct { SESSION_CANCEL, SESSION_TERMINATE } SessionAct;

const char *session_act_verb(SessionAct act); /* "cancel", "terminate" */
/* It compares more than the pid, which may be another's by then: backend_start, or, where that is hidden, role, application and
 * transaction; to cancel, query_start, too: the session's next statement is not meant. It returns a row with what the server's
 * function said, and none when it is not that session, or statement, any more. */
const char *session_act_sql(Arena *arena, SessionAct act, const LockSession *session);
const char *session_act_costs(Arena *arena, SessionAct act, const LockSession *session); /* what is lost by it */
/* Why it cannot be done, whatever our rights ("it runs nothing that could be cancelled"); NULL: it can. `hint`: what can be; NULL. */
const char *session_act_refusal(Arena *arena, SessionAct act, const LockSession *session, const char **hint);
/* The right our role lacks for it, as a sentence; NULL: none. `grant`: SQL that would give it; NULL: there is none. */
const char *session_act_needs(Arena *arena, const LockSession *session, const Server *server, const char **grant);

#endif
