#include "data/chunks.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "data/store.h"

static bool check_cut(const struct dataset *dataset, struct error *err) {
    if (dataset->sampling.layout != LAYOUT_SEQUENCES)
        return error_set(err, ERROR_CONFIG,
                         "train.bptt cuts long sequences into chunks, but the layout is %s; write "
                         "data.sequence_id, or sequence_by: file",
                         dataset->sampling.layout == LAYOUT_ROWS ? "rows" : "windows");
    if (dataset->sampling.per_step && dataset->sampling.target_steps == 0) return true;
    return error_set(err, ERROR_CONFIG,
                     "train.bptt needs a target in every chunk; write data.target_per: step");
}

/* Steps first..first+length-1 as chunks. */
static bool add_track(struct part_samples *part, struct span track, size_t steps,
                      struct error *err) {
    size_t whole = track.length / steps, rest = track.length % steps;
    struct span chunks = {
        .first = track.first, .count = whole, .stride = steps, .length = steps, .end = track.end};
    struct span last = {.first = track.first + whole * steps,
                        .count = rest > 0,
                        .stride = 1,
                        .length = rest,
                        .end = track.end};
    if (!memory_grow(&part->track, &part->tracks_capacity, part->tracks + 1, sizeof *part->track,
                     "tracks", err))
        return false;
    part->track[part->tracks++] = (struct track){part->count, whole + (rest > 0)};
    return add_span(part, chunks, err) && add_span(part, last, err);
}

/* As many stretches as there are rows, of steps that there are. */
static bool add_stretches(struct part_samples *part, struct span only, size_t steps, size_t rows,
                          struct error *err) {
    size_t count = only.length < rows ? only.length : rows;
    struct span track = only;
    for (size_t i = 0; i < count; i++) {
        track.length = only.length / count + (i < only.length % count);
        if (!add_track(part, track, steps, err)) return false;
        track.first += track.length;
    }
    return true;
}

static bool cut_part(struct part_samples *part, size_t steps, size_t rows, struct error *err) {
    struct part_samples whole = *part;
    bool ok = true;
    part->span = NULL;
    part->spans = part->spans_capacity = part->count = part->longest = 0;
    if (whole.count == 1) {
        ok = add_stretches(part, whole.span[0], steps, rows, err);
        whole.spans = 0;
    }
    for (size_t i = 0; i < whole.spans; i++)
        for (size_t j = 0; ok && j < whole.span[i].count; j++) {
            struct span track = whole.span[i];
            track.first += j * track.stride;
            ok = add_track(part, track, steps, err);
        }
    free(whole.span);
    return ok;
}

bool dataset_cut(struct dataset *dataset, size_t steps, size_t rows, enum carry carry,
                 struct error *err) {
    if (!check_cut(dataset, err)) return false;
    dataset->carry = carry;
    dataset->group = rows;
    dataset->own.steps = 0;
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        if (!cut_part(&dataset->part[p], steps, rows, err)) return false;
    return true;
}

size_t dataset_groups(const struct dataset *dataset, enum part part) {
    size_t tracks = dataset->part[part].tracks;
    return tracks == 0 ? 0 : (tracks - 1) / dataset->group + 1;
}

size_t dataset_group_rows(const struct dataset *dataset) {
    size_t most = 0;
    for (enum part p = PART_TRAIN; p < PART_COUNT; p++)
        if (dataset->part[p].tracks > most) most = dataset->part[p].tracks;
    return most < dataset->group ? most : dataset->group;
}

static struct range tracks_of(const struct dataset *dataset, enum part part, size_t group) {
    size_t first = group * dataset->group, left = dataset->part[part].tracks - first;
    return (struct range){first, first + (left < dataset->group ? left : dataset->group)};
}

size_t dataset_group_chunks(const struct dataset *dataset, enum part part, size_t group) {
    struct range tracks = tracks_of(dataset, part, group);
    size_t most = 0;
    for (size_t i = tracks.first; i < tracks.end; i++)
        if (dataset->part[part].track[i].count > most) most = dataset->part[part].track[i].count;
    return most;
}

size_t dataset_chunk(const struct dataset *dataset, enum part part, size_t group, size_t chunk,
                     size_t *sample) {
    struct range tracks = tracks_of(dataset, part, group);
    size_t count = 0;
    for (size_t i = tracks.first; i < tracks.end; i++) {
        const struct track *track = &dataset->part[part].track[i];
        if (chunk < track->count) sample[count++] = track->first + chunk;
    }
    return count;
}

size_t dataset_slot(const struct dataset *dataset, enum part part, size_t sample, bool *begins) {
    const struct part_samples *p = &dataset->part[part];
    size_t low = 0, high = p->tracks;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (p->track[middle].first <= sample)
            low = middle;
        else
            high = middle;
    }
    *begins = p->track[low].first == sample;
    return low % dataset->group;
}
