/* word_describe.c: \d, \d+, \dt, \di. */
#include "app/describing.h"
#include "app/word.h"

#define ALL_KINDS "{r,p,v,m,f,S,i,I,c,t}"
#define OWN_KINDS "{r,p,v,m,f,S}" /* what psql lists when no name is given */

void word_describe(App *app, const char *rest) {
	describing_open(app, &(DescribeWish){.word = "d", .kinds = *rest ? ALL_KINDS : OWN_KINDS, .list = !*rest}, rest);
}

void word_describe_more(App *app, const char *rest) {
	describing_open(app, &(DescribeWish){.word = "d+", .kinds = *rest ? ALL_KINDS : OWN_KINDS, .list = !*rest, .more = true}, rest);
}

void word_tables(App *app, const char *rest) {
	describing_open(app, &(DescribeWish){.word = "dt", .kinds = "{r,p}", .list = true}, rest);
}

void word_indexes(App *app, const char *rest) {
	describing_open(app, &(DescribeWish){.word = "di", .kinds = "{i,I}", .list = true, .indexes = true}, rest);
}
