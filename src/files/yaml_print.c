/* A tree as YAML: the writing half of yaml.h. */
#include <string.h>

#include "files/yaml.h"

/* ---- scalars ---- */

/* Bytes that a plain scalar may hold anywhere in its inside, in block and in flow. Everything
 * else goes into quotes: rules that are easy to check beat quotes that are spared. */
static bool is_plain_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("_.-+/()=^%$", c) != NULL || ((unsigned char)c & 0x80) != 0;
}

static bool can_start(const char *text) {
    if (*text == '-') return text[1] != '-' && text[1] != ' ' && text[1] != '\0';
    if (*text == '.') return strncmp(text, "...", 3) != 0;
    return strchr("%=", *text) == NULL;
}

/* The character at `p` when it is one that libyaml would not take as it is, or that a reader would
 * not see: C1 controls, no-break space, zero-width marks, line separators, byte order mark. */
static unsigned odd_character(const unsigned char *p) {
    if (p[0] == 0xc2 && p[1] < 0xa1) return p[1];
    if (p[0] == 0xe2 && p[1] == 0x80 &&
        ((p[2] >= 0x8b && p[2] < 0x90) || (p[2] >= 0xa8 && p[2] < 0xaf)))
        return 0x2000u + (p[2] & 0x3fu);
    if (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) return 0xfeff;
    if (p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe) return 0xffc0u + (p[2] & 0x3fu);
    return *p < 0x20 || *p == 0x7f ? *p : 0;
}

static bool has_odd_character(const char *text) {
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
        if (odd_character(p) != 0) return true;
    return false;
}

static bool can_be_plain(const char *text) {
    if (*text == '\0' || !can_start(text) || has_odd_character(text)) return false;
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        bool inner_space = text[i] == ' ' && i > 0 && text[i - 1] != ' ' && i + 1 < length;
        if (!inner_space && !is_plain_byte(text[i])) return false;
    }
    return true;
}

static void print_quoted(const char *text, struct text *to) {
    text_add(to, "\"");
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        unsigned odd = odd_character(p);
        if (*p == '"' || *p == '\\') {
            text_format(to, "\\%c", *p);
        } else if (*p == '\n') {
            text_add(to, "\\n");
        } else if (odd != 0) {
            text_format(to, odd < 0x100 ? "\\x%02X" : "\\u%04X", odd);
            p += odd < 0x80 ? 0 : odd < 0x800 ? 1 : 2;
        } else {
            text_add_bytes(to, (const char *)p, 1);
        }
    }
    text_add(to, "\"");
}

static void print_text(const char *text, bool quoted, struct text *to) {
    if (!quoted && can_be_plain(text))
        text_add(to, text);
    else
        print_quoted(text, to);
}

static void print_scalar(const struct node *node, struct text *to) {
    if (node_is_null(node))
        text_add(to, "~");
    else
        print_text(node->text, node->quoted, to);
}

/* A key of more than 1024 characters needs a "?" in front; escapes may make six of one. */
static bool is_long_key(const char *key) {
    return strlen(key) > 128;
}

static void print_key(const char *key, struct text *to) {
    if (is_long_key(key)) text_add(to, "? ");
    print_text(key, strcmp(key, "null") == 0, to);
}

/* ---- collections ---- */

void yaml_print_flow(const struct node *node, struct text *to) {
    if (node->form == NODE_SCALAR) {
        print_scalar(node, to);
        return;
    }
    text_add(to, node->form == NODE_SEQUENCE ? "[" : "{");
    for (size_t i = 0; i < node->count; i++) {
        if (i > 0) text_add(to, ", ");
        if (node->form == NODE_MAPPING) {
            print_key(node->item[i]->key, to);
            text_add(to, is_long_key(node->item[i]->key) ? " : " : ": ");
        }
        yaml_print_flow(node->item[i], to);
    }
    text_add(to, node->form == NODE_SEQUENCE ? "]" : "}");
}

static bool fits_a_line(const struct node *node) {
    if (node->form == NODE_SCALAR || node->count == 0) return true;
    if (node->form == NODE_MAPPING) return false;
    for (size_t i = 0; i < node->count; i++)
        if (node->item[i]->form != NODE_SCALAR) return false;
    return true;
}

static void indent(size_t depth, struct text *to) {
    for (size_t i = 0; i < depth; i++) text_add(to, "  ");
}

static void print_block(const struct node *node, size_t depth, bool begun, struct text *to);

/* What follows "key:" or "-". */
static void print_value(const struct node *node, size_t depth, bool in_sequence, struct text *to) {
    if (fits_a_line(node)) {
        text_add(to, " ");
        yaml_print_flow(node, to);
        text_add(to, "\n");
        return;
    }
    /* The first key of a sequence's item stands on the line of its dash. */
    text_add(to, in_sequence ? " " : "\n");
    print_block(node, depth + 1, in_sequence, to);
}

/* A collection line by line; `begun`: the first line's indentation is there already. */
static void print_block(const struct node *node, size_t depth, bool begun, struct text *to) {
    for (size_t i = 0; i < node->count; i++) {
        const struct node *item = node->item[i];
        bool sequence = node->form == NODE_SEQUENCE;
        if (i > 0 || !begun) indent(depth, to);
        if (sequence) {
            text_add(to, "-");
        } else {
            print_key(item->key, to);
            if (is_long_key(item->key)) {
                text_add(to, "\n");
                indent(depth, to);
            }
            text_add(to, ":");
        }
        print_value(item, depth, sequence, to);
    }
}

void yaml_print(const struct node *node, struct text *to) {
    if (!fits_a_line(node)) {
        print_block(node, 0, false, to);
        return;
    }
    yaml_print_flow(node, to);
    text_add(to, "\n");
}
