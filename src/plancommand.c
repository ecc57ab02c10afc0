/* plancommand - `stipple plan`. */
#include <stdlib.h>

#include "app.h"
#include "commands.h"
#include "plan.h"

static bool make_plan(App *app, const CliArgs *args, Err *err) {
    PlanPrices prices;
    plan_prices_default(&prices);
    const char *list = cli_get(args, "prices");
    if (!app_load_case(app, args, err) || (list && !plan_prices_load(list, &prices, err))) return false;
    Plan plan;
    if (!plan_for_case(&app->value, &prices, &plan, err)) return false;
    if (!cli_has(args, "json")) {
        plan_print(&plan, &app->value, stdout);
        return true;
    }
    json_t *root = plan_to_json(&plan, &app->value);
    char *text = root ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(root);
    if (!text) return err_set(err, "There is not enough memory for the plan");
    puts(text);
    free(text);
    return true;
}

static int run_plan(const CliArgs *args) {
    App app = {0};
    Err err = {0};
    const int code = make_plan(&app, args, &err) ? CLI_OK : app_fail(&app, args, &err);
    app_close(&app);
    return code;
}

static const CliOption plan_options[] = {
    {.name = "json", .help = N_("print JSON for programs instead of text")},
    {.name = "prices",
     .value = "FILE.json",
     .help = N_("a clinic's price list; default: the article's prices")},
    APP_SET_OPTION,
    {0},
};

const CliCommand command_plan = {
    .name = "plan",
    .usage = "CASE.json [--json] [--prices FILE.json] [--set NAME=VALUE ...]",
    .summary =
        N_("dots, area, density, hours, price and dates of the treatment, with its assumptions and warnings"),
    .example = "  stipple plan me.json\n  stipple plan me.json --json --set treatment.zone=crown --set "
               "client.today=20260301\n",
    .options = plan_options,
    .plain_min = 1,
    .plain_max = 1,
    .plain_name = N_("the case file (CASE.json)"),
    .sets_options = true,
    .run = run_plan,
};
