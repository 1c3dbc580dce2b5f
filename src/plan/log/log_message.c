/* log_message.c: a message of the server as it comes by: is it a plan, how long did it take, what query was it? */
#include "plan/log_parts.h"

#include <stdlib.h>

#include "base/utf8.h"

enum { LINE_BYTES = 1024, QUERY_BYTES = 240, ID_BYTES = 24 };

void log_keep(Str *beginning, const char *bytes, size_t len, size_t most) {
	size_t room = beginning->len < most ? most - beginning->len : 0;
	str_add_n(beginning, bytes, len < room ? len : room);
}

/* ---- its lines ---- */

static const char *after(const char *text, const char *word) {
	size_t len = strlen(word);
	return strncmp(text, word, len) == 0 ? text + len : NULL;
}

/* On one line, runs of white space as one blank. */
static void add_query(LogMessage *message, const char *text, size_t len) {
	Str *query = &message->query;
	for (size_t i = 0; i < len; i++) {
		bool blank = strchr(" \t\r\n", text[i]) != NULL;
		if (blank && (!query->len || query->text[query->len - 1] == ' ')) continue;
		log_keep(query, blank ? " " : text + i, 1, QUERY_BYTES);
	}
}

/* The inside of a JSON string, or of a YAML one, which has the same escapes; up to its end if that is here. */
static void add_quoted_query(LogMessage *message, const char *text) {
	for (; *text && *text != '"'; text++) {
		char letter = *text == '\\' && text[1] ? *++text : '\0';
		if (letter == 'u') {
			char digits[5] = {0}, bytes[4] = {0};
			for (size_t i = 0; i < 4 && text[1]; i++) digits[i] = *++text;
			size_t len = utf8_encode((uint32_t)strtoul(digits, NULL, 16), bytes);
			add_query(message, bytes, len);
		} else {
			add_query(message, letter && strchr("nrtbf", letter) ? " " : text, 1);
		}
	}
}

/* A plan begins with its figures: auto_explain always prints costs. */
static bool ends_query(const char *line) {
	return after(line, "Query Parameters:") || strstr(line, "  (cost=") || after(line, "Plan:");
}

static void find_query(LogMessage *message, const char *line) {
	const char *text;
	if (message->in_query && ends_query(line)) message->in_query = false;
	if (message->in_query) {
		add_query(message, " ", 1);
		add_query(message, line, strlen(line));
	} else if (message->query.len) {
		return;
	} else if ((text = after(line, "\"Query Text\": \"")) || (text = after(line, "Query Text: \""))) {
		add_quoted_query(message, text);
	} else if ((text = after(line, "<Query-Text>"))) {
		add_query(message, text, strcspn(text, "<"));
	} else if ((text = after(line, "Query Text: "))) {
		add_query(message, text, strlen(text));
		message->in_query = true;
	}
}

static void find_query_id(LogMessage *message, const char *line) {
	static const char *const names[] = {"Query Identifier: ", "\"Query Identifier\": ", "<Query-Identifier>"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *digits = after(line, names[i]);
		if (!digits) continue;
		str_clear(&message->query_id);
		log_keep(&message->query_id, digits, strspn(digits, "-0123456789"), ID_BYTES);
	}
}

static void find_format(LogMessage *message, const char *line) {
	if (!message->format) message->format = *line == '{' || *line == '[' ? "json" : *line == '<' ? "xml" : "text";
	else if (strcmp(message->format, "text") == 0 && strncmp(line, "Plan:", 5) == 0) message->format = "yaml";
}

static void take_line(LogMessage *message) {
	const char *line = message->line.text + strspn(message->line.text, " \t");
	if (!message->lines++) {
		message->is_plan = log_duration(line, &message->duration_ms) == line;
	} else if (message->is_plan && *line) {
		find_format(message, line);
		find_query(message, line);
		find_query_id(message, line);
		message->closed = strchr("}]", *line) && !line[1];
	}
	str_clear(&message->line);
}

/* ---- the whole ---- */

void log_message_begin(LogMessage *message) {
	Str *texts[] = {&message->time, &message->query, &message->query_id, &message->line};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) str_clear(texts[i]);
	message->is_plan = message->in_query = message->closed = false;
	message->format = NULL;
	message->lines = 0;
}

void log_message_add(LogMessage *message, const char *bytes, size_t len) {
	if (message->whole) str_add_n(message->whole, bytes, len);
	while (len && (message->is_plan || !message->lines)) {
		const char *stop = memchr(bytes, '\n', len);
		size_t line = stop ? (size_t)(stop - bytes) : len;
		log_keep(&message->line, bytes, line, LINE_BYTES);
		if (!stop) return;
		take_line(message);
		bytes += line + 1;
		len -= line + 1;
	}
}

/* At its end only a part of a character may have had room. */
static void end_query(Str *query) {
	size_t len = query->len;
	if (len < QUERY_BYTES) return;
	while (len && (query->text[len - 1] & 0xC0) == 0x80) len--;
	str_cut(query, len ? len - 1 : 0);
	str_add(query, "…");
}

void log_message_end(LogMessage *message) {
	if (message->line.len) take_line(message);
	while (message->query.len && message->query.text[message->query.len - 1] == ' ') str_cut(&message->query, message->query.len - 1);
	end_query(&message->query);
}

void log_message_release(LogMessage *message) {
	Str *texts[] = {&message->time, &message->query, &message->query_id, &message->line};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) str_release(texts[i]);
}
