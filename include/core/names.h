/* names.h: what a database calls its things, kept to complete what is typed without asking anybody.
 *
 * Names are collected kind by kind: names_begin, names_add …, names_settle; until then the ones before are found. Columns are kept of
 * the relations asked for last. 20,000 tables with their indexes take 3 MB. */
#ifndef PGWHY_CORE_NAMES_H
#define PGWHY_CORE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

typedef enum NameKind {
	NAME_SCHEMA, NAME_RELATION, NAME_INDEX, NAME_FUNCTION, NAME_SETTING, NAME_ROLE, NAME_DATABASE,
	NAME_CHOICES, /* settings that take certain words only: `note` holds them, commas between */
	NAME_KIND_COUNT
} NameKind;

typedef struct Name {
	const char *text; /* as the catalog has it: the server's bytes */
	const char *note; /* what it is: "table", "integer", the value of a setting; NULL */
	uint32_t oid; /* of a schema or relation */
	uint32_t schema; /* the oid of its schema; of a schema: its place on the search path, 0 where it is not searched */
} Name;

typedef struct NameRange {
	const Name *items;
	size_t count;
} NameRange;

typedef struct NameColumn {
	const char *text, *type;
} NameColumn;

typedef struct NameColumns {
	uint32_t relation;
	const NameColumn *items;
	size_t count;
} NameColumns;

typedef struct Names Names;

Names *names_new(void);
void names_free(Names *names);
void names_forget(Names *names); /* all of it: another database */

void names_begin(Names *names, NameKind kind);
void names_add(Names *names, NameKind kind, Name name); /* its texts are copied */
void names_settle(Names *names, NameKind kind); /* what was added since names_begin takes the place of what was there */
bool names_known(const Names *names, NameKind kind); /* settled once */

/* Those that begin so, in any case, by name; "" for all. */
NameRange names_find(const Names *names, NameKind kind, const char *prefix);
const Name *names_exact(const Names *names, NameKind kind, const char *text); /* NULL: none */
uint32_t names_place(const Names *names, uint32_t schema); /* on the search path, from 1; 0: not searched */
const char *names_schema(const Names *names, uint32_t schema); /* NULL: not known */
/* The relation that `schema.text` means; without a schema, the first on the search path. */
const Name *names_relation(const Names *names, const char *schema, const char *text);

/* Columns of a relation in their order; the relations used least lately give way. */
void names_put_columns(Names *names, uint32_t relation, const NameColumn *columns, size_t count);
const NameColumns *names_columns(Names *names, uint32_t relation); /* NULL: not known */

size_t names_bytes(const Names *names);

#endif
