/* A completion for bash(1), from the same tables as --help. */
#include <string.h>

#include "files/params.h"
#include "tools/cli.h"

/* Before the tool's own cases. `words` are those of the line as the tool will see them: bash takes
 * --isa=avx2 and train.epochs=5 for three. `cut` is what bash does not replace of the present one. */
static const char beginning[] =
    "_NAME() {\n"
    "  local -a words=() found=()\n"
    "  local i word='' option='' head='' cut=0 operand=-1 want='' pattern='' file\n"
    "  for ((i = 0; i <= COMP_CWORD; i++)); do\n"
    "    word=${COMP_WORDS[i]}\n"
    "    if ((i > 1)) && [[ $word == '=' || ${COMP_WORDS[i - 1]} == '=' ]]; then\n"
    "      cut=${#words[-1]}\n"
    "      words[-1]+=$word\n"
    "      [[ $word != '=' ]] || cut=${#words[-1]}\n"
    "    else\n"
    "      words+=(\"$word\")\n"
    "      cut=0\n"
    "    fi\n"
    "  done\n"
    "  word=${words[-1]}\n"
    "  for ((i = 1; i < ${#words[@]}; i++)); do\n"
    "    case ${words[i - 1]} in\n"
    "    TAKES) ;;\n"
    "    *) [[ ${words[i]} == -?* ]] || operand=$((operand + 1)) ;;\n"
    "    esac\n"
    "  done\n"
    "  option=${words[-2]}\n"
    "  if [[ $word == --*=* ]]; then\n"
    "    option=${word%%=*}\n"
    "    head=$option=\n"
    "    word=${word#*=}\n"
    "  fi\n"
    "  case $option in\n"
    "  TAKES) ;;\n"
    "  *) [[ -n $head ]] || option='' ;;\n"
    "  esac\n"
    "  case $option in\n";

/* After the options that take an argument, and where none is taken. */
static const char middle[] = "  *)\n"
                             "    if [[ $word == -* ]]; then\n"
                             "      want='words OPTIONS'\n"
                             "    else\n"
                             "      case $operand in\n";

static const char end[] =
    "      esac\n"
    "    fi\n"
    "    ;;\n"
    "  esac\n"
    "  pattern=${want#* }\n"
    "  case $want in\n"
    "  words*) mapfile -t found < <(compgen -W \"$pattern\" -- \"$word\") ;;\n"
    "  files*)\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    while IFS= read -r file; do\n"
    "      if [[ $pattern == files || -d $file || $file == *.$pattern || $file == *.$pattern.gz "
    "]]; then\n"
    "        found+=(\"$file\")\n"
    "      fi\n"
    "    done < <(compgen -f -- \"$word\")\n"
    "    ((${#found[@]} > 0)) || mapfile -t found < <(compgen -f -- \"$word\")\n"
    "    ;;\n"
    "  esac\n"
    "  COMPREPLY=()\n"
    "  for word in \"${found[@]}\"; do\n"
    "    word=$head$word\n"
    "    COMPREPLY+=(\"${word:cut}\")\n"
    "  done\n"
    "}\n"
    "complete -F _NAME NAME\n";

/* Keys of a config: one level after the other, then the values of one. */
static const char keys_beginning[] =
    "_NAME_keys() {\n"
    "  local key values\n"
    "  if [[ $word == *=* ]]; then\n"
    "    head=${word%%=*}=\n"
    "    while read -r key values; do\n"
    "      [[ $key= != \"$head\" ]] || want=${values:+words $values}\n"
    "    done < <(_NAME_config)\n"
    "    want=${want:-files}\n"
    "    word=${word#*=}\n"
    "    return\n"
    "  fi\n"
    "  while read -r key values; do\n"
    "    [[ $key == \"$word\"* ]] || continue\n"
    "    key=${key#\"$word\"}\n"
    "    [[ $key == *.* ]] && key=${key%%.*}. || key=$key=\n"
    "    [[ \"$want \" == *\" $word$key \"* ]] || want+=\" $word$key\"\n"
    "  done < <(_NAME_config)\n"
    "  want=\"words$want\"\n"
    "  compopt -o nospace 2>/dev/null\n"
    "}\n"
    "_NAME_config() {\n"
    "  cat <<'END'\n";

/* Add a template, with words of ours in the place of NAME, TAKES and OPTIONS. */
static void add_filled(struct text *to, const char *template, const struct cli_tool *tool,
                       const char *takes, const char *all) {
    const struct {
        const char *mark, *word;
    } fill[] = {
        {"NAME", tool->name},
        {"TAKES", takes != NULL ? takes : ""}, /* a text to which nothing was added is NULL */
        {"OPTIONS", all != NULL ? all : ""}};
    while (*template != '\0') {
        size_t i = 0;
        while (i < 3 && strncmp(template, fill[i].mark, strlen(fill[i].mark)) != 0) i++;
        text_add_bytes(to, i < 3 ? fill[i].word : template, i < 3 ? strlen(fill[i].word) : 1);
        template += i < 3 ? strlen(fill[i].mark) : 1;
    }
}

static bool takes_argument(const struct cli_option *option) {
    return option->argument != NULL && option->argument[0] != '[';
}

/* "--isa | --progress | -o": what is followed by a word that is no operand. */
static void add_takes(const struct cli_tool *tool, struct text *to) {
    const struct cli_option *option;
    for (size_t i = 0; (option = cli_option_at(tool, i)) != NULL; i++) {
        if (!takes_argument(option)) continue;
        text_format(to, "%s--%s", to->length > 0 ? " | " : "", option->name);
        if (option->letter != 0) text_format(to, " | -%c", option->letter);
    }
    if (to->length == 0) text_add(to, "''");
}

static void add_all(const struct cli_tool *tool, struct text *to) {
    const struct cli_option *option;
    for (size_t i = 0; (option = cli_option_at(tool, i)) != NULL; i++)
        text_format(to, "%s--%s", i > 0 ? " " : "", option->name);
}

/* An argument is a file, one of some words, or something that nobody can guess. */
static void add_argument(const struct cli_option *option, struct text *to) {
    if (option->argument == NULL) return;
    text_format(to, "  --%s", option->name);
    if (option->letter != 0) text_format(to, " | -%c", option->letter);
    if (option->argument[0] == '[')
        text_format(to, ") want='words %.*s' ;;\n", (int)strlen(option->argument) - 2,
                    option->argument + 1);
    else if (strcmp(option->argument, "FILE") == 0)
        text_add(to, ") want=files ;;\n");
    else if (strchr(option->argument, '|') != NULL) {
        text_add(to, ") want='words ");
        for (const char *c = option->argument; *c != '\0'; c++)
            text_add_bytes(to, *c == '|' ? " " : c, 1);
        text_add(to, "' ;;\n");
    } else
        text_add(to, ") ;;\n");
}

/* From the usage line: of "model.ckpt [input.csv]" the endings; "key=value" are keys. The last word
 * stands for all that come after it. */
static void add_operands(const struct cli_tool *tool, struct text *to) {
    const char *word = tool->operands;
    for (size_t i = 0; *word != '\0'; i++) {
        size_t length = strcspn(word, " "), point = strcspn(word, ".");
        const char *next = word + length + strspn(word + length, " .]");
        text_add(to, "      ");
        if (*next == '\0')
            text_add(to, "*)");
        else
            text_format(to, "%zu)", i);
        if (strncmp(word, "[key=", 5) == 0)
            text_format(to, " _%s_keys ;;\n", tool->name);
        else if (point + 1 >= length || word[point + 1] == '{')
            text_add(to, " want=files ;;\n");
        else
            text_format(to, " want='files %.*s' ;;\n", (int)strcspn(word + point + 1, " ]"),
                        word + point + 1);
        word = next;
    }
}

void cli_completion(const struct cli_tool *tool, struct text *to) {
    struct text takes = {0}, all = {0};
    const struct cli_option *option;
    add_takes(tool, &takes);
    add_all(tool, &all);
    if (takes.failed || all.failed) {
        to->failed = true;
        text_free(&takes);
        text_free(&all);
        return;
    }
    text_format(to, "# shellcheck shell=bash\n# Completion for bash: %s --print-completion\n",
                tool->name);
    if (tool->keys != NULL) {
        add_filled(to, keys_beginning, tool, takes.bytes, all.bytes);
        params_keys(tool->keys, "", to);
        text_add(to, "END\n}\n");
    }
    add_filled(to, beginning, tool, takes.bytes, all.bytes);
    for (size_t i = 0; (option = cli_option_at(tool, i)) != NULL; i++) add_argument(option, to);
    add_filled(to, middle, tool, takes.bytes, all.bytes);
    add_operands(tool, to);
    add_filled(to, end, tool, takes.bytes, all.bytes);
    text_free(&takes);
    text_free(&all);
}
