/* decode.c: what libpq received -> Table, or Err. */
#include "pg/decode.h"

#include <ctype.h>
#include <libpq-fe.h>
#include <stdlib.h>

/* Of pg_type.dat; these numbers never change. */
static const struct {
	unsigned oid;
	CellType type;
} types[] = {
	{16, CELL_BOOL}, /* bool */
	{20, CELL_INT}, /* int8 */
	{21, CELL_INT}, /* int2 */
	{23, CELL_INT}, /* int4 */
	{26, CELL_INT}, /* oid */
	{28, CELL_INT}, /* xid */
	{700, CELL_REAL}, /* float4 */
	{701, CELL_REAL}, /* float8 */
	{1700, CELL_REAL}, /* numeric */
};

CellType decode_type(unsigned type_oid) {
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].oid == type_oid) return types[i].type;
	return CELL_TEXT;
}

/* Digits as the server writes them. Far cheaper than strtoll over a million cells. */
static int64_t integer(const char *value) {
	bool negative = *value == '-';
	uint64_t number = 0;
	for (value += negative; *value >= '0' && *value <= '9'; value++) number = number * 10 + (uint64_t)(*value - '0');
	return (int64_t)(negative ? 0 - number : number);
}

enum { EXACT_DIGITS = 15, EXACT_PLACES = 22 };

/* Up to 15 digits and the powers of ten up to 22 are exact as doubles, so one division of them is rounded right; the rest is
 * strtod's. */
static double decimal(const char *value) {
	static const double powers[EXACT_PLACES + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
	                                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	const char *at = value + (*value == '-');
	int64_t number = 0;
	int digits = 0, places = 0;
	bool point = false;
	for (; (*at >= '0' && *at <= '9') || (*at == '.' && !point); at++) {
		if (*at == '.') {
			point = true;
			continue;
		}
		number = number * 10 + (*at - '0');
		if (number) digits++;
		if (digits > EXACT_DIGITS) break;
		places += point;
	}
	if (*at || digits > EXACT_DIGITS || places > EXACT_PLACES) return strtod(value, NULL);
	double magnitude = (double)number / powers[places];
	return *value == '-' ? -magnitude : magnitude;
}

/* Names come again and again: a text like the one above it is not kept twice. */
static const char *text(Arena *arena, const Table *table, size_t row, size_t column, const char *value, size_t len) {
	const char *above = row ? table_text(table, row - 1, column, NULL) : NULL;
	return above && strcmp(above, value) == 0 ? above : arena_copy_n(arena, value, len);
}

void decode_value(Arena *arena, Table *table, size_t row, size_t column, const char *value, size_t len) {
	switch (table->columns[column].type) {
	case CELL_INT: table_set_int(table, row, column, integer(value)); break;
	case CELL_REAL: table_set_real(table, row, column, decimal(value)); break;
	case CELL_BOOL: table_set_bool(table, row, column, *value == 't'); break;
	case CELL_TEXT: table_set_text(table, row, column, text(arena, table, row, column, value, len)); break;
	}
}

/* On the wire a row has 7 bytes around it, a value 4 in front. */
enum { ROW_BYTES = 7, VALUE_BYTES = 4 };

Table *decode_table(Arena *arena, const PGresult *result, size_t *bytes) {
	int rows = PQntuples(result), columns = PQnfields(result);
	Table *table = table_new(arena, (size_t)columns, (size_t)rows);
	for (int i = 0; i < columns; i++) table_name(table, arena, (size_t)i, PQfname(result, i), decode_type(PQftype(result, i)));
	*bytes = (size_t)rows * (ROW_BYTES + VALUE_BYTES * (size_t)columns);
	for (int row = 0; row < rows; row++) {
		size_t at = table_add_row(arena, table);
		for (int i = 0; i < columns; i++) {
			size_t len = (size_t)PQgetlength(result, row, i);
			if (!len && PQgetisnull(result, row, i)) continue;
			*bytes += len;
			decode_value(arena, table, at, (size_t)i, PQgetvalue(result, row, i), len);
		}
	}
	return table;
}

bool decode_failed(const PGresult *result) {
	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK: return false;
	default: return true;
	}
}

static void add_sentence(Str *text, const char *sentence) {
	if (!sentence || !*sentence) return;
	if (text->len) str_add_char(text, ' ');
	str_add(text, sentence);
}

void decode_error(const PGresult *result, Err *err) {
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	if (!message) message = PQresultErrorMessage(result); /* libpq's own words */
	size_t len = strlen(message);
	while (len && isspace((unsigned char)message[len - 1])) len--;
	err_set(err, ERR_SERVER, "%.*s", (int)len, len ? message : "");
	if (!len) err_set(err, ERR_SERVER, "the server sent no answer");
	if (sqlstate && strlen(sqlstate) == sizeof err->sqlstate - 1) memcpy(err->sqlstate, sqlstate, sizeof err->sqlstate);
	if (position) err->position = strtol(position, NULL, 10);
	add_sentence(&err->hint, PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
	add_sentence(&err->hint, PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
}

/* "FATAL:  28P01: password …": the severity may be in any language, the five characters are the same in all. */
static const char *find_sqlstate(const char *line, const char *end) {
	for (const char *at = line; at + 10 <= end; at++) {
		if (memcmp(at, ":  ", 3) != 0 || memcmp(at + 8, ": ", 2) != 0) continue;
		int i = 3;
		while (i < 8 && (isdigit((unsigned char)at[i]) || isupper((unsigned char)at[i]))) i++;
		if (i == 8) return at + 3;
	}
	return NULL;
}

/* "LOCATION:  auth_failed, auth.c:335" */
static bool is_place_in_source(const char *line, const char *end) {
	while (end > line && isdigit((unsigned char)end[-1])) end--;
	return end - line > 3 && memcmp(end - 3, ".c:", 3) == 0;
}

void decode_connect_error(const char *text, Err *err) {
	Str message = STR_INIT;
	char sqlstate[sizeof err->sqlstate] = "";
	while (*text) {
		const char *end = text + strcspn(text, "\n");
		const char *state = find_sqlstate(text, end);
		if (message.len && !is_place_in_source(text, end)) str_add_char(&message, '\n');
		if (state) {
			memcpy(sqlstate, state, 5);
			const char *severity = state - 3; /* goes too, with the blank before it: "failed: FATAL" */
			while (severity > text && severity[-1] != ' ') severity--;
			str_add_n(&message, text, (size_t)(severity - text));
			str_add_n(&message, state + 7, (size_t)(end - state - 7));
		} else if (!is_place_in_source(text, end)) {
			str_add_n(&message, text, (size_t)(end - text));
		}
		text = *end ? end + 1 : end;
	}
	err_set(err, ERR_CONNECTION, "%s", message.text);
	memcpy(err->sqlstate, sqlstate, sizeof sqlstate);
	str_release(&message);
}
