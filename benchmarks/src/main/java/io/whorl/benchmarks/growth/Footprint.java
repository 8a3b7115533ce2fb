package io.whorl.benchmarks.growth;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What this JVM, and directories, take of the machine. */
final class Footprint {
    private static final double MIB = 1 << 20;
    private static final double KIB_PER_MIB = 1 << 10;
    private static final Path STATUS = Path.of("/proc/self/status");

    private Footprint() {}

    /** Processor time of this JVM so far, in nanoseconds. */
    static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Heap in use, after a collection. */
    static double heapMiB() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB;
    }

    /** Resident memory; 0 where the system does not tell. */
    static double residentMiB() throws IOException {
        if (!Files.exists(STATUS)) {
            return 0;
        }
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / KIB_PER_MIB;
            }
        }
        return 0;
    }

    /** What the files below a directory take; files may go while it is looked at. */
    static double diskMiB(Path directory) throws IOException {
        long bytes = 0;
        for (Path path : below(directory)) {
            try {
                bytes += Files.isRegularFile(path) ? Files.size(path) : 0;
            } catch (NoSuchFileException gone) {
                continue;
            }
        }
        return bytes / MIB;
    }

    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.toList();
        } catch (UncheckedIOException gone) {
            return below(directory);
        }
    }

    /** Removes a directory and all that is in it. */
    static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
