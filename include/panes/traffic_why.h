/* traffic_why.h: why a statement costs more or less than before it was marked. */
#ifndef PGWHY_PANES_TRAFFIC_WHY_H
#define PGWHY_PANES_TRAFFIC_WHY_H

#include "core/traffic.h"
#include "panes/why.h"

/* The figures of both spans side by side, and, under `because`, what they say together. */
void traffic_why(Page *page, const Traffic *traffic, const TrafficRow *row, const char *verdict, double block_bytes);

/* "23m", "41s", "3h05m"; NaN: "". */
const char *traffic_span_words(Arena *arena, double seconds);

#endif
