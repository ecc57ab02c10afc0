/* recent - the cases that were open last, by path alone, newest first; one path a line in a file of the
 * user's state folder.
 *
 * What it does NOT do: look into a case, keep a name or a picture of anybody. Threads: any, one list each.
 */
#pragma once
#include "casefile.h"

enum { RECENT_CASES = 8 };
typedef struct Recent {
    int count;
    char path[RECENT_CASES][CASE_PATH];
} Recent;

/* $VARIABLE/stipple/NAME, or ~/FALLBACK/stipple/NAME; makes the folder when asked to. False: no home. */
bool recent_user_path(const char *variable, const char *fallback, const char *name, bool make,
                      char out[CASE_PATH]);
void recent_load(const char *file, Recent *out);   /* a missing file is an empty list; so are wrong lines */
void recent_add(Recent *recent, const char *path); /* to the front, once; relative to the current folder */
bool recent_save(const char *file, const Recent *recent, Err *err);
