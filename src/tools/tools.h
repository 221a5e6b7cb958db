/* tools.h - the tools' entries: one program holds them all and is called by their names. */
#ifndef TOOLS_TOOLS_H
#define TOOLS_TOOLS_H

/* Each returns the exit code. */
int rnntrain_main(int argc, char **argv);
int rnnpredict_main(int argc, char **argv);
int rnneval_main(int argc, char **argv);
int rnninfo_main(int argc, char **argv);
int rnnplot_main(int argc, char **argv);
int rnnexport_main(int argc, char **argv);

#endif
