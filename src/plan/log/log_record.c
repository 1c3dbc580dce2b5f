/* log_record.c: the records of csvlog and jsonlog, taken apart as they come by. */
#include "base/utf8.h"
#include "plan/log_parts.h"

#include <stdlib.h>

enum { TIME_BYTES = 64, ID_BYTES = 24, KEY_BYTES = 32 };

/* ---- csvlog ---- */

/* Places in a record. The last came with 14. */
enum { FIELD_TIME = 0, FIELD_MESSAGE = 13, FIELD_QUERY_ID = 25 };

/* "2026-11-21 16:00:01.234 UTC,": no other line begins so. */
bool log_csv_begins(const char *line, size_t len) {
	static const char form[] = "dddd-dd-dd dd:dd:dd.ddd ";
	size_t at = 0;
	for (; form[at]; at++) {
		if (at >= len) return false;
		if (form[at] == 'd' ? line[at] < '0' || line[at] > '9' : line[at] != form[at]) return false;
	}
	while (at < len && line[at] != ',' && line[at] != ' ' && line[at] != '\n') at++;
	return at < len && line[at] == ',';
}

static void add_field(const LogCsv *csv, LogMessage *message, const char *bytes, size_t len) {
	if (csv->field == FIELD_MESSAGE) log_message_add(message, bytes, len);
	if (csv->field == FIELD_TIME) log_keep(&message->time, bytes, len, TIME_BYTES);
	if (csv->field == FIELD_QUERY_ID) log_keep(&message->query_id, bytes, len, ID_BYTES);
}

/* Up to what ends this stretch of a field. */
static size_t plain_bytes(const LogCsv *csv, const char *bytes, size_t len) {
	size_t count = 0;
	if (csv->quoted) {
		const char *quote = memchr(bytes, '"', len);
		return quote ? (size_t)(quote - bytes) : len;
	}
	while (count < len && bytes[count] != '"' && bytes[count] != ',' && bytes[count] != '\n') count++;
	return count;
}

size_t log_csv_feed(LogCsv *csv, LogMessage *message, const char *bytes, size_t len, bool *ended) {
	size_t at = 0;
	*ended = false;
	while (at < len && !*ended) {
		if (csv->closing) {
			csv->closing = false;
			csv->quoted = bytes[at] == '"';
			if (csv->quoted) add_field(csv, message, bytes + at++, 1);
			continue;
		}
		size_t plain = plain_bytes(csv, bytes + at, len - at);
		add_field(csv, message, bytes + at, plain);
		at += plain;
		if (at == len) break;
		csv->closing = csv->quoted;
		csv->quoted = csv->quoted || bytes[at] == '"';
		csv->field += bytes[at] == ',' && !csv->quoted;
		*ended = bytes[at++] == '\n' && !csv->quoted;
	}
	if (*ended) *csv = (LogCsv){0};
	return at;
}

/* ---- jsonlog ---- */

static void add_value(const LogJson *json, LogMessage *message, const char *bytes, size_t len) {
	static const char *const times[] = {"timestamp", "log_time"};
	const char *key = json->key.text;
	if (strcmp(key, "message") == 0) log_message_add(message, bytes, len);
	else if (strcmp(key, "query_id") == 0) log_keep(&message->query_id, bytes, len, ID_BYTES);
	else if (strcmp(key, times[0]) == 0 || strcmp(key, times[1]) == 0) log_keep(&message->time, bytes, len, TIME_BYTES);
}

static void add_text(LogJson *json, LogMessage *message, const char *bytes, size_t len) {
	if (json->is_value) add_value(json, message, bytes, len);
	else log_keep(&json->key, bytes, len, KEY_BYTES);
}

static void add_point(LogJson *json, LogMessage *message, uint32_t point) {
	char bytes[4];
	bool high = point >= 0xD800 && point < 0xDC00, low = point >= 0xDC00 && point < 0xE000;
	if (low && json->surrogate) point = 0x10000 + ((json->surrogate - 0xD800) << 10) + (point - 0xDC00);
	else if (high || low) point = high ? point : UTF8_INVALID;
	json->surrogate = high ? point : 0;
	if (!high) add_text(json, message, bytes, utf8_encode(point, bytes));
}

/* One more byte of an escape, which may end it. */
static void add_escape(LogJson *json, LogMessage *message, char byte) {
	static const char letters[] = "nrtbf", meanings[] = "\n\r\t\b\f";
	json->escape[json->escape_len++] = byte;
	if (json->escape[1] == 'u' && json->escape_len < 6) return;
	const char *letter = strchr(letters, byte);
	if (json->escape[1] == 'u') {
		json->escape[6] = '\0';
		add_point(json, message, (uint32_t)strtoul(json->escape + 2, NULL, 16));
	} else {
		add_text(json, message, letter && byte ? &meanings[letter - letters] : &byte, 1);
	}
	json->escape_len = 0;
}

static void end_string(LogJson *json) {
	json->in_string = false;
	if (json->is_value) str_clear(&json->key);
	json->is_value = false;
}

/* Within a string: up to its end, or to the end of what is here. */
static size_t pass_string(LogJson *json, LogMessage *message, const char *bytes, size_t len) {
	size_t at = 0;
	if (json->escape_len) {
		add_escape(json, message, bytes[0]);
		return 1;
	}
	while (at < len && bytes[at] != '"' && bytes[at] != '\\' && bytes[at] != '\n') at++;
	add_text(json, message, bytes, at);
	if (at == len || bytes[at] == '\n') return at;
	if (bytes[at] == '"') end_string(json);
	else json->escape[json->escape_len++] = '\\';
	return at + 1;
}

/* Between strings. A string that no colon follows is no key, but nothing asks for it then. */
static void take_sign(LogJson *json, LogMessage *message, char byte) {
	if (byte == '"') {
		json->in_string = true;
		if (!json->is_value) str_clear(&json->key);
	} else if (byte == ':') {
		json->is_value = true;
	} else if (strchr(",{}[]", byte)) {
		json->is_value = false;
	} else if (json->is_value && (byte == '-' || (byte >= '0' && byte <= '9'))) {
		add_value(json, message, &byte, 1);
	}
}

size_t log_json_feed(LogJson *json, LogMessage *message, const char *bytes, size_t len, bool *ended) {
	size_t at = 0;
	*ended = false;
	while (at < len && !*ended) {
		if (bytes[at] == '\n') {
			*ended = true;
			at++;
		} else if (json->in_string) {
			at += pass_string(json, message, bytes + at, len - at);
		} else {
			take_sign(json, message, bytes[at++]);
		}
	}
	if (*ended) {
		str_release(&json->key);
		*json = (LogJson){.key = STR_INIT};
	}
	return at;
}
