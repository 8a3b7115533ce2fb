package io.whorl.benchmarks.micro;

import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import io.whorl.core.version.RecordCodec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One key's record: what a write, a join and a trip to the disk do with it, as siblings and values grow. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
    /** How many concurrent values the record has. */
    @Param({"1", "10"})
    public int siblings;

    /** How large each of them is. */
    @Param({"100", "1024"})
    public int valueBytes;

    private DotSet seen;
    private Record held;
    private Record stripped;
    private Record newer;
    private Record again;
    private Dot dot;
    private byte[] value;
    private byte[] bytes;

    /** Makes the records. */
    @Setup
    public void prepare() {
        DotSet before = Samples.seen(3, 0);
        value = Samples.bytes(valueBytes);
        dot = new Dot(Samples.actor(0), 1_000_002);
        Record sample = Samples.record(siblings, valueBytes);
        seen = before.join(sample.siblingDots());
        held = sample.fill(seen);
        stripped = held.strip(seen);
        newer = held.put(seen, dot, value, 2_000, 0);
        again = RecordCodec.decode(RecordCodec.encode(newer));
        bytes = RecordCodec.encode(stripped);
    }

    /** What the coordinating replica does: fill, overwrite, strip. */
    @Benchmark
    public Record write() {
        return stripped.fill(seen).put(seen, dot, value, 2_000, 0).strip(seen);
    }

    /** A newer record arrives, which has seen all that is held. */
    @Benchmark
    public Record joinNewer() {
        return held.join(newer);
    }

    /** The same record arrives again. */
    @Benchmark
    public Record joinEqual() {
        return newer.join(again);
    }

    /** To bytes. */
    @Benchmark
    public byte[] encode() {
        return RecordCodec.encode(stripped);
    }

    /** From bytes. */
    @Benchmark
    public Record decode() {
        return RecordCodec.decode(bytes);
    }
}
