/* text.c: EXPLAIN's TEXT format -> Plan: indentation makes the tree, the rest is made into the values JSON would have. */
#include "plan/text.h"

#include "plan/build.h"
#include "plan/refuse.h"
#include "plan/text_parts.h"
#include "plan/value.h"

/* A node on the way down to the current line. */
typedef struct Level {
	PlanValue *node;
	const char *type;
	size_t column; /* of its first word */
	size_t children; /* so far, without subplans */
	const char *subplan; /* the last one, and where its nodes stand: 8.x names several but once */
	size_t subplan_column;
} Level;

/* What deeper lines go into: a worker, "JIT:", "Planning:". */
typedef struct Section {
	PlanValue *object;
	const char *type; /* of the node it is under; "" beside the nodes */
	size_t indent;
} Section;

typedef struct Reader {
	Arena *arena;
	PlanList *plans;
	PlanValue *document; /* of the plan being read; NULL before the first */
	LIST(Level) levels;
	LIST(Section) sections;
	LIST(PlanValue *) nodes; /* of this plan */
	const char *subplan; /* "InitPlan 1 (returns $0)": names the node to come */
	size_t subplan_indent;
	bool bare; /* no line has figures (COSTS OFF): words alone make a node */
	bool headless; /* the first line had an arrow: its parents were not pasted */
	bool cut_off;
	Str query; /* "Query Text", which may have lines */
	const char *parameters;
} Reader;

/* ---- the tree ---- */

static const char *relationship(Level *parent, const char *subplan) {
	static const char *const members[] = {"Append", "Merge Append", "BitmapAnd", "BitmapOr", NULL};
	if (subplan) return strncmp(subplan, "SubPlan", 7) == 0 ? "SubPlan" : "InitPlan";
	for (size_t i = 0; members[i]; i++)
		if (strcmp(parent->type, members[i]) == 0) return "Member";
	if (strcmp(parent->type, "Subquery Scan") == 0) return "Subquery";
	return parent->children++ ? "Inner" : "Outer";
}

static void add(Arena *arena, PlanValue *object, const char *name, const char *text) {
	add_text(arena, object, name, text, strlen(text));
}

static const char *subplan_of(Reader *reader, Level *parent, size_t arrow) {
	const char *subplan = reader->subplan;
	reader->subplan = NULL;
	if (!subplan) return parent->subplan && parent->subplan_column == arrow ? parent->subplan : NULL;
	parent->subplan = reader->subplan_indent < arrow ? subplan : NULL;
	parent->subplan_column = arrow;
	return subplan;
}

/* A node belongs to the last one that starts to the left of its arrow; all of them are below the first. */
static void add_node(Reader *reader, const char *heading, size_t arrow, size_t column) {
	Arena *arena = reader->arena;
	while (reader->levels.count > 1 && reader->levels.items[reader->levels.count - 1].column >= arrow) reader->levels.count--;
	Level *parent = reader->levels.count ? &reader->levels.items[reader->levels.count - 1] : NULL;
	PlanValue *node = value_new(arena, PLAN_OBJECT, parent ? NULL : "Plan");
	text_heading(arena, node, heading);
	if (parent) {
		const char *subplan = subplan_of(reader, parent, arrow);
		add(arena, node, "Parent Relationship", relationship(parent, subplan));
		if (subplan) add(arena, node, "Subplan Name", subplan);
		value_append(value_member(arena, parent->node, PLAN_LIST, "Plans"), node);
	} else {
		value_append(reader->document, node);
	}
	reader->subplan = NULL;
	reader->sections.count = 0;
	*list_push(arena, &reader->nodes) = node;
	*list_push(arena, &reader->levels) = (Level){.node = node, .type = value_text(plan_field(node, "Node Type")), .column = column};
}

/* ---- a plan from its first line to its last ---- */

static bool has(const PlanValue *object, const char *name) {
	return plan_field(object, name) != NULL;
}

/* TEXT leaves out what is zero: what any node has, all have. */
static void add_zeros(Reader *reader) {
	static const char *const groups[][11] = {
	    {"Shared Hit Blocks", "Shared Read Blocks", "Shared Dirtied Blocks", "Shared Written Blocks", "Local Hit Blocks",
	     "Local Read Blocks", "Local Dirtied Blocks", "Local Written Blocks", "Temp Read Blocks", "Temp Written Blocks", NULL},
	    {"WAL Records", "WAL FPI", "WAL Bytes", NULL},
	    {"I/O Read Time", "I/O Write Time", NULL},
	    {"Shared I/O Read Time", "Shared I/O Write Time", NULL},
	    {"Local I/O Read Time", "Local I/O Write Time", NULL},
	    {"Temp I/O Read Time", "Temp I/O Write Time", NULL},
	};
	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
		bool any = false;
		for (size_t i = 0; i < reader->nodes.count && !any; i++)
			for (size_t n = 0; groups[g][n]; n++) any = any || has(reader->nodes.items[i], groups[g][n]);
		for (size_t i = 0; i < reader->nodes.count && any; i++)
			for (size_t n = 0; groups[g][n]; n++)
				if (!has(reader->nodes.items[i], groups[g][n])) add_number(reader->arena, reader->nodes.items[i], groups[g][n], "0", 1);
	}
}

static void end_plan(Reader *reader) {
	if (!reader->document) return;
	if (reader->nodes.count) {
		add_zeros(reader);
		for (size_t i = 0; i < reader->nodes.count; i++) text_group_sets(reader->arena, reader->nodes.items[i]);
		Plan *plan = plan_build(reader->arena, reader->document);
		if (plan) {
			plan->cut_off = reader->cut_off;
			*list_push(reader->arena, reader->plans) = plan;
		}
	}
	reader->document = NULL;
	reader->cut_off = false;
	reader->levels.count = reader->sections.count = reader->nodes.count = 0;
	reader->subplan = NULL;
}

static void begin_plan(Reader *reader, const TextLine *line, const char *heading) {
	end_plan(reader);
	reader->document = value_new(reader->arena, PLAN_OBJECT, NULL);
	reader->headless = heading > line->text;
	if (reader->query.len) add(reader->arena, reader->document, "Query Text", reader->query.text);
	if (reader->parameters) add(reader->arena, reader->document, "Query Parameters", reader->parameters);
	str_clear(&reader->query);
	reader->parameters = NULL;
	add_node(reader, heading, line->indent, line->indent + (size_t)(heading - line->text));
}

/* ---- lines below a node ---- */

static const char *arrow_heading(const char *text) {
	if (strncmp(text, "->", 2) != 0) return NULL;
	return text + 2 + strspn(text + 2, " ");
}

static bool is_subplan(const char *text) {
	static const char *const fronts[] = {"InitPlan", "SubPlan", "CTE "};
	if (text[strcspn(text, ":\"")] == ':') return false;
	for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
		if (strncmp(text, fronts[i], strlen(fronts[i])) == 0) return true;
	return false;
}

/* "Name: value", the value perhaps empty; false when there is no colon, or what stands before it is no name. A trigger's may
 * hold anything. */
static bool split(Arena *arena, const char *text, const char **name, const char **value) {
	const char *colon = strncmp(text, "Trigger ", 8) == 0 ? strstr(text, ": ") : text + strcspn(text, ":(),;'");
	if (!colon || *colon != ':' || *text < 'A' || *text > 'Z') return false;
	*name = arena_copy_n(arena, text, (size_t)(colon - text));
	*value = colon + 1 + strspn(colon + 1, " ");
	return true;
}

static Section *section_at(Reader *reader, size_t indent) {
	while (reader->sections.count && reader->sections.items[reader->sections.count - 1].indent >= indent) reader->sections.count--;
	return reader->sections.count ? &reader->sections.items[reader->sections.count - 1] : NULL;
}

static void open_section(Reader *reader, PlanValue *object, const char *type, size_t indent) {
	*list_push(reader->arena, &reader->sections) = (Section){.object = object, .type = type, .indent = indent};
}

static PlanValue *worker_numbered(Arena *arena, PlanValue *node, const char *number) {
	PlanValue *workers = value_member(arena, node, PLAN_LIST, "Workers");
	for (PlanValue *worker = workers->members.first; worker; worker = worker->next)
		if (strcmp(value_text(worker->members.first), number) == 0) return worker;
	PlanValue *worker = value_new(arena, PLAN_OBJECT, NULL);
	value_append(worker, value_new_number(arena, "Worker Number", number, strlen(number)));
	value_append(workers, worker);
	return worker;
}

enum { WORKER_DIGITS = 3 };

/* The number of "Worker 0"; NULL when that is not what the name is. */
static const char *worker_number(const char *name) {
	if (strncmp(name, "Worker ", 7) != 0) return NULL;
	size_t digits = strspn(name + 7, "0123456789");
	return digits && digits <= WORKER_DIGITS && !name[7 + digits] ? name + 7 : NULL;
}

/* "Worker 0:  Sort Method: …", "Worker 0:  actual time=…", or "Worker 0:" with its own lines below. */
static bool add_worker(Reader *reader, Level *level, const TextLine *line, const char *name, const char *value) {
	const char *number = worker_number(name);
	if (!number) return false;
	PlanValue *worker = worker_numbered(reader->arena, level->node, number);
	const char *inner, *inner_value;
	open_section(reader, worker, level->type, line->indent);
	if (strncmp(value, "actual ", 7) == 0)
		text_figures(reader->arena, worker, value);
	else if (split(reader->arena, value, &inner, &inner_value))
		text_property(reader->arena, worker, level->type, inner, inner_value);
	return true;
}

static Level *level_at(Reader *reader, size_t indent) {
	size_t i = reader->levels.count - 1;
	while (i > 0 && reader->levels.items[i].column >= indent) i--;
	/* pasted without indentation: whatever it is, it is the last node's */
	return reader->levels.items[i].column < indent ? &reader->levels.items[i] : &reader->levels.items[reader->levels.count - 1];
}

static void add_to_section(Reader *reader, const Section *section, const TextLine *line, const char *name, const char *value) {
	PlanValue *object = section->object;
	if (!*value)
		open_section(reader, value_member(reader->arena, object, PLAN_OBJECT, name), "", line->indent);
	else if (*section->type || !text_summary(reader->arena, object, name, value))
		text_property(reader->arena, object, section->type, name, value);
}

static void add_beside(Reader *reader, const TextLine *line, const char *name, const char *value) {
	bool nested = !*value || strcmp(name, "Serialization") == 0;
	if (*value && !text_summary(reader->arena, reader->document, name, value)) text_property(reader->arena, reader->document, "", name, value);
	if (nested) open_section(reader, value_member(reader->arena, reader->document, PLAN_OBJECT, name), "", line->indent);
}

/* Lines of no known form are kept as they stand. */
static void add_other(Arena *arena, PlanValue *object, const char *text) {
	add_text(arena, value_member(arena, object, PLAN_LIST, "Other Lines"), NULL, text, strlen(text));
}

/* "Update on t_1 t": one of several tables that a ModifyTable changes. */
static bool add_target_table(Reader *reader, const Level *level, const TextLine *line) {
	static const char *const kept[] = {"Schema", "Relation Name", "Alias"};
	if (strcmp(level->type, "ModifyTable") != 0 || text_heading_kind(line->text) == HEADING_NONE) return false;
	PlanValue heading = {.kind = PLAN_OBJECT}, *table = value_new(reader->arena, PLAN_OBJECT, NULL);
	text_heading(reader->arena, &heading, line->text);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		const char *text = value_text(plan_field(&heading, kept[i]));
		if (text) add(reader->arena, table, kept[i], text);
	}
	value_append(value_member(reader->arena, level->node, PLAN_LIST, "Target Tables"), table);
	return true;
}

/* "RTI 1 (relation):" begins a section whose name split() would not take for one. */
static bool begin_odd_section(Reader *reader, const TextLine *line) {
	size_t len = strlen(line->text);
	bool beside = line->indent <= reader->levels.items[0].column;
	if (!beside || line->text[len - 1] != ':' || *line->text < 'A' || *line->text > 'Z') return false;
	open_section(reader, value_member(reader->arena, reader->document, PLAN_OBJECT, arena_copy_n(reader->arena, line->text, len - 1)), "", line->indent);
	return true;
}

static void add_named(Reader *reader, const TextLine *line, const char *name, const char *value) {
	const Section *section = section_at(reader, line->indent);
	Level *level = level_at(reader, line->indent);
	bool beside = line->indent <= reader->levels.items[0].column && !text_begins_property(line->text);
	if (section)
		add_to_section(reader, section, line, name, value);
	else if (beside || text_is_summary(name))
		add_beside(reader, line, name, value);
	else if (!add_worker(reader, level, line, name, value))
		text_property(reader->arena, level->node, level->type, name, value);
}

/* Left of the plan stands what clients print after it. */
static void add_property(Reader *reader, const TextLine *line) {
	const char *name, *value;
	size_t margin = reader->levels.items[0].column;
	if (text_is_between(line->text) || (line->indent < margin && !text_begins_line(line->text))) return;
	if (add_target_table(reader, level_at(reader, line->indent), line)) return;
	if (split(reader->arena, line->text, &name, &value))
		add_named(reader, line, name, value);
	else if (!begin_odd_section(reader, line) && line->indent > margin)
		add_other(reader->arena, level_at(reader, line->indent)->node, line->text);
}

/* ---- the whole ---- */

static bool is_root(const Reader *reader, const TextLine *line) {
	HeadingKind kind = text_heading_kind(line->text);
	if (kind == HEADING_NONE || (kind == HEADING_LIKELY && !reader->bare) || arrow_heading(line->text)) return false;
	return !reader->document || line->indent <= reader->levels.items[0].column || (kind == HEADING_SURE && text_begins_line(line->text));
}

/* A paste may begin below the root: what stands above is missing, the rest is a plan all the same. */
static bool is_headless_root(const Reader *reader, const TextLine *line, const char *heading) {
	if (!reader->document) return text_heading_kind(heading) == HEADING_SURE;
	return reader->headless && line->indent + 2 < reader->levels.items[0].column && text_heading_kind(heading) == HEADING_SURE;
}

/* "<truncated>", "[Your log message was truncated]" */
static bool is_truncation(const char *line) {
	return strchr("<[(.", *line) && strstr(line, "truncated");
}

/* The text of a value that may go on in the lines below. */
static const char *value_after(const char *line, const char *name) {
	size_t len = strlen(name);
	return strncmp(line, name, len) == 0 ? line + len + strspn(line + len, " ") : NULL;
}

static void add_line(Reader *reader, const TextLine *line) {
	const char *heading = arrow_heading(line->text), *query = value_after(line->text, "Query Text:");
	const char *parameters = value_after(line->text, "Query Parameters:");
	if (heading && is_headless_root(reader, line, heading)) {
		begin_plan(reader, line, heading);
	} else if (heading && reader->document) {
		add_node(reader, heading, line->indent, line->indent + (size_t)(heading - line->text));
	} else if (is_root(reader, line)) {
		begin_plan(reader, line, line->text);
	} else if (query) {
		end_plan(reader);
		str_clear(&reader->query);
		str_add(&reader->query, query);
	} else if (parameters && !reader->document) {
		reader->parameters = parameters;
	} else if (!reader->document) {
		if (reader->query.len && !reader->parameters) str_printf(&reader->query, "\n%s", line->text);
	} else if (is_truncation(line->text)) {
		reader->cut_off = true;
	} else if (is_subplan(line->text)) {
		reader->subplan = line->text;
		reader->subplan_indent = line->indent;
	} else {
		add_property(reader, line);
	}
}

/* Nothing EXPLAIN prints ends amid figures. */
static bool ends_amid(const char *line) {
	const char *bracket = strrchr(line, '(');
	return bracket && !strchr(bracket, ')') && (strncmp(bracket, "(cost=", 6) == 0 || strncmp(bracket, "(actual", 7) == 0);
}

static bool holds_no_plan(Arena *arena, const char *text, size_t len, Err *err) {
	size_t first = strspn(text, " \t\r\n");
	if (text[first])
		refuse_at(err, arena, text, len, first, "no plan in this text");
	else
		err_set(err, ERR_INPUT, "the text is empty");
	err_hint(err, "A plan as EXPLAIN prints it begins with a line like \"Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\".");
	return false;
}

bool plan_read_text(Arena *arena, const char *text, size_t len, PlanList *plans, Err *err) {
	*plans = (PlanList){0};
	TextLines lines = text_lines(arena, text, len);
	Reader reader = {.arena = arena, .plans = plans, .bare = true, .query = STR_INIT};
	for (size_t i = 0; i < lines.count && reader.bare; i++) reader.bare = text_heading_kind(lines.items[i].text) != HEADING_SURE;
	for (size_t i = 0; i < lines.count; i++) add_line(&reader, &lines.items[i]);
	reader.cut_off = reader.cut_off || (lines.count && ends_amid(lines.items[lines.count - 1].text));
	end_plan(&reader);
	str_release(&reader.query);
	return plans->count || holds_no_plan(arena, arena_copy_n(arena, text, len), len, err);
}
