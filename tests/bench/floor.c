/* floor.c: the least a console can be: one activity pane on bare libpq and ncurses. What it costs nobody can go far below.
 *
 *     floor CONNINFO          j k or arrows move, q quits; reads every two seconds, never waits */
#include <curses.h>
#include <libpq-fe.h>
#include <locale.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INTERVAL_MS = 2000, COLUMNS_SHOWN = 4 };

static const char query[] = "select pid, usename, coalesce(wait_event, state, ''), left(query, 200) from pg_stat_activity where pid <> pg_backend_pid() order by state, pid";
static const int widths[COLUMNS_SHOWN] = {8, 12, 20, 400};

typedef struct Floor {
	PGconn *pg;
	PGresult *rows; /* what is shown */
	int cursor, top;
	long due_ms;
	bool asked, quit;
} Floor;

static long now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void ask(Floor *floor) {
	floor->due_ms = now_ms() + INTERVAL_MS;
	if (floor->asked) return;
	floor->asked = PQsendQueryPrepared(floor->pg, "", 0, NULL, NULL, NULL, 0);
}

static void take_answer(Floor *floor) {
	if (!PQconsumeInput(floor->pg)) floor->quit = true;
	while (floor->asked && !PQisBusy(floor->pg)) {
		PGresult *result = PQgetResult(floor->pg);
		if (!result) floor->asked = false;
		else if (PQresultStatus(result) != PGRES_TUPLES_OK) PQclear(result);
		else {
			PQclear(floor->rows);
			floor->rows = result;
		}
	}
}

/* Letters and digits of anybody's language; what a terminal would obey becomes a question mark. */
static void draw_value(int y, int x, const char *value, int width) {
	for (int i = 0; i < width && value[i] && x + i < COLS; i++) mvaddch(y, x + i, (chtype)((unsigned char)value[i] < ' ' || (unsigned char)value[i] > '~' ? '?' : value[i]));
}

static void draw(Floor *floor) {
	int count = floor->rows ? PQntuples(floor->rows) : 0, height = LINES - 1;
	if (floor->cursor >= count) floor->cursor = count ? count - 1 : 0;
	if (floor->cursor < floor->top) floor->top = floor->cursor;
	if (floor->cursor >= floor->top + height) floor->top = floor->cursor - height + 1;
	erase();
	mvprintw(0, 0, "%d sessions", count);
	for (int y = 1; y <= height && floor->top + y - 1 < count; y++) {
		int row = floor->top + y - 1;
		for (int i = 0, x = 0; i < COLUMNS_SHOWN; x += widths[i++]) draw_value(y, x, PQgetvalue(floor->rows, row, i), widths[i] - 1);
		if (row == floor->cursor) mvchgat(y, 0, -1, A_REVERSE, 0, NULL);
	}
	refresh();
}

static void take_key(Floor *floor) {
	for (int key; (key = getch()) != ERR;) {
		if (key == 'q') floor->quit = true;
		if (key == 'j' || key == KEY_DOWN) floor->cursor++;
		if ((key == 'k' || key == KEY_UP) && floor->cursor) floor->cursor--;
	}
}

int main(int argc, char **argv) {
	setlocale(LC_ALL, "");
	Floor floor = {.pg = PQconnectdb(argc > 1 ? argv[1] : "")};
	PQclear(PQprepare(floor.pg, "", query, 0, NULL));
	if (PQstatus(floor.pg) != CONNECTION_OK) return 3;
	initscr();
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, true);
	nodelay(stdscr, true);
	while (!floor.quit) {
		if (now_ms() >= floor.due_ms) ask(&floor);
		struct pollfd fds[] = {{.fd = 0, .events = POLLIN}, {.fd = PQsocket(floor.pg), .events = POLLIN}};
		if (poll(fds, 2, (int)(floor.due_ms > now_ms() ? floor.due_ms - now_ms() : 0)) > 0) {
			if (fds[0].revents) take_key(&floor);
			if (fds[1].revents) take_answer(&floor);
			draw(&floor);
		}
	}
	endwin();
	PQclear(floor.rows);
	PQfinish(floor.pg);
	return 0;
}
