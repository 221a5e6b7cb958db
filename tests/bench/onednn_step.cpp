// Forward and backward of oneDNN's recurrent primitives, timed as rnnbench does a whole training
// step: CELL B T I H L SECONDS, with CELL lstm or gru (linear_before_reset, which is reset_after).
//
// A stack of L layers: each takes the layer below's output, and gives the layer below its
// derivative. No loss and no optimizer; but since weights change from step to step, the copies that
// the backward pass wants in a layout of its own are made in every one. Prints
// onednn,CELL,B,T,I,H,L,ms,GFLOP/s: the best step, and 6 x the multiply-adds of the products.
// For oneDNN 2 (Debian 12: apt-get install libdnnl-dev g++; g++ -O2 onednn_step.cpp -ldnnl).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

#include <dnnl.hpp>

using namespace dnnl;
using arguments = std::unordered_map<int, memory>;

static engine cpu(engine::kind::cpu, 0);

static memory take(const memory::desc &shape) {
    memory block(shape, cpu);
    auto *value = static_cast<float *>(block.get_data_handle());
    for (size_t i = 0; i < shape.get_size() / sizeof *value; i++)
        value[i] = 0.02f * static_cast<float>(i % 11) - 0.1f;
    return block;
}

struct layer {
    primitive forward, backward;
    arguments with, back_with;
    memory kernel, recurrent, back_kernel, back_recurrent;

    void run_forward(stream &s) { forward.execute(s, with); }
    void run_backward(stream &s) {
        reorder(kernel, back_kernel).execute(s, kernel, back_kernel);
        reorder(recurrent, back_recurrent).execute(s, recurrent, back_recurrent);
        backward.execute(s, back_with);
    }
};

// What lstm and gru share, once their descriptors are there.
template <class Forward, class Backward, class ForwardDesc, class BackwardDesc>
static layer make(const ForwardDesc &f, const BackwardDesc &b, memory x, memory y, memory dx,
                  memory dy, const memory::desc &bias) {
    layer l{Forward(f),
            Backward(b),
            {},
            {},
            take(f.weights_layer_desc()),
            take(f.weights_iter_desc()),
            take(b.weights_layer_desc()),
            take(b.weights_iter_desc())};
    memory shift = take(bias), kept = take(f.workspace_desc());
    l.with = {{DNNL_ARG_SRC_LAYER, x},
              {DNNL_ARG_WEIGHTS_LAYER, l.kernel},
              {DNNL_ARG_WEIGHTS_ITER, l.recurrent},
              {DNNL_ARG_BIAS, shift},
              {DNNL_ARG_DST_LAYER, y},
              {DNNL_ARG_WORKSPACE, kept}};
    l.back_with = l.with;
    l.back_with[DNNL_ARG_WEIGHTS_LAYER] = l.back_kernel;
    l.back_with[DNNL_ARG_WEIGHTS_ITER] = l.back_recurrent;
    l.back_with[DNNL_ARG_DIFF_SRC_LAYER] = dx;
    l.back_with[DNNL_ARG_DIFF_DST_LAYER] = dy;
    l.back_with[DNNL_ARG_DIFF_WEIGHTS_LAYER] = take(b.diff_weights_layer_desc());
    l.back_with[DNNL_ARG_DIFF_WEIGHTS_ITER] = take(b.diff_weights_iter_desc());
    l.back_with[DNNL_ARG_DIFF_BIAS] = take(bias);
    return l;
}

static layer build(bool gru, memory x, memory y, memory dx, memory dy, long in, long units) {
    const auto any = memory::format_tag::any;
    const auto real = memory::data_type::f32;
    const auto train = prop_kind::forward_training, back = prop_kind::backward;
    const auto way = rnn_direction::unidirectional_left2right;
    const long gates = gru ? 3 : 4, biases = 4;
    memory::desc w({1, 1, in, gates, units}, real, any), u({1, 1, units, gates, units}, real, any);
    memory::desc b({1, 1, biases, units}, real, memory::format_tag::ldgo), none;
    memory::desc from = x.get_desc(), to = y.get_desc();
    if (gru) {
        lbr_gru_forward::primitive_desc f({train, way, from, none, w, u, b, to, none}, cpu);
        lbr_gru_backward::primitive_desc g(
            {back, way, from, none, w, u, b, to, none, from, none, w, u, b, to, none}, cpu, f);
        return make<lbr_gru_forward, lbr_gru_backward>(f, g, x, y, dx, dy, b);
    }
    lstm_forward::primitive_desc f({train, way, from, none, none, w, u, b, to, none, none}, cpu);
    lstm_backward::primitive_desc g({back, way,  from, none, none, w, u, b,  to,   none,
                                     none, from, none, none, w,    u, b, to, none, none},
                                    cpu, f);
    return make<lstm_forward, lstm_backward>(f, g, x, y, dx, dy, b);
}

static double now() {
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

int main(int argc, char **argv) {
    if (argc != 8) return std::fputs("usage: onednn_step CELL B T I H L SECONDS\n", stderr), 2;
    const std::string cell = argv[1];
    if (cell != "lstm" && cell != "gru") return std::fputs("oneDNN: lstm or gru only\n", stderr), 2;
    const bool gru = cell == "gru";
    long rows = std::atol(argv[2]), steps = std::atol(argv[3]), in = std::atol(argv[4]);
    long units = std::atol(argv[5]), layers = std::atol(argv[6]);
    double seconds = std::atof(argv[7]), work = 0, best = 1e9;
    stream s(cpu);
    auto sequence = [&](long width) {
        return take({{steps, rows, width}, memory::data_type::f32, memory::format_tag::tnc});
    };
    std::vector<layer> stack;
    memory x = sequence(in), dx = sequence(in);
    for (long i = 0; i < layers; i++) {
        long width = i > 0 ? units : in;
        memory y = sequence(units), dy = sequence(units);
        stack.push_back(build(gru, x, y, dx, dy, width, units));
        work += 6.0 * rows * steps * (width + units) * (gru ? 3 : 4) * units;
        x = y, dx = dy;
    }
    for (double start = now(); now() - start < seconds;) {
        double before = now();
        for (auto &l : stack) l.run_forward(s);
        for (auto l = stack.rbegin(); l != stack.rend(); ++l) l->run_backward(s);
        s.wait();
        best = std::min(best, now() - before);
    }
    std::printf("onednn,%s,%ld,%ld,%ld,%ld,%ld,%.4f,%.1f\n", argv[1], rows, steps, in, units,
                layers, best * 1e3, work / best / 1e9);
}
