package io.whorl.benchmarks.micro;

import io.whorl.core.ring.KeyHash;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From a key to its partition; one length for each of the ways that XXH3 takes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeyHashBenchmark {
    /** How long the key is. */
    @Param({"8", "16", "100", "200", "1024"})
    public int keyBytes;

    private byte[] key;

    /** Makes the key. */
    @Setup
    public void prepare() {
        key = Samples.bytes(keyBytes);
    }

    /** The partition of a key. */
    @Benchmark
    public int partition() {
        return KeyHash.partition(KeyHash.of(key), 64);
    }
}
