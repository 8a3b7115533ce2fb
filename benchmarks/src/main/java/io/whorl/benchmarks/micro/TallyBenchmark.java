package io.whorl.benchmarks.micro;

import io.whorl.core.quorum.ReadTally;
import io.whorl.core.quorum.SlotTally;
import io.whorl.core.quorum.Verdict;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** All that one request counts, from nobody asked to everyone answered, in the order in which requests ask their tallies. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TallyBenchmark {
    /** N; a majority of it is required. */
    @Param({"3", "5"})
    public int copies;

    private List<NodeId> nodes;
    private List<Slot> slots;
    private int required;

    /** Makes the slots. */
    @Setup
    public void prepare() {
        nodes = new ArrayList<>();
        for (int i = 0; i < copies; i++) {
            nodes.add(Samples.node(i));
        }
        slots = nodes.stream().map(Slot::atRest).toList();
        required = copies / 2 + 1;
    }

    /** A put that nothing goes wrong with. */
    @Benchmark
    public void write(Blackhole sink) {
        SlotTally tally = SlotTally.of(required, slots, false);
        for (NodeId node : nodes) {
            tally = tally.ask(node, List.of(node));
        }
        sink.consume(tally.uncovered());
        for (NodeId node : nodes) {
            tally = tally.acknowledge(node);
            if (tally.verdict(0) == Verdict.SATISFIED) {
                sink.consume(tally.leansOnFallbacks());
                sink.consume(tally.isComplete());
                sink.consume(tally.unanswered());
            }
        }
        sink.consume(tally);
    }

    /** A get that nothing goes wrong with. */
    @Benchmark
    public void read(Blackhole sink) {
        ReadTally tally = ReadTally.of(required);
        for (int i = 0; i < required; i++) {
            tally = tally.ask(nodes.get(i), true);
        }
        for (int i = 0; i < required; i++) {
            tally = tally.answer(nodes.get(i), true);
            sink.consume(tally.verdict());
        }
        sink.consume(tally);
    }
}
