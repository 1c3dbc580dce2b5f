/* filter.c: which rows of a list are wanted. */
#include "view/filter.h"

#include <math.h>
#include <strings.h>

static const struct {
	const char *sign;
	Comparison comparison;
} signs[] = {{"<=", COMPARE_AT_MOST}, {">=", COMPARE_AT_LEAST}, {"<", COMPARE_LESS}, {">", COMPARE_MORE}, {"=", COMPARE_EQUAL}};

/* What a figure may end in, as it is shown; a bare one counts in the unit's first. */
static const struct {
	Unit unit;
	const char *suffix;
	double factor;
} suffixes[] = {
    {UNIT_NONE, "", 1},   {UNIT_NONE, "k", 1e3},        {UNIT_NONE, "M", 1e6},        {UNIT_NONE, "G", 1e9},
    {UNIT_NONE, "T", 1e12}, {UNIT_MS, "ms", 1},         {UNIT_MS, "s", 1e3},          {UNIT_MS, "m", 60e3},
    {UNIT_MS, "h", 3600e3}, {UNIT_MS, "d", 86400e3},    {UNIT_BYTES, "B", 1},         {UNIT_BYTES, "kB", 1024},
    {UNIT_BYTES, "MB", 0x1p20}, {UNIT_BYTES, "GB", 0x1p30}, {UNIT_BYTES, "TB", 0x1p40}, {UNIT_SHARE, "%", 0.01},
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A decimal with a point, whatever the locale; the text after it, or NULL when there is no number. */
static const char *read_decimal(const char *text, double *value) {
	const char *start = text;
	double place = 0;
	*value = 0;
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && place == 0); text++) {
		if (*text == '.') {
			place = 1;
			continue;
		}
		*value = *value * 10 + (*text - '0');
		place *= 10;
	}
	if (place > 1) *value /= place;
	return text == start || (text == start + 1 && place > 0) ? NULL : text;
}

static bool read_bound(const char *text, Unit unit, double *bound) {
	if (unit == UNIT_COUNT || unit == UNIT_RATE) unit = UNIT_NONE;
	text += strspn(text, " ");
	bool negative = *text == '-';
	const char *suffix = read_decimal(text + negative, bound);
	if (!suffix) return false;
	if (negative) *bound = -*bound;
	suffix += strspn(suffix, " ");
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		if (suffixes[i].unit != unit || (*suffix && strcasecmp(suffixes[i].suffix, suffix) != 0)) continue;
		*bound *= suffixes[i].factor;
		return true;
	}
	return false;
}

static Comparison read_sign(const char **text) {
	const char *start = *text + strspn(*text, " ");
	for (size_t i = 0; i < COUNT(signs); i++) {
		size_t len = strlen(signs[i].sign);
		if (strncmp(start, signs[i].sign, len) != 0) continue;
		*text = start + len;
		return signs[i].comparison;
	}
	return COMPARE_NONE;
}

bool filter_parse(Filter *filter, const char *text, const ListColumn *columns, size_t column_count, Err *err) {
	*filter = (Filter){.columns = columns, .column_count = column_count, .column = TABLE_NO_COLUMN};
	filter->inverse = *text == '!';
	text += filter->inverse;
	size_t name = strcspn(text, ":");
	if (text[name]) filter->column = column_named(columns, column_count, text, name);
	if (filter->column != TABLE_NO_COLUMN) text += name + 1;
	if (!*text) { /* still being typed */
		filter->inverse = false;
		return true;
	}
	const ListColumn *column = filter->column == TABLE_NO_COLUMN ? NULL : &columns[filter->column];
	if (column && column_is_number(column)) filter->comparison = read_sign(&text);
	bool good = filter->comparison ? read_bound(text, column->unit, &filter->bound) : pattern_compile(&filter->pattern, text, err);
	if (good) return true;
	if (filter->comparison) {
		err_set(err, ERR_USAGE, "\"%s\" is not a figure to compare %s with", text, column->title);
		err_hint(err, "Write it as the column does: 10, 1.5s, 2GB, 10%%.");
	}
	*filter = (Filter){.columns = columns, .column_count = column_count, .column = TABLE_NO_COLUMN};
	return false;
}

void filter_release(Filter *filter) {
	pattern_release(&filter->pattern);
}

static bool compares(const Filter *filter, double value) {
	switch (filter->comparison) {
	case COMPARE_LESS: return value < filter->bound;
	case COMPARE_AT_MOST: return value <= filter->bound;
	case COMPARE_EQUAL: return value == filter->bound;
	case COMPARE_AT_LEAST: return value >= filter->bound;
	case COMPARE_MORE: return value > filter->bound;
	case COMPARE_NONE: break;
	}
	return true;
}

static bool cell_matches(const Filter *filter, Arena *arena, const Table *table, size_t row, size_t column) {
	/* What makes a text fit to be shown touches no word in it. */
	bool as_it_is = filter->columns[column].type == CELL_TEXT && pattern_is_word(&filter->pattern);
	const char *text = as_it_is ? table_text(table, row, column, "") : column_text(arena, &filter->columns[column], table, row, column);
	return pattern_matches(&filter->pattern, text);
}

static bool row_matches(const Filter *filter, Arena *arena, const Table *table, size_t row) {
	if (filter->comparison) return compares(filter, table_real(table, row, filter->column, NAN));
	if (!filter->pattern.ready) return true;
	if (filter->column != TABLE_NO_COLUMN) return cell_matches(filter, arena, table, row, filter->column);
	for (size_t i = 0; i < filter->column_count; i++)
		if (filter->columns[i].type == CELL_TEXT && cell_matches(filter, arena, table, row, i)) return true;
	return false;
}

bool filter_passes(const Filter *filter, Arena *arena, const Table *table, size_t row) {
	return row_matches(filter, arena, table, row) != filter->inverse;
}

const Pattern *filter_highlight(const Filter *filter, size_t column) {
	if (!filter->pattern.ready || filter->inverse || column >= filter->column_count) return NULL;
	bool wanted = filter->column == TABLE_NO_COLUMN ? filter->columns[column].type == CELL_TEXT : filter->column == column;
	return wanted ? &filter->pattern : NULL;
}
