/* camerafile - CAM.json: one OpenCV-style camera ("width","height","fx","fy","cx","cy","camera_from_head").
 *
 * Reading checks every number: sizes in px, focal lengths positive, the rotation orthonormal to 1 in 1000.
 */
#pragma once
#include "../engine/camera.h"
#include "../engine/log.h"

bool camerafile_load(const char *path, Camera *out, Err *err);
