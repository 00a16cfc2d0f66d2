/*
 * Stands between the server and the C library (LD_PRELOAD) for files in one folder, $SHIM_FOLDER:
 *
 * - writes down in $SHIM_JOURNAL each write and each sync that succeeded, in the order in which they happened, so that
 *   power.ts can tell what a disk would hold after a loss of power;
 * - fails one call, $SHIM_FAULT = "<kind>:<n>:<how>": the n-th write, sync, rename, open (of those that may make a file),
 *   truncate or unlink, or the n-th "call" of any of these kinds. How: EIO or ENOSPC, once; "short" writes half; "full"
 *   writes half, then ENOSPC for good; "KILL" ends the process in its place.
 *
 * A record is a line, and after "W" the bytes: C path ino (made), O path ino (opened), W ino at length, T ino size,
 * S ino (synced), X ino (a sync that failed), R from to, U path, F n (the fault struck). Fields are split by tabs.
 * SQLite's -shm is mapped memory and need not last: it is left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define REAL(name) ((__typeof__(&name))real(#name))

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static const char *folder, *faulty;
static size_t folder_length;
static unsigned long inodes[FILES];
static char kind[16], how[16];
static long nth, seen;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("SHIM_JOURNAL");
  folder = getenv("SHIM_FOLDER");
  faulty = getenv("SHIM_FAULT");
  if (!folder || !path) { folder = NULL; return; }
  folder_length = strlen(folder);
  if (faulty && sscanf(faulty, "%15[^:]:%ld:%15s", kind, &nth, how) != 3) abort();
  journal = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (journal < 0) abort();
}

static int is_ours(const char *path) {
  if (!folder || strncmp(path, folder, folder_length) != 0) return 0;
  if (path[folder_length] != '/' && path[folder_length] != 0) return 0;
  size_t length = strlen(path);
  return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

/* 0 where the file is none of ours. The number may belong to something else by now: not every close comes by here. */
static unsigned long inode_of(int fd) {
  struct stat status;
  if (fd < 0 || fd >= FILES || !inodes[fd]) return 0;
  if (fstat(fd, &status) != 0 || status.st_ino != inodes[fd]) inodes[fd] = 0;
  return inodes[fd];
}

static void note(const void *bytes, size_t length, const char *format, ...) {
  char line[4400];
  va_list list;
  va_start(list, format);
  int n = vsnprintf(line, sizeof line, format, list);
  va_end(list);
  struct iovec parts[2] = {{line, (size_t)n}, {(void *)bytes, length}};
  int saved = errno;
  if (REAL(writev)(journal, parts, length ? 2 : 1) != (ssize_t)((size_t)n + length)) abort();
  errno = saved;
}

/* 0: go on. An errno: fail. -1: write half. Counts the call. */
static int fault(const char *of) {
  if (!faulty || (strcmp(of, kind) != 0 && strcmp("call", kind) != 0)) return 0;
  seen += 1;
  int fills = strcmp(how, "full") == 0;
  if (seen < nth || (seen > nth && !fills)) return 0;
  if (seen == nth) note(NULL, 0, "F\t%ld\n", nth);
  if (strcmp(how, "KILL") == 0) kill(getpid(), SIGKILL);
  if (strcmp(how, "short") == 0 || (fills && seen == nth)) return -1;
  return strcmp(how, "EIO") == 0 ? EIO : ENOSPC;
}

static int failed(int error) { errno = error; return -1; }

static int opened(int (*call)(const char *, int, ...), const char *path, int flags, mode_t mode) {
  if (!is_ours(path)) return call(path, flags, mode);
  pthread_mutex_lock(&mutex);
  int exists = access(path, F_OK) == 0, error = flags & O_CREAT ? fault("open") : 0;
  int fd = error > 0 ? failed(error) : call(path, flags, mode);
  struct stat status;
  if (fd >= 0 && fd < FILES && fstat(fd, &status) == 0) {
    inodes[fd] = status.st_ino;
    note(NULL, 0, "%s\t%s\t%lu\n", exists ? "O" : "C", path, (unsigned long)status.st_ino);
    if (exists && flags & O_TRUNC) note(NULL, 0, "T\t%lu\t0\n", (unsigned long)status.st_ino);
  }
  pthread_mutex_unlock(&mutex);
  return fd;
}

#define MODE(last) \
  va_list list; \
  va_start(list, last); \
  mode_t mode = last & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
  va_end(list)

int open(const char *path, int flags, ...) { MODE(flags); return opened(REAL(open), path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags); return opened(REAL(open64), path, flags, mode); }
int openat(int at, const char *path, int flags, ...) {
  MODE(flags);
  if (path[0] == '/' && is_ours(path)) return opened(REAL(open), path, flags, mode);
  return REAL(openat)(at, path, flags, mode);
}

int close(int fd) {
  if (fd >= 0 && fd < FILES) inodes[fd] = 0;
  return REAL(close)(fd);
}

/* All writes end here; `at` below 0 is the file's own position. */
static ssize_t written(int fd, const void *bytes, size_t length, off_t at) {
  pthread_mutex_lock(&mutex);
  int error = fault("write");
  if (error == -1 && length > 1) length /= 2;
  off_t start = at < 0 ? lseek(fd, 0, SEEK_CUR) : at;
  ssize_t n = error > 0 ? failed(error) : at < 0 ? REAL(write)(fd, bytes, length) : REAL(pwrite64)(fd, bytes, length, at);
  if (n > 0) note(bytes, (size_t)n, "W\t%lu\t%ld\t%ld\n", inode_of(fd), (long)start, (long)n);
  pthread_mutex_unlock(&mutex);
  return n;
}

static ssize_t gathered(int fd, const struct iovec *parts, int count, off_t at) {
  ssize_t sum = 0;
  for (int i = 0; i < count; i += 1) {
    ssize_t n = written(fd, parts[i].iov_base, parts[i].iov_len, at < 0 ? at : at + sum);
    if (n < 0) return sum ? sum : n;
    sum += n;
    if ((size_t)n < parts[i].iov_len) break;
  }
  return sum;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  return inode_of(fd) ? written(fd, bytes, length, -1) : REAL(write)(fd, bytes, length);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return inode_of(fd) ? written(fd, bytes, length, at) : REAL(pwrite)(fd, bytes, length, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  return inode_of(fd) ? written(fd, bytes, length, at) : REAL(pwrite64)(fd, bytes, length, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  return inode_of(fd) ? gathered(fd, parts, count, -1) : REAL(writev)(fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return inode_of(fd) ? gathered(fd, parts, count, at) : REAL(pwritev)(fd, parts, count, at);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  return inode_of(fd) ? gathered(fd, parts, count, at) : REAL(pwritev64)(fd, parts, count, at);
}

static int truncated(int fd, off64_t size) {
  if (!inode_of(fd)) return REAL(ftruncate64)(fd, size);
  pthread_mutex_lock(&mutex);
  int error = fault("truncate"), result = error > 0 ? failed(error) : REAL(ftruncate64)(fd, size);
  if (result == 0) note(NULL, 0, "T\t%lu\t%ld\n", inode_of(fd), (long)size);
  pthread_mutex_unlock(&mutex);
  return result;
}
int ftruncate(int fd, off_t size) { return truncated(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncated(fd, size); }

/* Held throughout, so that what a sync takes along is what stands before it in the journal. */
static int synced(int (*call)(int), int fd) {
  if (!inode_of(fd)) return call(fd);
  pthread_mutex_lock(&mutex);
  int error = fault("sync"), result = error > 0 ? failed(error) : call(fd);
  note(NULL, 0, "%s\t%lu\n", result == 0 ? "S" : "X", inode_of(fd));
  pthread_mutex_unlock(&mutex);
  return result;
}
int fsync(int fd) { return synced(REAL(fsync), fd); }
int fdatasync(int fd) { return synced(REAL(fdatasync), fd); }

int rename(const char *from, const char *to) {
  if (!is_ours(to)) return REAL(rename)(from, to);
  pthread_mutex_lock(&mutex);
  int error = fault("rename"), result = error > 0 ? failed(error) : REAL(rename)(from, to);
  if (result == 0) note(NULL, 0, "R\t%s\t%s\n", from, to);
  pthread_mutex_unlock(&mutex);
  return result;
}

static int unlinked(int (*call)(const char *), const char *path) {
  if (!is_ours(path)) return call(path);
  pthread_mutex_lock(&mutex);
  int error = fault("unlink"), result = error > 0 ? failed(error) : call(path);
  if (result == 0) note(NULL, 0, "U\t%s\n", path);
  pthread_mutex_unlock(&mutex);
  return result;
}
int unlink(const char *path) { return unlinked(REAL(unlink), path); }
int remove(const char *path) { return unlinked(REAL(remove), path); }
