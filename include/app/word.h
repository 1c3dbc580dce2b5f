/* word.h: what the words of the prompt do; their table is in words.c. `rest` is what follows the word, without blanks around it. */
#ifndef PGWHY_APP_WORD_H
#define PGWHY_APP_WORD_H

#include "app/state.h"

/* word_statement.c */
void word_explain(App *app, const char *rest);
void word_analyze(App *app, const char *rest);
void word_parameters(App *app, const char *rest);
void word_runs(App *app, const char *rest);
void word_start(App *app, const char *text, RunMode mode); /* the statement at the prompt */

/* word_setting.c */
void word_with(App *app, const char *rest);
void word_set(App *app, const char *rest);
ExplainSetting word_setting(Arena *arena, const char *text); /* "name = 'value'"; the value is "" when there is none */

/* word_describe.c */
void word_describe(App *app, const char *rest);
void word_describe_more(App *app, const char *rest);
void word_tables(App *app, const char *rest);
void word_indexes(App *app, const char *rest);

/* word_session.c */
void word_connect(App *app, const char *rest);
void word_conninfo(App *app, const char *rest);
void word_help(App *app, const char *rest);
void word_quit(App *app, const char *rest);

/* word_migration.c */
void word_migration(App *app, const char *rest);

/* reporting.c */
void word_report(App *app, const char *rest);

/* word_diff.c */
void word_mark(App *app, const char *rest);
void word_diff(App *app, const char *rest);

/* word_file.c */
void word_edit(App *app, const char *rest);
void word_file(App *app, const char *rest);
void word_open(App *app, const char *rest);

/* word_kept.c */
void word_plans(App *app, const char *rest);
void word_keep(App *app, const char *rest);
void word_forget(App *app, const char *rest);

#endif
