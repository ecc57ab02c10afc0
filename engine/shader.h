/* shader - GLSL files into programs, with includes, fixed slots and reload.
 *
 * A bank reads shaders from one folder. `#include "x.glsl"` takes a file of the same folder, once per stage,
 * nested up to 8 deep; error messages name the file and line as written. `#version 330 core` and the defines
 * are put in front by the bank, so files start with their comment and must not have a #version of their own.
 * Uniform blocks and samplers get their slots by name from the two tables; locations of attributes are in the
 * source. Reload: shader_bank_poll looks at the files' times and rebuilds what changed behind the same
 * GpuShader; a shader that no longer compiles keeps its old program and the message is logged.
 */
#pragma once
#include "gpu.h"

enum { SHADER_BANK_MAX = 96 };

typedef struct ShaderBank ShaderBank;
typedef struct ShaderBankDesc {
    Gpu *gpu;
    const char *folder;               /* NULL: shaders/ under file_data_root() */
    const GpuSlot *blocks, *samplers; /* string constants; kept by reference */
    int block_count, sampler_count;
} ShaderBankDesc;
ShaderBank *shader_bank_create(const ShaderBankDesc *desc, Err *err);
void shader_bank_destroy(ShaderBank *bank); /* and its shaders; NULL accepted */

/* `fragment` NULL: depth only. `defines`: lines such as "#define TIER 2\n", or NULL; copied. The same files
 * and defines give the same handle. On failure err holds the first message and the handle is one whose draws
 * are skipped; it comes alive when the file is mended and polled. */
GpuShader shader_load(ShaderBank *bank, const char *vertex, const char *fragment, const char *defines,
                      Err *err);
/* True when any program changed. Cost: one stat per file. */
bool shader_bank_poll(ShaderBank *bank);
/* Hold every loaded shader that uses the block against its C layout; false and the first difference. */
bool shader_bank_check_block(const ShaderBank *bank, const GpuBlockLayout *layout, Err *err);
