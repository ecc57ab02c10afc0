/* optionwords - what the options of a case and their choices are called on the screen, in the user's
 * language.
 *
 * The option table has names for files; a practitioner reads these. A row per option and per choice; a number
 * in an option's name ("mark3.kind") is left out of the row's key and shown in front.
 */
#pragma once
#include "../engine/camera.h"
#include "../engine/options.h"

enum { OPTION_LABEL = 96 };
void option_label(const OptionDef *def, char out[OPTION_LABEL]);
/* The choice's label; `index` into def->choices. */
const char *option_choice(const OptionDef *def, int index);
/* "mm", "hairs/cm²"; NULL stays NULL. */
const char *option_unit(const OptionDef *def);
const char *photo_title(int slot);
const char *view_title(CameraView view); /* short, for a row of buttons */
