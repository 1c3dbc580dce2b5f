/* provider.c: whose service a server is, in words. */
#include "core/provider.h"

static const struct {
	const char *name, *admin, *settings_place;
} providers[] = {
	[PROVIDER_SELF] = {"self-managed", "a superuser", NULL},
	[PROVIDER_RDS] = {"Amazon RDS", "a member of rds_superuser", "the instance's DB parameter group"},
	[PROVIDER_AURORA] = {"Amazon Aurora", "a member of rds_superuser", "the DB cluster parameter group"},
	[PROVIDER_CLOUDSQL] = {"Google Cloud SQL", "a member of cloudsqlsuperuser", "the instance's database flags"},
	[PROVIDER_AZURE] = {"Azure Database", "a member of azure_pg_admin", "the server parameters"},
	[PROVIDER_SUPABASE] = {"Supabase", "the role postgres", "the project's Postgres configuration (supabase postgres-config update)"},
	[PROVIDER_NEON] = {"Neon", "a member of neon_superuser", "the project's compute settings, or for a role by ALTER ROLE … SET"},
};

const char *provider_name(Provider provider) {
	return providers[provider].name;
}

const char *provider_admin(Provider provider) {
	return providers[provider].admin;
}

const char *provider_settings_place(Provider provider) {
	return providers[provider].settings_place;
}
