/* provider.h: whose service a server is, in words: how settings and rights are given there. */
#ifndef PGWHY_CORE_PROVIDER_H
#define PGWHY_CORE_PROVIDER_H

#include "core/server.h"

const char *provider_name(Provider provider); /* "Amazon RDS"; "self-managed" */
const char *provider_admin(Provider provider); /* who may grant: "a superuser", "a member of rds_superuser" */
/* Where its settings are made; NULL: by ALTER SYSTEM. */
const char *provider_settings_place(Provider provider);

#endif
