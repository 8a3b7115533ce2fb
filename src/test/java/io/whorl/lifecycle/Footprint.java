package io.whorl.lifecycle;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this process occupies, as Linux and the JVM tell it.
 *
 * @param threads names of live threads, with how often each occurs; numbers in names do not count
 * @param files what the open file descriptors point to, with how often each occurs
 * @param nettyDirectBytes what Netty's pools hold outside the heap
 * @param directBytes what the JDK's buffers hold outside the heap
 * @param temporaryFiles native libraries and data that lie in the temporary directory
 * @param residentBytes what the process occupies of the machine's memory
 */
record Footprint(
        Map<String, Long> threads,
        Map<String, Long> files,
        long nettyDirectBytes,
        long directBytes,
        TreeSet<String> temporaryFiles,
        long residentBytes) {
    private static final long KIB = 1024;

    static Footprint now() {
        System.gc();
        return new Footprint(
                threadNames(),
                openFiles(),
                PlatformDependent.usedDirectMemory(),
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum(),
                temporary(),
                resident());
    }

    static Map<String, Long> threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                // The one that asks, and the JDK's, which waits a while for further processes to end.
                .filter(thread ->
                        !List.of("awaitility-thread", "process reaper").contains(thread.getName()))
                .map(thread -> thread.getName().replaceAll("[0-9]+", "#"))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    }

    static Map<String, Long> openFiles() {
        Map<String, Long> files = new TreeMap<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    String target =
                            Files.readSymbolicLink(descriptor).toString().replaceAll("\\[[0-9]+]", "");
                    // Neither the listing's own descriptor, nor what classes are still being loaded from.
                    if (!target.matches("/proc/[0-9]+/fd|.*\\.jar")) {
                        files.merge(target, 1L, Long::sum);
                    }
                } catch (NoSuchFileException e) {
                    // Closed while we looked, as the listing itself is.
                    continue;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static TreeSet<String> temporary() {
        Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        List<Path> ours;
        try (Stream<Path> entries = Files.list(directory)) {
            ours = entries.filter(path -> path.getFileName().toString().matches("(whorl-test|librocksdb).*"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ours.stream().map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    private static long resident() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
