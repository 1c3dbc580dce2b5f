/* json.c: EXPLAIN (FORMAT JSON) -> Plan. */
#include "plan/json.h"

#include <yajl/yajl_parse.h>

#include "plan/build.h"
#include "plan/mend.h"
#include "plan/refuse.h"
#include "plan/text.h"
#include "plan/value.h"

/* Names repeat in every node: each is kept once. */
typedef struct Name {
	const char *text;
	size_t len;
} Name;

typedef struct Reader {
	Arena *arena;
	yajl_handle yajl;
	PlanValue documents; /* the list of what was read */
	LIST(PlanValue *) open; /* lists and objects that have not ended, the inmost last */
	const char *name; /* of the value to come */
	Name *names; /* hash table */
	size_t name_count, name_room; /* room: a power of two */
} Reader;

/* ---- names ---- */

static size_t hash(const unsigned char *text, size_t len) {
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < len; i++) hash = (hash ^ text[i]) * 16777619u;
	return hash;
}

static Name *name_slot(const Reader *reader, const char *text, size_t len) {
	size_t at = hash((const unsigned char *)text, len);
	for (;; at++) {
		Name *name = &reader->names[at & (reader->name_room - 1)];
		if (!name->text || (name->len == len && memcmp(name->text, text, len) == 0)) return name;
	}
}

static void grow_names(Reader *reader) {
	const Name *old = reader->names;
	size_t old_room = reader->name_room;
	reader->name_room = old_room ? old_room * 2 : 256;
	reader->names = ARENA_ARRAY(reader->arena, Name, reader->name_room);
	for (size_t i = 0; i < old_room; i++)
		if (old[i].text) *name_slot(reader, old[i].text, old[i].len) = old[i];
}

static const char *kept_name(Reader *reader, const char *text, size_t len) {
	if (reader->name_count * 2 >= reader->name_room) grow_names(reader);
	Name *name = name_slot(reader, text, len);
	if (!name->text) {
		*name = (Name){.text = arena_copy_n(reader->arena, text, len), .len = len};
		reader->name_count++;
	}
	return name->text;
}

/* ---- yajl's callbacks: 1 goes on, 0 gives up ---- */

static int add(Reader *reader, PlanValue *value) {
	value_append(reader->open.count ? reader->open.items[reader->open.count - 1] : &reader->documents, value);
	reader->name = NULL;
	return 1;
}

static int on_null(void *reader) {
	return add(reader, value_new(((Reader *)reader)->arena, PLAN_NULL, ((Reader *)reader)->name));
}

static int on_boolean(void *ctx, int boolean) {
	Reader *reader = ctx;
	PlanValue *value = value_new(reader->arena, PLAN_BOOL, reader->name);
	value->boolean = boolean;
	return add(reader, value);
}

static int on_number(void *ctx, const char *digits, size_t len) {
	Reader *reader = ctx;
	return add(reader, value_new_number(reader->arena, reader->name, digits, len));
}

static int on_string(void *ctx, const unsigned char *text, size_t len) {
	Reader *reader = ctx;
	PlanValue *value = value_new(reader->arena, PLAN_TEXT, reader->name);
	value->text = arena_copy_n(reader->arena, (const char *)text, len);
	return add(reader, value);
}

static int on_name(void *ctx, const unsigned char *text, size_t len) {
	Reader *reader = ctx;
	reader->name = kept_name(reader, (const char *)text, len);
	return 1;
}

static int open_value(Reader *reader, PlanValueKind kind) {
	PlanValue *value = value_new(reader->arena, kind, reader->name);
	add(reader, value);
	*list_push(reader->arena, &reader->open) = value;
	return 1;
}

static int on_object(void *reader) {
	return open_value(reader, PLAN_OBJECT);
}

static int on_list(void *reader) {
	return open_value(reader, PLAN_LIST);
}

static int on_end(void *reader) {
	((Reader *)reader)->open.count--;
	return 1;
}

static void reader_init(Reader *reader, Arena *arena) {
	static const yajl_callbacks callbacks = {
	    .yajl_null = on_null,
	    .yajl_boolean = on_boolean,
	    .yajl_number = on_number,
	    .yajl_string = on_string,
	    .yajl_map_key = on_name,
	    .yajl_start_map = on_object,
	    .yajl_end_map = on_end,
	    .yajl_start_array = on_list,
	    .yajl_end_array = on_end,
	};
	*reader = (Reader){.arena = arena, .documents = {.kind = PLAN_LIST}};
	reader->yajl = yajl_alloc(&callbacks, NULL, reader);
	if (!reader->yajl) die("out of memory");
	yajl_config(reader->yajl, yajl_dont_validate_strings, 1);
	yajl_config(reader->yajl, yajl_allow_multiple_values, 1);
}

static bool feed(Reader *reader, const char *json, size_t len) {
	return yajl_parse(reader->yajl, (const unsigned char *)json, len) == yajl_status_ok;
}

static bool finish(Reader *reader) {
	return yajl_complete_parse(reader->yajl) == yajl_status_ok && reader->documents.members.first;
}

/* ---- plans among the values ---- */

/* Some clients export the rows of EXPLAIN as JSON, the plan in them as text. */
static bool holds_json(const PlanValue *value) {
	if (value->kind != PLAN_TEXT) return false;
	const char *text = value->text + strspn(value->text, " \t\r\n");
	return (*text == '[' || *text == '{') && strstr(text, "\"Node Type\"");
}

enum { MOST_WRAPPERS = 4 }; /* JSON within text within JSON … */

static bool read_plans(Arena *arena, const char *text, size_t len, PlanList *plans, int wrappers, Err *err);

/* Where the search is in a list or object. */
typedef struct Place {
	PlanValue *next;
	const char *statement; /* of the plans below, when a wrapper tells it, as those of `explain --save` do; NULL */
} Place;

static const char *statement_in(const PlanValue *value, const char *otherwise) {
	const PlanValue *statement = value->kind == PLAN_OBJECT ? plan_field(value, "statement") : NULL;
	return statement && statement->kind == PLAN_TEXT ? statement->text : otherwise;
}

/* In every wrapper: the first plan on each way down is taken with all that stands beside it. */
static void find_plans(Arena *arena, PlanValue *documents, PlanList *plans, int wrappers) {
	LIST(Place) places = {0};
	*list_push(arena, &places) = (Place){documents->members.first, NULL};
	while (places.count) {
		Place *place = &places.items[places.count - 1];
		PlanValue *value = place->next;
		const char *statement = place->statement;
		if (!value) {
			places.count--;
			continue;
		}
		place->next = value->next;
		Plan *plan = value->kind == PLAN_OBJECT ? plan_build(arena, value) : NULL;
		if (plan && !plan->statement) plan->statement = statement;
		if (plan)
			*list_push(arena, plans) = plan;
		else if (value->kind == PLAN_OBJECT || value->kind == PLAN_LIST)
			*list_push(arena, &places) = (Place){value->members.first, statement_in(value, statement)};
		else if (wrappers < MOST_WRAPPERS && holds_json(value))
			read_plans(arena, value->text, strlen(value->text), plans, wrappers + 1, NULL);
	}
}

/* Clients that export result rows as JSON do so with TEXT, too: [{"QUERY PLAN": "Seq Scan on t …"}, …] */
static void read_rows(Arena *arena, const PlanValue *documents, PlanList *plans) {
	const PlanValue *rows = documents->members.first;
	Str text = STR_INIT;
	for (const PlanValue *row = rows && rows->kind == PLAN_LIST ? rows->members.first : NULL; row; row = row->next) {
		const PlanValue *line = row->kind == PLAN_OBJECT ? row->members.first : row;
		if (line && line->kind == PLAN_TEXT) str_printf(&text, "%s\n", line->text);
	}
	if (text.len) plan_read_text(arena, text.text, text.len, plans, NULL);
	str_release(&text);
}

/* ---- what went wrong ---- */

static const char *complaint(Reader *reader) {
	unsigned char *message = yajl_get_error(reader->yajl, 0, NULL, 0);
	const char *text = message ? arena_copy(reader->arena, (const char *)message) : "parse error";
	if (message) yajl_free_error(reader->yajl, message);
	size_t len = strcspn(text, "\n");
	while (len && (text[len - 1] == '.' || text[len - 1] == ' ')) len--;
	return arena_copy_n(reader->arena, text, len);
}

static bool is_space(char byte) {
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool holds_none(Arena *arena, const char *text, size_t len, const char *what, Err *err) {
	size_t first = 0;
	while (first < len && is_space(text[first])) first++;
	if (refuse_utf16(err, text, len)) return false;
	if (first == len) return err_set(err, ERR_INPUT, "the text is empty");
	refuse_at(err, arena, text, len, first, what);
	err_hint(err, "EXPLAIN (FORMAT JSON) prints an object with \"Plan\" in it.");
	return false;
}

static bool holds_no_plan(Arena *arena, const char *text, size_t len, Err *err) {
	return holds_none(arena, text, len, "no plan in this JSON", err);
}

/* ---- reading ---- */

static bool read_mended(Reader *reader, const char *text, size_t len, PlanList *plans, int wrappers, Err *err) {
	size_t before = plans->count;
	Mended mended = mend(reader->arena, text, len);
	bool open = mended.end == MEND_OPEN || mended.end == MEND_CUT;
	if (mended.end == MEND_NOTHING) return holds_none(reader->arena, text, len, "no JSON in this text", err);
	if (!feed(reader, mended.json, mended.len) || (!open && !finish(reader))) {
		size_t at = mended_from(&mended, yajl_get_bytes_consumed(reader->yajl));
		refuse_at(err, reader->arena, text, len, at, complaint(reader));
		if (at && len - at >= 2 && memcmp(text + at - 1, "“", 3) == 0) err_hint(err, "Straight quotes were turned into typographic ones; paste the plan as it was printed.");
		return false;
	}
	find_plans(reader->arena, &reader->documents, plans, wrappers);
	if (plans->count > before && open) plans->items[plans->count - 1]->cut_off = true;
	if (plans->count > before || mended.end != MEND_OPEN) return plans->count > before || holds_no_plan(reader->arena, text, len, err);
	while (len && is_space(text[len - 1])) len--;
	return refuse_at(err, reader->arena, text, len, len, "unexpected end of JSON");
}

/* The field of a CSV file: every quote stands twice. NULL when it is none. */
static char *undoubled(Arena *arena, const char *text, size_t len) {
	char *copy = arena_copy_n(arena, text, len), *to = copy;
	if (!strstr(copy, "\"\"Node Type\"\"")) return NULL;
	for (const char *from = copy; *from; from++) {
		*to++ = *from;
		if (from[0] == '"' && from[1] == '"') from++;
	}
	*to = '\0';
	return copy;
}

/* Almost always the text is JSON and nothing else: yajl gets it as it is. Only when it is not, it is looked at byte by byte. */
static bool read_plans(Arena *arena, const char *text, size_t len, PlanList *plans, int wrappers, Err *err) {
	Reader reader;
	size_t before = plans->count;
	reader_init(&reader, arena);
	bool whole = feed(&reader, text, len) && finish(&reader);
	if (whole) find_plans(arena, &reader.documents, plans, wrappers);
	yajl_free(reader.yajl);
	if (whole && plans->count == before && !wrappers) read_rows(arena, &reader.documents, plans);
	const char *csv = plans->count > before ? NULL : undoubled(arena, text, len);
	if (whole && !csv) return plans->count > before || holds_no_plan(arena, text, len, err);
	reader_init(&reader, arena);
	bool fine = read_mended(&reader, csv ? csv : text, csv ? strlen(csv) : len, plans, wrappers, err);
	yajl_free(reader.yajl);
	return fine;
}

bool plan_read_json(Arena *arena, const char *text, size_t len, PlanList *plans, Err *err) {
	*plans = (PlanList){0};
	return read_plans(arena, text, len, plans, 0, err);
}
