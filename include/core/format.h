/* format.h: figures as people read them. Inputs in base units (ms, bytes, ratio 0..1); NaN prints as "". */
#ifndef PGWHY_CORE_FORMAT_H
#define PGWHY_CORE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

typedef enum Unit {
	UNIT_NONE, /* plain number: 3 significant figures, thousands grouped by a thin rule of thumb (12 345) */
	UNIT_COUNT, /* 0.12  3.4  120  1.2k  3.4M  5.6G */
	UNIT_MS, /* 0.04ms  3.2ms  462ms  1.2s  3m12s  4h05m  12d */
	UNIT_BYTES, /* 0  512B  8.0kB  412MB  2.1GB (1024) */
	UNIT_SHARE, /* 0..1 -> 0%  0.4%  3%  99.2%  100% */
	UNIT_RATE /* per second: as UNIT_COUNT */
} Unit;

const char *format_unit(Arena *arena, Unit unit, double value);
const char *format_ms(Arena *arena, double ms); /* with a blank before the unit: "462 ms", for prose */
const char *format_bytes(Arena *arena, double bytes); /* "9.4 MB" */
const char *format_rows(Arena *arena, double rows); /* as UNIT_COUNT */
const char *format_share(Arena *arena, double ratio); /* "99.2%" */
const char *format_age(Arena *arena, double seconds); /* "12d", "3h05m", "41s" */
/* Text over lines: may one end at the blank between a character and what is behind it? Not within 12 345 and 462 ms. */
bool format_breaks(uint32_t before, const char *after);
size_t format_line(const char *text, size_t cells); /* bytes of its first line: whole words, or of a word too long what fits */
const char *format_number(Arena *arena, double value); /* shortest exact: integers without a point */

#endif
