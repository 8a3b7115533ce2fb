package io.whorl.storage;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.WriteBatch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A JVM of its own that opens an engine, for tests that kill it or that need another process. */
final class StorageProcess {
    static final byte[] LAST = {'l', 'a', 's', 't'};
    private static final int VALUE_BYTES = 500;
    private static final int LARGE_BYTES = 8_000;

    private StorageProcess() {}

    /** Starts the process; what it prints is its standard output. */
    static Process start(List<String> prefix, List<String> jvmOptions, String mode, Path directory) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(StorageProcess.class.getName(), mode, directory.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static Process start(String mode, Path directory) throws IOException {
        return start(List.of(), List.of(), mode, directory);
    }

    /** Small buffers, so that a short run has many write-ahead logs, flushes and compactions. */
    static StorageEngine open(Path directory) {
        RocksOptions options =
                RocksOptions.defaults().withMaxTotalWalBytes(512 * 1024).withMinFreeBytes(0);
        return RocksStorageEngine.open(directory, options, RocksMemory.of(32 << 20, 256 * 1024, 1));
    }

    private static StorageEngine openToFill(Path directory) {
        RocksOptions options =
                RocksOptions.defaults().withMaxTotalWalBytes(2 << 20).withMinFreeBytes(0);
        return RocksStorageEngine.open(directory, options, RocksMemory.of(32 << 20, 1 << 20, 1));
    }

    static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    /** Batch number n: it adds key n, remembers n, and drops a range that holds all keys but the newest hundred. */
    static WriteBatch batch(int number) {
        byte[] value = new byte[VALUE_BYTES];
        ByteBuffer.wrap(value).putInt(number);
        return new WriteBatch()
                .put(Space.RECORDS, key(number), value)
                .put(Space.DOTS, key(number), key(number))
                .put(Space.META, LAST, key(number))
                .deleteRange(Space.DOTS, key(0), key(Math.max(0, number - 100)));
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        PrintStream out = System.out;
        switch (arguments[0]) {
            case "write" -> write(directory, out);
            case "hold" -> hold(directory, out);
            case "fill" -> fill(directory, out);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void write(Path directory, PrintStream out) {
        StorageEngine engine = open(directory);
        byte[] last = engine.get(Space.META, LAST);
        int number = last == null ? 0 : ByteBuffer.wrap(last).getInt();
        while (true) {
            number++;
            engine.apply(batch(number));
            if (number % 10 == 0) {
                engine.sync(new CountingCompletion());
            }
            out.println(number);
        }
    }

    private static void hold(Path directory, PrintStream out) throws IOException {
        try (StorageEngine engine = open(directory)) {
            engine.apply(batch(1));
            out.println("open");
            // Ends when the test closes the pipe, or with the process.
            System.in.read();
        }
    }

    private static WriteBatch large(int number) {
        byte[] value = new byte[LARGE_BYTES];
        new Random(number).nextBytes(value);
        return new WriteBatch().put(Space.RECORDS, key(number), value).put(Space.META, LAST, key(number));
    }

    /** Writes until the disk is full, frees some space, opens anew, and looks whether all that was acknowledged is there. */
    private static void fill(Path directory, PrintStream out) throws IOException {
        Path ballast = directory.resolveSibling("ballast");
        Files.write(ballast, new byte[8 << 20]);
        int applied = 0;
        StorageException.Kind ended = null;
        try (StorageEngine engine = openToFill(directory)) {
            while (ended == null) {
                try {
                    engine.apply(large(applied + 1));
                    applied++;
                } catch (StorageException e) {
                    ended = e.kind();
                    out.println(e.getMessage());
                }
            }
            for (int number = 1; number <= applied; number++) {
                if (engine.get(Space.RECORDS, key(number)) == null) {
                    out.println("lost while full: " + number);
                }
            }
        }
        Files.delete(ballast);
        try (StorageEngine engine = openToFill(directory)) {
            for (int number = 1; number <= applied; number++) {
                if (engine.get(Space.RECORDS, key(number)) == null) {
                    out.println("lost after reopening: " + number);
                }
            }
            engine.apply(large(applied + 2));
        }
        out.println("ended with " + ended + " after " + (applied > 0 ? "some" : "no") + " batches");
    }
}
