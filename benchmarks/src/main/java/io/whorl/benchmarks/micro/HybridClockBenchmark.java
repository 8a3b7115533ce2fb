package io.whorl.benchmarks.micro;

import io.whorl.core.version.HybridClock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** The one clock of a node, which its lanes share. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HybridClockBenchmark {
    private final HybridClock clock = new HybridClock();

    /** One lane. */
    @Benchmark
    @Threads(1)
    public long alone() {
        return clock.next(System.currentTimeMillis());
    }

    /** Two lanes at once. */
    @Benchmark
    @Threads(2)
    public long shared() {
        return clock.next(System.currentTimeMillis());
    }
}
