/* parameter_sensitive.h: the finding that a prepared statement keeps one plan where its values want several. */
#ifndef PGWHY_ADVISE_PARAMETER_SENSITIVE_H
#define PGWHY_ADVISE_PARAMETER_SENSITIVE_H

#include "advise/advise.h"
#include "advise/sensitivity.h"

bool parameter_sensitive(const Sensitivity *s); /* is there something to say? */
Finding parameter_sensitive_finding(Arena *arena, const Sensitivity *s, const char *role); /* role: who runs it; NULL unknown */

#endif
