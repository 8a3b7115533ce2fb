package io.whorl.examples.quickstart;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/** A progress bar: redrawn in place on a terminal, a plain line now and then elsewhere. For one thread. */
final class Progress {
    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 100_000_000;
    private static final long LINE_NANOS = 1_000_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private final String what;
    private final int total;
    private final long started = System.nanoTime();
    private long shown = started;

    Progress(PrintStream out, boolean terminal, String what, int total) {
        this.out = out;
        this.terminal = terminal;
        this.what = what;
        this.total = total;
    }

    /** Whether the output goes to somebody's screen; {@code -Dprogress=bar} and {@code -Dprogress=lines} say so or not. */
    static boolean onTerminal() {
        String wish = System.getProperty("progress");
        if (wish != null) {
            return wish.equals("bar");
        }
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // Since JDK 22 there is a console without a terminal, too, and this method to tell.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException beforeJdk22) {
            return true;
        }
    }

    /** Shows how far it is, unless it was shown just now. */
    void show(int done) {
        long now = System.nanoTime();
        if (now - shown >= (terminal ? REDRAW_NANOS : LINE_NANOS)) {
            shown = now;
            print(done, now - started);
        }
    }

    /** Shows the end, and leaves it on the screen. */
    void end(int done) {
        print(done, System.nanoTime() - started);
        if (terminal) {
            out.println();
        }
    }

    private void print(int done, long nanos) {
        double perSecond = done / Math.max(nanos / 1e9, 1e-3);
        long left = Math.round((total - done) / Math.max(perSecond, 1));
        String text = String.format(
                Locale.ROOT, "%-9s %,9d of %,d rows %,9.0f rows/s %4d s left", what, done, total, perSecond, left);
        if (terminal) {
            int filled = (int) ((long) WIDTH * done / Math.max(total, 1));
            out.print("\r" + text + " [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "]");
        } else {
            out.println(text);
        }
        out.flush();
    }
}
