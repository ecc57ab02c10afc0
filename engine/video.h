/* video - frames in, an H.264 MP4 out, through a child ffmpeg: the only place that runs it.
 *
 * A writer thread feeds the child's standard input from a short queue, so that rendering and encoding
 * overlap: video_begin, then per frame { void *pixels = video_frame(v, &err); fill; video_submit(v, &err); },
 * video_finish. The result is libx264, yuv420p, BT.709-tagged, index at the front, no metadata, encoder
 * threads pinned: the same frames give the same bytes. video_finish trusts no exit code: it counts the frames
 * of the finished file with ffprobe, then flushes to disk and renames, so the file appears whole and right or
 * not at all. A full disk, a missing or dying ffmpeg end in one sentence. The child dies with the parent.
 * What it does NOT do: sound, other codecs, write into a file that exists until the new one is complete.
 * Threads: one caller; the writer thread is its own.
 */
#pragma once
#include "log.h"
#include <stddef.h>
#include <stdint.h>

typedef enum VideoPixels { VIDEO_RGBA, VIDEO_BGRA, VIDEO_RGB24 } VideoPixels;

typedef struct VideoDesc {
    const char *path;   /* ends in .mp4 */
    int width, height;  /* px, both even */
    double fps;         /* default 30 */
    VideoPixels pixels; /* default VIDEO_RGBA, 8 bits, sRGB-encoded */
    bool from_bottom; /* rows as gpu_readback gives them; turned over while they are queued, at no extra pass
                       */
    int crf;          /* default 18 */
    const char *preset; /* default "veryfast" */
    int threads;      /* of the encoder; default 2: bytes depend on it, so it is not taken from the machine */
    int queue_frames; /* default 4 */
} VideoDesc;

typedef struct Video Video;

/* True when ffmpeg and ffprobe can be run; else a sentence that says how to get them. */
bool video_available(Err *err);
Video *video_begin(const VideoDesc *desc, Err *err); /* NULL and err; owner: video_finish or video_abort */
size_t video_frame_bytes(const Video *video);
/* Memory for the next frame, tightly packed, rows in the desc's order; waits while the queue is full. NULL
 * and err when the encoder died. */
void *video_frame(Video *video, Err *err);
bool video_submit(Video *video, Err *err);
/* Both at once, from the caller's memory. */
bool video_write(Video *video, const void *pixels, Err *err);
int video_frames_written(const Video *video);
/* Waits for the encoder, checks, flushes, renames. Frees the video whether it succeeds or not. */
bool video_finish(Video *video, Err *err);
/* Ends the encoder and leaves nothing behind. NULL accepted. */
void video_abort(Video *video);
