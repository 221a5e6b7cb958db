#include "data/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/time.h"

size_t schema_width(const struct schema_column *column) {
    if (column->type == COLUMN_TIME) return 2 * column->features;
    if (column->type == COLUMN_TEXT) return 1;
    bool one_hot = column->type == COLUMN_CATEGORY && !column->index;
    return (one_hot ? column->categories : 1) + column->indicator;
}

void schema_feature_name(const struct schema_column *column, size_t feature, struct text *to) {
    if (column->type == COLUMN_TIME) {
        text_format(to, "%s %s", time_feature_names[column->feature[feature / 2]],
                    feature % 2 == 0 ? "sin" : "cos");
        return;
    }
    text_add(to, column->name);
    if (column->indicator && feature + 1 == schema_width(column))
        text_add(to, " missing");
    else if (column->type == COLUMN_CATEGORY && !column->index)
        text_format(to, "=%s", column->category[feature]);
}

size_t schema_vocabulary(const struct schema *schema) {
    const struct schema_column *column = &schema->column[schema->input[0]];
    bool ids = schema->inputs == 1 &&
               ((column->index && column->embed == 0) || column->type == COLUMN_TEXT);
    return ids ? column->categories + ID_FIRST : 0;
}

void schema_add_token(const struct schema_column *column, size_t id, bool first, struct text *to) {
    if (!first && column->words) text_add(to, " ");
    if (id >= ID_FIRST && id - ID_FIRST < column->categories)
        text_add(to, column->category[id - ID_FIRST]);
    else
        text_add(to, column->words ? "<unk>" : "\xef\xbf\xbd");
}

bool schema_writes(const struct schema *schema) {
    return schema->targets == 1 && schema->column[schema->target[0]].type == COLUMN_TEXT;
}

static bool stands_before(const struct schema *schema, size_t i) {
    for (size_t j = 0; j < i; j++)
        if (schema->input[j] == schema->input[i]) return true;
    return false;
}

size_t schema_ahead(const struct schema *schema) {
    size_t count = 0;
    while (count < schema->inputs && stands_before(schema, schema->inputs - 1 - count)) count++;
    return count;
}

static void free_column(struct schema_column *column) {
    for (size_t i = 0; i < column->categories; i++) free(column->category[i]);
    free(column->category);
    free(column->format);
    free(column->name);
}

bool schema_list_embedded(struct schema *schema, struct error *err) {
    size_t feature = 0;
    schema->embedded = memory_take(schema->inputs, sizeof *schema->embedded, "columns", err);
    if (schema->embedded == NULL) return false;
    for (size_t i = 0; i < schema->inputs; i++) {
        const struct schema_column *column = &schema->column[schema->input[i]];
        if (column->embed > 0)
            schema->embedded[schema->embeddings++] = (struct embedded_feature){
                column->name, feature, column->categories + ID_FIRST, column->embed};
        feature += schema_width(column);
    }
    return true;
}

void schema_shape(const struct schema *schema, struct batch_shape *shape) {
    shape->features = schema->features;
    shape->vocabulary = schema_vocabulary(schema);
    shape->embedded = schema->embedded;
    shape->embeddings = schema->embeddings;
    shape->horizon = 1;
    shape->horizon_features = schema->targets;
    if (!schema_writes(schema)) return;
    shape->decoder_steps = schema->column[schema->target[0]].longest + 1;
    shape->decoder_features = 1;
    shape->decoder_vocabulary = schema->classes;
}

void schema_free(struct schema *schema) {
    if (schema->column != NULL)
        for (size_t i = 0; i < schema->columns; i++) free_column(&schema->column[i]);
    free(schema->column);
    free(schema->embedded);
    free(schema->input);
    free(schema->target);
    *schema = (struct schema){0};
}
