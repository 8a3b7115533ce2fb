package io.whorl.benchmarks.micro;

import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.DotSetCodec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Seen-sets and contexts, as actors and gaps grow. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DotSetBenchmark {
    /** How many runs have written. */
    @Param({"3", "30"})
    public int actors;

    /** How many dots of one of them came out of order. */
    @Param({"0", "1000"})
    public int extras;

    private DotSet seen;
    private DotSet other;
    private DotSet one;
    private Dot next;
    private Dot known;
    private byte[] bytes;

    /** Makes the sets. */
    @Setup
    public void prepare() {
        seen = Samples.seen(actors, extras);
        next = new Dot(Samples.actor(actors - 1), 1_000_001);
        known = new Dot(Samples.actor(0), 500_000);
        one = DotSet.of(next);
        other = Samples.seen(actors, 0).add(next).add(new Dot(Samples.actor(0), 1_000_001));
        bytes = DotSetCodec.encode(seen);
    }

    /** What a write adds. */
    @Benchmark
    public DotSet add() {
        return seen.add(next);
    }

    /** What one announced dot adds. */
    @Benchmark
    public DotSet joinOne() {
        return seen.join(one);
    }

    /** Two whole sets, each with dots that the other lacks. */
    @Benchmark
    public DotSet joinAll() {
        return seen.join(other);
    }

    /** One dot that is there. */
    @Benchmark
    public boolean contains() {
        return seen.contains(known);
    }

    /** A whole set in another. */
    @Benchmark
    public boolean containsAll() {
        return other.containsAll(seen);
    }

    /** To bytes. */
    @Benchmark
    public byte[] encode() {
        return DotSetCodec.encode(seen);
    }

    /** From bytes. */
    @Benchmark
    public DotSet decode() {
        return DotSetCodec.decode(bytes);
    }
}
