/* session.c: one connection and a loop, for a command without a terminal. */
#include "app/session.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

static void conn_changed(void *owner, Conn *conn) {
	Session *session = owner;
	(void)conn;
	if (session->changed) session->changed(session->owner);
}

/* False: a signal came first. */
static bool read_line(int fd, Str *line) {
	char byte = '\0';
	ssize_t got;
	while ((got = read(fd, &byte, 1)) == 1 && byte != '\n') str_add_char(line, byte);
	return got >= 0;
}

/* From the terminal itself, its echo off: stdin may be the statement. */
static bool ask_password(Str *password, Err *err) {
	static const char question[] = "Password: ";
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios before, silent;
	if (tty < 0 || tcgetattr(tty, &before) != 0) {
		if (tty >= 0) close(tty);
		err_set(err, ERR_CONNECTION, "the server wants a password and there is no terminal to ask for one");
		err_hint(err, "Put it into a password file (~/.pgpass), or set PGPASSFILE or PGPASSWORD.");
		return false;
	}
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(tty, TCSAFLUSH, &silent);
	(void)!write(tty, question, sizeof question - 1);
	bool given = read_line(tty, password);
	(void)!write(tty, "\n", 1);
	tcsetattr(tty, TCSAFLUSH, &before);
	close(tty);
	return given || err_set(err, ERR_CANCELLED, "cancelled");
}

static void forget(Str *password) {
	memset(password->text, 0, password->len);
	str_release(password);
}

static bool give_password(Session *session, Err *err) {
	Str password = STR_INIT;
	bool given = ask_password(&password, err);
	if (given) conn_set_password(session->conn, password.text);
	forget(&password);
	return given;
}

static bool wait_until_ready(Session *session, bool asked, Err *err) {
	for (;;) {
		ConnState state = conn_state(session->conn);
		if (state == CONN_READY) return true;
		bool wrong = state == CONN_NEEDS_PASSWORD && err_is(conn_error(session->conn)); /* the one from a file or variable: as in psql, that is the end */
		if (state == CONN_NEEDS_PASSWORD && !asked && !wrong) {
			asked = true;
			if (!give_password(session, err)) return false;
		} else if (state == CONN_FAILED || state == CONN_LOST || state == CONN_NEEDS_PASSWORD) {
			const Err *why = conn_error(session->conn);
			err_set(err, ERR_CONNECTION, "%s", why->message.text);
			err_hint(err, "%s", why->hint.text);
			return false;
		}
		loop_turn(session->loop, -1);
		if (loop_signal(session->loop, LOOP_INTERRUPT) || loop_signal(session->loop, LOOP_TERMINATE)) return err_set(err, ERR_CANCELLED, "cancelled");
	}
}

bool session_open(Session *session, const Options *options, Err *err) {
	*session = (Session){.loop = loop_new(err)};
	if (!session->loop) return false;
	loop_catch_signals(session->loop);
	Str password = STR_INIT;
	ConnParams params = options->conn;
	bool given = !options->ask_password || ask_password(&password, err);
	if (options->ask_password) params.password = password.text;
	if (given) session->conn = conn_new(loop_work(session->loop), &params, conn_changed, session);
	forget(&password);
	if (!given) return false;
	loop_add_conn(session->loop, session->conn);
	return wait_until_ready(session, options->ask_password, err);
}

void session_close(Session *session) {
	if (session->conn) {
		loop_remove_conn(session->loop, session->conn);
		conn_free(session->conn);
	}
	loop_free(session->loop);
}
