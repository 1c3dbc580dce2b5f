/* role.c: what a piece of screen means. */
#include "view/role.h"

static const struct {
	const char *name;
	Role fallback;
	const char *meaning;
} roles[ROLE_COUNT] = {
#define X(role, name, fallback, meaning) [role] = {name, fallback, meaning},
    ROLES(X)
#undef X
};

const char *role_name(Role role) {
	return roles[role].name;
}

const char *role_meaning(Role role) {
	return roles[role].meaning;
}

Role role_fallback(Role role) {
	return roles[role].fallback;
}
