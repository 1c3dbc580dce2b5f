/* plan_file.c: a file of plans, or a server's log. */
#include "app/plan_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/read.h"

enum { PIECE_BYTES = 1 << 18, MOST_PLAN_BYTES = 512 << 20 }; /* what is no log, and one entry of a log, are read whole */

PlanFile *plan_file_new(const char *path) {
	Arena *arena = arena_new();
	PlanFile *file = ARENA_NEW(arena, PlanFile);
	file->arena = arena;
	file->path = arena_copy(arena, path);
	file->fd = -1;
	return file;
}

Arena *plan_file_close(PlanFile *file) {
	if (file->fd >= 0) close(file->fd);
	return file->arena;
}

void plan_file_free(PlanFile *file) {
	arena_free(plan_file_close(file));
}

static bool unreadable(const PlanFile *file, Err *err) {
	return err_set(err, ERR_INPUT, "cannot read %s: %s", file->path, strerror(errno));
}

/* ---- looking through ---- */

static ssize_t read_some(int fd, char *bytes, size_t len) {
	ssize_t got;
	while ((got = read(fd, bytes, len)) < 0 && errno == EINTR) continue;
	return got;
}

static bool write_all(int fd, const char *bytes, size_t len) {
	while (len) {
		ssize_t wrote = write(fd, bytes, len);
		if (wrote < 0 && errno != EINTR) return false;
		if (wrote > 0) bytes += wrote, len -= (size_t)wrote;
	}
	return true;
}

/* A pipe cannot be read again: what comes by it is kept in a file that has no name and goes with us. */
static int keep_file(void) {
	FILE *file = tmpfile();
	int fd = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;
	if (file) fclose(file);
	return fd;
}

static bool open_file(PlanFile *file, int *kept, Err *err) {
	struct stat about;
	file->fd = strcmp(file->path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(file->path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0 || fstat(file->fd, &about) != 0) return unreadable(file, err);
	*kept = -1;
	off_t at = lseek(file->fd, 0, SEEK_CUR); /* of standard input somebody may have read the beginning */
	file->began_at = at > 0 ? (uint64_t)at : 0;
	if (S_ISREG(about.st_mode)) atomic_store(&file->size_bytes, (unsigned long long)about.st_size);
	else if (!S_ISDIR(about.st_mode) && (*kept = keep_file()) < 0) return err_system(err, "cannot keep what comes by a pipe");
	return true;
}

static bool look_through(PlanFile *file, int kept, Err *err) {
	char *bytes = malloc(PIECE_BYTES);
	if (!bytes) die("out of memory");
	Log *log = log_new(file->arena);
	ssize_t got;
	bool stopped = false, fine = true;
	while (!(stopped = atomic_load(&file->stopped)) && fine && (got = read_some(file->fd, bytes, PIECE_BYTES)) != 0) {
		if (got < 0) fine = unreadable(file, err);
		else if (kept >= 0 && !write_all(kept, bytes, (size_t)got)) fine = err_system(err, "cannot keep what comes by a pipe");
		else {
			log_feed(log, bytes, (size_t)got);
			atomic_fetch_add(&file->done_bytes, (unsigned long long)got);
			atomic_store(&file->found, log_count(log));
		}
	}
	file->entries = log_end(log);
	free(bytes);
	return fine && (!stopped || err_set(err, ERR_CANCELLED, "stopped"));
}

/* ---- reading ---- */

static bool read_at(const PlanFile *file, uint64_t offset, uint64_t len, char **bytes, Err *err) {
	if (len > MOST_PLAN_BYTES) return err_set(err, ERR_INPUT, "%s: too long for a plan: %llu bytes at offset %llu", file->path, (unsigned long long)len, (unsigned long long)offset);
	*bytes = malloc(len ? len : 1);
	if (!*bytes) die("out of memory");
	for (size_t at = 0; at < len;) {
		ssize_t got = pread(file->fd, *bytes + at, len - at, (off_t)(file->began_at + offset + at));
		if (got > 0) at += (size_t)got;
		if (got > 0 || (got < 0 && errno == EINTR)) continue;
		if (got < 0) unreadable(file, err);
		else err_set(err, ERR_INPUT, "%s: the file has become shorter", file->path);
		free(*bytes);
		return false;
	}
	return true;
}

/* What files begin with that are no text, but hold some. */
static const struct {
	const char *bytes, *hint;
} signs[] = {
	{"\xff\xfe", "This is UTF-16, as PowerShell writes it; save it as UTF-8."},
	{"\xfe\xff", "This is UTF-16, as PowerShell writes it; save it as UTF-8."},
	{"\x1f\x8b", "It is compressed: zcat FILE | pgwhy plan -"},
	{"\x28\xb5\x2f\xfd", "It is compressed: zstdcat FILE | pgwhy plan -"},
};

/* The reader says what is wrong with a text; here is said when it was none. */
static void explain_refusal(const PlanFile *file, const char *bytes, size_t len, Err *err) {
	const char *zero = memchr(bytes, '\0', len);
	if (!len) {
		err_set(err, ERR_INPUT, "the file is empty, there is no plan in it");
	} else if (zero) {
		err_set(err, ERR_INPUT, "no plan in it: it is no text, but has a zero byte at offset %zu", (size_t)(zero - bytes));
		for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
			if (len > strlen(signs[i].bytes) && memcmp(bytes, signs[i].bytes, strlen(signs[i].bytes)) == 0) err_hint(err, "%s", signs[i].hint);
	}
	err_prefix(err, "%s", file->path);
}

static bool read_whole(const PlanFile *file, Arena *arena, PlanList *plans, KeptPlan *only, Err *err) {
	char *bytes;
	size_t len = (size_t)atomic_load(&file->done_bytes);
	if (!read_at(file, 0, len, &bytes, err)) return false;
	bool fine = plan_read(arena, bytes, len, plans, err);
	if (!fine) explain_refusal(file, bytes, len, err);
	else if (plans->count == 1) *only = kept_plan_of_text(arena, plans->items[0], bytes, len);
	free(bytes);
	return fine;
}

/* A message without anything before it was pasted from wherever: the readers of plans take several of them, in frames and quotes, too. */
static bool is_log(const LogEntries *entries) {
	for (size_t i = 0; i < entries->count; i++)
		if (!entries->items[i].pasted) return true;
	return false;
}

bool plan_file_open(PlanFile *file, Err *err) {
	int kept = -1;
	if (!open_file(file, &kept, err)) return false;
	bool fine = look_through(file, kept, err);
	if (kept >= 0) {
		close(file->fd);
		file->fd = kept;
		file->began_at = 0;
	}
	if (!fine || is_log(&file->entries)) return fine;
	file->entries.count = 0;
	return read_whole(file, file->arena, &file->plans, &file->only, err);
}

size_t plan_file_count(const PlanFile *file) {
	return file->entries.count ? file->entries.count : file->plans.count;
}

static bool read_entry(const PlanFile *file, Arena *arena, const LogEntry *entry, Plan **plan, Err *err) {
	char *bytes;
	PlanList plans = {0};
	if (!read_at(file, entry->offset, entry->bytes, &bytes, err)) return false;
	bool fine = log_read(arena, entry, bytes, (size_t)entry->bytes, &plans, err);
	if (fine) *plan = plans.items[0];
	else err_prefix(err, "%s, offset %llu", file->path, (unsigned long long)entry->offset);
	free(bytes);
	return fine;
}

bool plan_file_read(const PlanFile *file, Arena *arena, size_t nth, KeptPlan *kept, Err *err) {
	size_t count = plan_file_count(file);
	PlanList plans = {0};
	Plan *plan = NULL;
	if (nth >= count) return err_set(err, ERR_INPUT, "%s: there is no plan %zu, it holds %zu", file->path, nth + 1, count);
	if (file->entries.count) {
		bool fine = read_entry(file, arena, &file->entries.items[nth], &plan, err);
		if (fine) *kept = kept_plan_alone(plan);
		return fine;
	}
	if (!read_whole(file, arena, &plans, kept, err)) return false;
	if (nth >= plans.count) return err_set(err, ERR_INPUT, "%s: the file has changed", file->path);
	if (plans.count > 1) *kept = kept_plan_alone(plans.items[nth]);
	return true;
}
