package io.whorl.examples.quickstart;

import io.whorl.Whorl;
import io.whorl.api.AsyncBucket;
import io.whorl.api.Bucket;
import io.whorl.api.Codec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Starts three nodes, two of them in this process, and stores the name of every Unicode character in them; kills the third one
 * half-way; reads every row back through another node than the one it was written through.
 */
public final class Quickstart {
    private static final String BUCKET = "unicode";

    private final PrintStream out;
    private final List<Row> rows;
    private final Bucket<String, String> first;
    private final Bucket<String, String> second;

    private Quickstart(PrintStream out, List<Row> rows, Whorl first, Whorl second) {
        this.out = out;
        this.rows = rows;
        this.first = first.bucket(BUCKET, Codec.utf8(), Codec.utf8());
        this.second = second.bucket(BUCKET, Codec.utf8(), Codec.utf8());
    }

    /**
     * Runs it; the exit code is 0 if every row came back.
     *
     * @param arguments none
     * @throws IOException if the third node cannot be started, or the data not be deleted
     * @throws InterruptedException if somebody interrupts it
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.exit(runInTemporaryDirectory(System.out) ? 0 : 1);
    }

    private static boolean runInTemporaryDirectory(PrintStream out) throws IOException, InterruptedException {
        try (TemporaryDirectory directory = TemporaryDirectory.create("whorl-quickstart")) {
            return run(out, directory.path(), Row.all());
        }
    }

    /** Runs it with these rows, the nodes keeping their data below the directory; whether every row came back. */
    static boolean run(PrintStream out, Path directory, List<Row> rows) throws IOException, InterruptedException {
        Contacts contacts = Contacts.onFreePorts();
        long started = System.nanoTime();
        try (ChildProcess child = ChildProcess.start(contacts, directory);
                Whorl one = contacts.builder(0, directory).startAsync();
                Whorl two = contacts.builder(1, directory).startAsync()) {
            child.awaitReady();
            one.ready().toCompletableFuture().join();
            two.ready().toCompletableFuture().join();
            out.printf(
                    Locale.ROOT,
                    "Three nodes at %s, the third in process %d, started in %.1f s; data in %s%n",
                    contacts.addresses(),
                    child.pid(),
                    (System.nanoTime() - started) / 1e9,
                    directory);
            return new Quickstart(out, rows, one, two).storeAndVerify(child);
        }
    }

    private boolean storeAndVerify(ChildProcess child) throws IOException, InterruptedException {
        Pass written = write(child);
        Pass read = verify();
        Report report = new Report(rows.size(), written, read);
        report.print(out, "U+0041", first.holders("U+0041"));
        return report.isPerfect();
    }

    private Pass write(ChildProcess child) throws InterruptedException {
        Pass pass = new Pass(rows.size(), progress("writing"));
        for (int i = 0; i < rows.size(); i++) {
            if (i == rows.size() / 2) {
                child.kill();
                out.println(System.lineSeparator() + "The third node was killed; the other two go on");
            }
            Row row = rows.get(i);
            AsyncBucket<String, String> bucket = bucketFor(i).async();
            pass.submit(
                    "writing " + row, () -> bucket.put(row.key(), row.name()).thenApply(context -> true));
        }
        pass.finish();
        return pass;
    }

    private Pass verify() throws InterruptedException {
        Pass pass = new Pass(rows.size(), progress("reading"));
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            AsyncBucket<String, String> other = bucketFor(i + 1).async();
            pass.submit(
                    "reading " + row,
                    () -> other.get(row.key()).thenApply(name -> name.equals(Optional.of(row.name()))));
        }
        pass.finish();
        return pass;
    }

    /** Rows are written through the two nodes by turns. */
    private Bucket<String, String> bucketFor(int row) {
        return row % 2 == 0 ? first : second;
    }

    private Progress progress(String what) {
        return new Progress(out, Progress.onTerminal(), what, rows.size());
    }
}
