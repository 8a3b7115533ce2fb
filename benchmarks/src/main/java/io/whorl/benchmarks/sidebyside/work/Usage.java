package io.whorl.benchmarks.sidebyside.work;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What this process has used so far. */
final class Usage {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final long nanos = System.nanoTime();
    private final long cpuNanos;
    private final Map<Long, Long> allocated = new HashMap<>();

    private Usage() {
        cpuNanos = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            allocated.put(ids[i], bytes[i]);
        }
    }

    static Usage now() {
        return new Usage();
    }

    double secondsSince(Usage before) {
        return (nanos - before.nanos) / 1e9;
    }

    /** CPU time of all threads, those of RocksDB, the compiler and the collector among them. */
    double cpuMicrosSince(Usage before) {
        return (cpuNanos - before.cpuNanos) / 1e3;
    }

    /** What the threads that live now have allocated on the heap since then; a thread that has ended meanwhile is missing. */
    double allocatedSince(Usage before) {
        double sum = 0;
        for (Map.Entry<Long, Long> thread : allocated.entrySet()) {
            sum += thread.getValue() - before.allocated.getOrDefault(thread.getKey(), 0L);
        }
        return sum;
    }

    /** The memory of this process that is resident, in bytes; 0 where the system does not tell. */
    static long residentBytes() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        List<String> lines = Files.readAllLines(STATUS);
        return lines.stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }
}
