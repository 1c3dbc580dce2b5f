/* meter.c: CPU time, memory and children of processes. */
#include "meter.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double meter_cpu_ms(pid_t pid) {
	clockid_t clock;
	struct timespec used;
	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
	return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

double meter_memory_mb(pid_t pid, bool peak) {
	Arena *arena = arena_new();
	FILE *file = fopen(arena_printf(arena, "/proc/%ld/status", (long)pid), "r");
	char *line = NULL;
	size_t room = 0;
	double kilobytes = 0;
	while (file && getline(&line, &room, file) > 0)
		if (strncmp(line, peak ? "VmHWM:" : "VmRSS:", 6) == 0) kilobytes = strtod(line + 6, NULL);
	if (file) fclose(file);
	free(line);
	arena_free(arena);
	return kilobytes / 1024;
}

static pid_t parent_of(Arena *arena, const char *process) {
	FILE *file = fopen(arena_printf(arena, "/proc/%s/stat", process), "r");
	long parent = 0;
	if (file && fscanf(file, "%*d (%*[^)]) %*c %ld", &parent) != 1) parent = 0;
	if (file) fclose(file);
	return (pid_t)parent;
}

Pids meter_children(Arena *arena, pid_t parent) {
	return meter_new_children(arena, parent, &(Pids){0});
}

static bool listed(const Pids *pids, pid_t pid) {
	for (size_t i = 0; i < pids->count; i++)
		if (pids->items[i] == pid) return true;
	return false;
}

Pids meter_new_children(Arena *arena, pid_t parent, const Pids *before) {
	Pids pids = {0};
	Arena *scratch = arena_new();
	DIR *processes = opendir("/proc");
	for (struct dirent *entry; processes && (entry = readdir(processes));) {
		pid_t pid = (pid_t)atoi(entry->d_name);
		if (pid > 0 && !listed(before, pid) && parent_of(scratch, entry->d_name) == parent) *list_push(arena, &pids) = pid;
	}
	if (processes) closedir(processes);
	arena_free(scratch);
	return pids;
}

double meter_cpu_of_all_ms(const Pids *pids) {
	double sum = 0;
	for (size_t i = 0; i < pids->count; i++) sum += meter_cpu_ms(pids->items[i]);
	return sum;
}

void meter_signal_all(const Pids *pids, int signal) {
	for (size_t i = 0; i < pids->count; i++) kill(pids->items[i], signal);
}
