/* log.c: a server's log, in pieces -> the plans in it: lines and records are told apart by how they begin. */
#include "plan/log.h"

#include "plan/log_parts.h"
#include "plan/read.h"

enum {
	START_BYTES = 48, /* of a line: they tell whether it is a record of csvlog or jsonlog */
	LINE_BYTES = 4096, /* of a line are looked at */
	MOST_RUNNING = 32, /* entries of syslog between whose lines others stand */
};

/* What the lines behind "duration: … plan:" turned out to be. */
typedef enum Shape {
	SHAPE_OPEN, /* none came yet */
	SHAPE_INDENTED, /* as the server writes them */
	SHAPE_FLAT, /* as psql shows what it is sent, and as people paste a message */
	SHAPE_PIECES, /* syslog */
} Shape;

/* An entry that may go on. */
typedef struct Running {
	bool open;
	size_t entry;
	Shape shape;
	LogTag tag;
	Str front; /* of its first line: what stands before the message */
	LogMessage message;
} Running;

struct Log {
	Arena *arena;
	enum { AT_START, IN_LINE, IN_CSV, IN_JSON } in;
	uint64_t at, bytes; /* where the line or record under way begins, and what of it has come */
	bool ended; /* by a line break, what was fed last */
	bool over; /* nothing comes any more */
	Str line; /* its beginning */
	size_t line_most;
	LogCsv csv;
	LogJson json;
	LogMessage record;
	Running running[MOST_RUNNING];
	size_t newest;
	LogEntries entries;
	Str *whole; /* takes the first entry's message; NULL */
};

/* ---- entries ---- */

static const char *kept(Log *log, const Str *text) {
	return text->len ? arena_copy(log->arena, text->text) : NULL;
}

/* What the server writes of a plan in JSON ends in a bracket on a line of its own. */
static void describe(Log *log, LogEntry *entry, LogMessage *message) {
	log_message_end(message);
	entry->duration_ms = message->duration_ms;
	entry->format = message->format ? message->format : "text";
	entry->time = kept(log, &message->time);
	entry->query = arena_copy(log->arena, message->query.text);
	entry->query_id = kept(log, &message->query_id);
	if (entry->query_id && strcmp(entry->query_id, "0") == 0) entry->query_id = NULL;
	entry->cut_off = entry->cut_off || (strcmp(entry->format, "json") == 0 && !message->closed);
}

static void finish(Log *log, Running *running) {
	if (!running->open) return;
	running->open = false;
	LogEntry *entry = &log->entries.items[running->entry];
	entry->cut_off = log->over && !log->ended && entry->offset + entry->bytes == log->at + log->bytes;
	describe(log, entry, &running->message);
}

static void add_text(LogMessage *message, const char *text) {
	log_message_add(message, text, strlen(text));
}

/* Each line of it on a line of its own, without the tab that the server puts before it. */
static void add_lines(LogMessage *message, const char *text) {
	for (const char *stop; *text; text = stop + 1) {
		stop = text + strcspn(text, "\n");
		if (*text == '\t') text++;
		log_message_add(message, text, (size_t)(stop - text));
		if (!*stop) break;
		add_text(message, "\n");
	}
}

/* Something else begins. In syslog that means nothing. */
static void end_newest(Log *log) {
	Running *newest = &log->running[log->newest];
	bool waits = newest->tag.piece && (newest->shape == SHAPE_OPEN || newest->shape == SHAPE_PIECES);
	if (!waits) finish(log, newest);
}

static void extend(Log *log, const Running *running) {
	LogEntry *entry = &log->entries.items[running->entry];
	entry->bytes = log->at + log->bytes - entry->offset;
}

/* ---- lines ---- */

/* A new one begins "…LOG:  duration: …"; the same within a STATEMENT is somebody's text. */
static bool is_message(const char *line, const char *at) {
	while (at > line && (at[-1] == ' ' || at[-1] == '\t')) at--;
	return at == line || at[-1] == ':';
}

static void begin_entry(Log *log, const char *line, const char *at, const LogTag *tag) {
	log->newest = (log->newest + 1) % MOST_RUNNING;
	Running *running = &log->running[log->newest];
	finish(log, running);
	bool whole_line = strstr(at, "#012") != NULL;
	running->open = true;
	running->entry = log->entries.count;
	running->shape = SHAPE_OPEN;
	running->tag = *tag;
	str_clear(&running->front);
	str_add_n(&running->front, line, (size_t)(at - line));
	log_message_begin(&running->message);
	running->message.whole = log->entries.count ? NULL : log->whole;
	*list_push(log->arena, &log->entries) = (LogEntry){.offset = log->at, .bytes = log->bytes, .pasted = at == line};
	if (at > line) log_time(&running->message.time, line);
	if (!whole_line) {
		add_text(&running->message, at);
		return;
	}
	Str text = STR_INIT;
	log_decode(&text, at);
	add_lines(&running->message, text.text);
	str_release(&text);
	finish(log, running);
}

static Running *running_with(Log *log, const LogTag *tag) {
	for (size_t i = 0; i < MOST_RUNNING; i++) {
		Running *r = &log->running[i];
		if (r->open && r->tag.pid == tag->pid && r->tag.message == tag->message && r->tag.piece + 1 == tag->piece) return r;
	}
	return NULL;
}

/* A piece that begins with a tab is a line; any other is the rest of one that was too long. */
static void add_piece(Log *log, Running *running, const LogTag *tag) {
	running->shape = SHAPE_PIECES;
	running->tag = *tag;
	Str text = STR_INIT;
	log_decode(&text, tag->text);
	if (*text.text == '\t') add_text(&running->message, "\n");
	add_lines(&running->message, text.text);
	str_release(&text);
	extend(log, running);
}

/* Who collects the lines of many (docker, journald) puts the same before each of them, but for the time: the line from its tab on. */
static const char *without_front(const Running *running, const char *line) {
	size_t len = strcspn(line, "\t");
	if (!line[len] || len > running->front.len) return line;
	return log_same_but_digits(line, running->front.text, len) ? line + len : line;
}

/* Does the line belong to the newest entry? In syslog it would have a tag. An empty one does: whoever pasted it may have lost the tab. */
static bool goes_on(Running *running, const char *line) {
	bool indented = *line == '\t' || *line == ' ';
	if (!running->open || running->shape == SHAPE_PIECES) return false;
	if (running->shape == SHAPE_OPEN && indented) running->shape = SHAPE_INDENTED;
	if (running->shape == SHAPE_OPEN && *line && !running->tag.piece) running->shape = SHAPE_FLAT;
	return running->shape == SHAPE_FLAT ? !log_has_severity(line) : running->shape == SHAPE_INDENTED && (indented || !*line);
}

static void add_line(Log *log, Running *running, const char *line) {
	add_text(&running->message, "\n");
	add_lines(&running->message, line);
	if (*line) extend(log, running);
}

static void take_line(Log *log) {
	const char *line = log->line.text;
	Running *newest = &log->running[log->newest], *same;
	LogTag tag;
	double ms;
	if (log_tag(line, &tag) && (same = running_with(log, &tag))) {
		add_piece(log, same, &tag);
		return;
	}
	const char *at = log_duration(line, &ms);
	bool begins = at && is_message(line, at);
	const char *own = without_front(newest, line);
	if (!begins && goes_on(newest, own)) {
		add_line(log, newest, own);
		return;
	}
	end_newest(log);
	if (begins) begin_entry(log, line, at, &tag);
}

static void end_of_unit(Log *log) {
	log->at += log->bytes;
	log->bytes = 0;
	log->in = AT_START;
	str_clear(&log->line);
}

static void end_line(Log *log) {
	if (log->line.len && log->line.text[log->line.len - 1] == '\r') str_cut(&log->line, log->line.len - 1);
	for (size_t i = 0; i < log->line.len; i++)
		if (!log->line.text[i]) log->line.text[i] = ' ';
	take_line(log);
	end_of_unit(log);
}

static size_t feed_line(Log *log, const char *bytes, size_t len) {
	const char *stop = memchr(bytes, '\n', len);
	size_t line = stop ? (size_t)(stop - bytes) : len, taken = line + (stop != NULL);
	log_keep(&log->line, bytes, line, log->line_most);
	log->bytes += taken;
	if (stop) end_line(log);
	return taken;
}

/* ---- records ---- */

static void end_record(Log *log) {
	bool broken = log->in == IN_CSV ? log->csv.quoted && !log->csv.closing : log->json.in_string;
	log_message_end(&log->record);
	if (log->record.is_plan) {
		LogEntry *entry = list_push(log->arena, &log->entries);
		*entry = (LogEntry){.offset = log->at, .bytes = log->bytes, .cut_off = !log->ended && broken};
		describe(log, entry, &log->record);
	}
	end_of_unit(log);
}

static size_t feed_record(Log *log, const char *bytes, size_t len) {
	bool ended;
	size_t taken = log->in == IN_CSV ? log_csv_feed(&log->csv, &log->record, bytes, len, &ended) : log_json_feed(&log->json, &log->record, bytes, len, &ended);
	log->bytes += taken;
	if (ended) end_record(log);
	return taken;
}

/* ---- what begins here? ---- */

static void begin_unit(Log *log) {
	const Running *newest = &log->running[log->newest];
	bool csv = log_csv_begins(log->line.text, log->line.len);
	bool flat = newest->open && (newest->shape == SHAPE_OPEN || newest->shape == SHAPE_FLAT); /* a bracket may be its plan's */
	Str start = log->line;
	log->line = (Str)STR_INIT;
	log->in = csv ? IN_CSV : *start.text == '{' && !flat ? IN_JSON : IN_LINE;
	if (log->in == IN_LINE) {
		feed_line(log, start.text, start.len);
	} else {
		end_newest(log);
		log_message_begin(&log->record);
		log->record.whole = log->whole;
		feed_record(log, start.text, start.len);
	}
	str_release(&start);
}

static size_t feed_start(Log *log, const char *bytes, size_t len) {
	const char *stop = memchr(bytes, '\n', len);
	size_t line = stop ? (size_t)(stop - bytes) + 1 : len, room = START_BYTES - log->line.len, taken = line < room ? line : room;
	str_add_n(&log->line, bytes, taken);
	if (log->line.len == START_BYTES || log->line.text[log->line.len - 1] == '\n') begin_unit(log);
	return taken;
}

/* ---- the contract ---- */

Log *log_new(Arena *arena) {
	Log *log = ARENA_NEW(arena, Log);
	*log = (Log){.arena = arena, .line = STR_INIT, .line_most = LINE_BYTES, .json = {.key = STR_INIT}, .record = LOG_MESSAGE_INIT};
	for (size_t i = 0; i < MOST_RUNNING; i++) log->running[i] = (Running){.front = STR_INIT, .message = LOG_MESSAGE_INIT};
	return log;
}

void log_feed(Log *log, const char *bytes, size_t len) {
	while (len) {
		log->ended = bytes[len - 1] == '\n';
		size_t taken = log->in == AT_START ? feed_start(log, bytes, len) : log->in == IN_LINE ? feed_line(log, bytes, len) : feed_record(log, bytes, len);
		bytes += taken;
		len -= taken;
	}
}

size_t log_count(const Log *log) {
	return log->entries.count;
}

LogEntries log_end(Log *log) {
	log->over = true;
	if (log->in == AT_START && log->line.len) begin_unit(log);
	if (log->in == IN_LINE) end_line(log);
	else if (log->in != AT_START) end_record(log);
	for (size_t i = 0; i < MOST_RUNNING; i++) {
		finish(log, &log->running[i]);
		log_message_release(&log->running[i].message);
		str_release(&log->running[i].front);
	}
	log_message_release(&log->record);
	str_release(&log->line);
	str_release(&log->json.key);
	return log->entries;
}

static bool is_cut_json(const LogEntry *entry) {
	return entry->cut_off && strcmp(entry->format, "json") == 0;
}

bool log_read(Arena *arena, const LogEntry *entry, const char *bytes, size_t len, PlanList *plans, Err *err) {
	Str text = STR_INIT;
	Log *log = log_new(arena);
	log->line_most = SIZE_MAX;
	log->whole = &text;
	log_feed(log, bytes, len);
	log_end(log);
	if (is_cut_json(entry)) str_add(&text, "\n<truncated>\n"); /* which the reader of JSON knows */
	bool fine = plan_read(arena, text.text, text.len, plans, err);
	if (fine && entry->cut_off) plans->items[plans->count - 1]->cut_off = true;
	str_release(&text);
	return fine;
}
