/* One program under several names, since the tools share nearly all of their code: the name it is
 * called by says which tool it is. */
#include <string.h>

#include "tools/tools.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} tool[] = {
    {"train", rnntrain_main}, {"predict", rnnpredict_main}, {"eval", rnneval_main},
    {"info", rnninfo_main},   {"plot", rnnplot_main},       {"export", rnnexport_main},
};

int main(int argc, char **argv) {
    const char *name = argc > 0 ? argv[0] : "", *slash = strrchr(name, '/');
    if (slash != NULL) name = slash + 1;
    /* A copy may have another name, such as predict-1.0, that still tells. */
    for (size_t i = 0; i < sizeof tool / sizeof *tool; i++)
        if (strstr(name, tool[i].name) != NULL) return tool[i].run(argc, argv);
    return rnntrain_main(argc, argv);
}
