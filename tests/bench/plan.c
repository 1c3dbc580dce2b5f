/* plan.c: how long a plan of 10,000 nodes takes to read and measure, against yajl alone on the same text. */
#include <stdio.h>
#include <yajl/yajl_parse.h>

#include "base/clock.h"
#include "plan/json.h"

enum { NODES = 10000, RUNS = 10 };

/* A node as a server prints it with ANALYZE, BUFFERS and VERBOSE, about 700 bytes. */
static void add_node(Str *text, int number, bool leaf) {
	str_printf(text,
	           "{\"Node Type\": \"%s\", \"Parent Relationship\": \"Outer\", \"Parallel Aware\": false, \"Async Capable\": false, \"Relation Name\": \"t%d\", "
	           "\"Schema\": \"public\", \"Alias\": \"t%d\", \"Startup Cost\": 0.42, \"Total Cost\": %d.57, \"Plan Rows\": %d, \"Plan Width\": 244, "
	           "\"Actual Startup Time\": 0.012, \"Actual Total Time\": 0.034, \"Actual Rows\": 3, \"Actual Loops\": 1, \"Output\": [\"a\", \"b\", \"c\"], "
	           "\"Filter\": \"((a = %d) AND (b > '2024-01-01 00:00:00'::timestamp without time zone))\", \"Rows Removed by Filter\": 17, "
	           "\"Shared Hit Blocks\": 5, \"Shared Read Blocks\": 0, \"Shared Dirtied Blocks\": 0, \"Shared Written Blocks\": 0, \"Local Hit Blocks\": 0, "
	           "\"Local Read Blocks\": 0, \"Local Dirtied Blocks\": 0, \"Local Written Blocks\": 0, \"Temp Read Blocks\": 0, \"Temp Written Blocks\": 0",
	           leaf ? "Seq Scan" : "Append", number, number, number, number, number);
	str_add(text, leaf ? "}" : ", \"Plans\": [");
}

/* Appends of 20 under Appends of 20. */
static Str synthetic(void) {
	Str text = STR_INIT;
	int number = 1;
	str_add(&text, "[{\"Plan\": ");
	add_node(&text, number++, false);
	while (number < NODES) {
		if (text.text[text.len - 1] != '[') str_add(&text, ", ");
		add_node(&text, number++, false);
		for (int i = 0; i < 20 && number <= NODES; i++) {
			if (i) str_add(&text, ", ");
			add_node(&text, number++, true);
		}
		str_add(&text, "]}");
	}
	str_add(&text, "]}, \"Execution Time\": 1000.0}]");
	return text;
}

static double yajl_ms(const Str *text) {
	double start = clock_s();
	yajl_handle yajl = yajl_alloc(NULL, NULL, NULL);
	if (yajl_parse(yajl, (const unsigned char *)text->text, text->len) != yajl_status_ok || yajl_complete_parse(yajl) != yajl_status_ok) puts("not JSON");
	yajl_free(yajl);
	return (clock_s() - start) * 1e3;
}

static double plan_ms(const Str *text, size_t *bytes) {
	double start = clock_s();
	Arena *arena = arena_new();
	PlanList plans;
	if (!plan_read_json(arena, text->text, text->len, &plans, NULL) || plans.items[0]->node_count != NODES) puts("not this plan");
	*bytes = arena_bytes(arena);
	arena_free(arena);
	return (clock_s() - start) * 1e3;
}

int main(void) {
	Str text = synthetic();
	double bare = INFINITY, whole = INFINITY;
	size_t bytes = 0;
	for (int i = 0; i < RUNS; i++) {
		bare = fmin(bare, yajl_ms(&text));
		whole = fmin(whole, plan_ms(&text, &bytes));
	}
	printf("plan of %d nodes, %.1f MB: yajl alone %.1f ms, plan read and measured %.1f ms (%.1f times), %.1f MB held\n", NODES, (double)text.len / 1e6, bare,
	       whole, whole / bare, (double)bytes / 1e6);
	str_release(&text);
	return 0;
}
