#include "fitcommand.h"

#include "app.h"
#include "commands.h"
#include "fitscan.h"
#include "photo.h"
#include "skin.h"
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>

bool fitjob_run(const HeadModel *model, const FitJob *job, Progress *progress, Arena *arena, Arena *scratch,
                Fit *fit, Err *err) {
    FitPins pins = {0};
    *fit = (Fit){0};
    if (job->pins) pins = *job->pins;
    if (job->pins_path && !fit_pins_load(job->pins_path, &pins, err)) return false;
    if (job->head_circumference_mm > 0) pins.head_circumference_mm = job->head_circumference_mm;
    Progress reading = progress_part(progress, 0, 0.2), solving = progress_part(progress, 0.2, 1);
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        if (!job->photo_path[i]) continue;
        if (!progress_step(&reading, (double)i / CASE_PHOTOS, "reading photos"))
            return err_set(err, "Stopped");
        if (!photo_load(fit, (PhotoSlot)i, job->photo_path[i], arena, err)) return false;
    }
    return fit_solve(model, fit, &pins, progress ? &solving : NULL, arena, scratch, err);
}

bool fit_name_file(const char *path, const char *case_path, char *out, Err *err) {
    char photo[PATH_MAX], folder[PATH_MAX], copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", case_path);
    if (!realpath(path, photo) || !realpath(dirname(copy), folder))
        return err_set(err, "Cannot find %s: %s", path, err_reason(errno));
    size_t length = strlen(folder);
    bool under = strncmp(photo, folder, length) == 0 && photo[length] == '/';
    const char *name = under ? photo + length + 1 : photo;
    if (strlen(name) >= CASE_PATH)
        return err_set(err, "The path of %s is too long to be kept in a case", path);
    memcpy(out, name, strlen(name) + 1);
    return true;
}

bool fitjob_fill_case(const FitJob *job, const Fit *fit, const char *case_path, Case *value, Err *err) {
    value->shape = fit->shape;
    value->skin_path[0] = value->skin_lit_path[0] = 0;
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        const FitPhoto *photo = &fit->photo[i];
        CasePhoto *out = &value->photo[i];
        *out = (CasePhoto){0};
        if (!photo->present) continue;
        if (!fit_name_file(job->photo_path[i], case_path, out->path, err)) return false;
        out->used = photo->verdict != FIT_UNUSED;
        out->camera = photo->camera;
        out->residual_px = photo->residual_px;
        out->verdict = photo->verdict;
    }
    return true;
}

/* ---- stipple fit ---- */

typedef struct FitWish {
    FitJob job;
    const char *out, *report, *mesh, *skin;
} FitWish;

static bool read_wish(App *app, const CliArgs *args, FitWish *wish, Err *err) {
    *wish = (FitWish){0};
    app->wrong_use = true;
    if (!cli_get_output(args, "output", ".json", &wish->out, err)) return false;
    if (cli_has(args, "report") && !cli_get_output(args, "report", ".json", &wish->report, err)) return false;
    if (cli_has(args, "mesh") && !cli_get_output(args, "mesh", ".obj", &wish->mesh, err)) return false;
    if (cli_has(args, "skin") && !cli_get_output(args, "skin", ".png .jpg .jpeg", &wish->skin, err))
        return false;
    for (int i = 0; i < CASE_PHOTOS; ++i) wish->job.photo_path[i] = cli_get(args, photo_slot_names[i]);
    wish->job.pins_path = cli_get(args, "pins");
    double circumference_mm = 0;
    if (!cli_get_number(args, "circumference", 400, 750, &circumference_mm, err)) return false;
    wish->job.head_circumference_mm = (float)circumference_mm;
    if (!wish->job.photo_path[PHOTO_FRONT])
        return err_set(err, "fit needs a photo of the face, --front PHOTO, or a scan, --scan HEAD.obj");
    case_defaults(&app->value);
    if (!app_apply_sets(app, args, err)) return false;
    app->wrong_use = false;
    return true;
}

bool fit_save_mesh(const HeadModel *model, const HeadShape *shape, const char *path, Arena *arena, Err *err) {
    Mesh mesh;
    return head_mesh(model, shape, HEAD_LOD_FINE, arena, &mesh, err) && mesh_save_obj(path, &mesh, err);
}

/* The skin baked into a picture of its own, which the case then opens faster than its photos. */
static bool save_skin(const HeadModel *model, const Fit *fit, const FitWish *wish, Progress *progress,
                      Arena *arena, Arena *scratch, Case *value, Err *err) {
    enum { BAKED_SKIN_PX = 2048 };
    SkinPhoto photos[CASE_PHOTOS];
    Skin skin = {0};
    int count = 0;
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (fit->photo[i].present && fit->photo[i].verdict != FIT_UNUSED)
            photos[count++] = (SkinPhoto){
                .image = fit->photo[i].image, .mask = fit->photo[i].mask, .camera = fit->photo[i].camera};
    return skin_build(model, &fit->shape, photos, count, NULL, BAKED_SKIN_PX, progress, arena, scratch, &skin,
                      err) &&
           image_save(wish->skin, &skin.albedo, err) &&
           fit_name_file(wish->skin, wish->out, value->skin_path, err);
}

static bool fit_photos(App *app, const CliArgs *args, Progress *progress, Arena *scratch, Fit *fit,
                       Err *err) {
    FitWish wish;
    if (!read_wish(app, args, &wish, err)) return false;
    if (!arena_create(&app->arena, &(ArenaDesc){.name = "photos", .secret = true}, err) ||
        !arena_create(scratch, &(ArenaDesc){.name = "fit", .secret = true}, err))
        return false;
    HeadModel *model = head_load(NULL, &app->arena, err);
    Progress fitting = progress_part(progress, 0, 0.8), baking = progress_part(progress, 0.8, 1);
    return model && fitjob_run(model, &wish.job, &fitting, &app->arena, scratch, fit, err) &&
           fitjob_fill_case(&wish.job, fit, wish.out, &app->value, err) &&
           (!wish.skin || save_skin(model, fit, &wish, &baking, &app->arena, scratch, &app->value, err)) &&
           (!wish.mesh || fit_save_mesh(model, &fit->shape, wish.mesh, &app->arena, err)) &&
           (!wish.report || fit_report_save(wish.report, fit, err)) && case_save(wish.out, &app->value, err);
}

static void print_verdicts(const Fit *fit) {
    for (int i = 0; i < CASE_PHOTOS; ++i) {
        const FitPhoto *photo = &fit->photo[i];
        if (!photo->present) continue;
        printf("%-6s %-6s %5.1f px %5.1f mm  %s\n", photo_slot_names[i], fit_verdict_names[photo->verdict],
               (double)photo->residual_px, (double)photo->residual_mm, photo->reason);
    }
}

static int run_fit(const CliArgs *args) {
    if (cli_has(args, "scan")) return fitscan_run(args);
    App app = {0};
    Arena scratch = {0};
    Err err = {0};
    Fit *fit = calloc(1, sizeof *fit);
    Progress progress = {.title = _("Fitting the head")};
    if (!fit) return cli_fail(_("there is no memory left"));
    bool ok = fit_photos(&app, args, &progress, &scratch, fit, &err);
    progress_finish(&progress);
    if (ok) print_verdicts(fit);
    int code = ok ? CLI_OK : app_fail(&app, args, &err);
    arena_destroy(&scratch);
    app_close(&app);
    explicit_bzero(fit, sizeof *fit);
    free(fit);
    return code;
}

static const CliOption fit_options[] = {
    {.name = "output", .letter = 'o', .value = "CASE.json", .help = N_("the case to write")},
    {.name = "front", .value = "PHOTO", .help = N_("the face, looking at the camera (JPEG, PNG or HEIC)")},
    {.name = "left", .value = "PHOTO", .help = N_("the head's left side")},
    {.name = "right", .value = "PHOTO", .help = N_("the head's right side")},
    {.name = "back", .value = "PHOTO", .help = N_("from behind")},
    {.name = "top", .value = "PHOTO", .help = N_("the crown, from above")},
    {.name = "scan", .value = "HEAD.obj", .help = N_("a 3D scan instead of photos (OBJ, PLY, GLB or STL)")},
    {.name = "pins", .value = "PINS.json", .help = N_("landmarks set by hand, and the head's circumference")},
    {.name = "circumference",
     .value = "MM",
     .help = N_("head circumference by tape measure: sets the scale")},
    {.name = "report",
     .value = "FIT.json",
     .help = N_("also write landmarks, cameras, residuals and verdicts")},
    {.name = "mesh", .value = "HEAD.obj", .help = N_("also write the fitted head")},
    {.name = "skin",
     .value = "SKIN.jpg",
     .help =
         N_("also bake the skin into a picture; the case uses it and opens faster, but forgets the photos' "
            "light")},
    APP_SET_OPTION,
    {0},
};

const CliCommand command_fit = {
    .name = "fit",
    .usage = "--front PHOTO [--left PHOTO] [--right PHOTO] [--back PHOTO] [--top PHOTO] -o CASE.json\n"
             "       stipple fit --scan HEAD.obj -o CASE.json",
    .summary = N_("from photos or a 3D scan of a head to a case"),
    .example = "  stipple fit --front f.jpg --left l.jpg --right r.jpg --back b.jpg --top t.jpg -o me.json\n"
               "  stipple fit --scan head.obj -o me.json\n",
    .options = fit_options,
    .plain_max = 0,
    .plain_name = N_("options"),
    .sets_options = true,
    .run = run_fit,
};
