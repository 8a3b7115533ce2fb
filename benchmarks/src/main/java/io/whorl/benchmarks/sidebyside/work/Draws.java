package io.whorl.benchmarks.sidebyside.work;

import java.util.SplittableRandom;

/** What one caller does next. Not thread-safe. */
final class Draws {
    private static final int PERCENT = 100;

    private final Cell cell;
    private final Payload payload;
    private final Zipfian zipfian;
    private final SplittableRandom random;
    private final int caller;
    private final int callers;
    private int place;

    Draws(Cell cell, Payload payload, Zipfian zipfian, int caller, int callers) {
        this.cell = cell;
        this.payload = payload;
        this.zipfian = zipfian;
        this.random = new SplittableRandom(System.nanoTime() + caller);
        this.caller = caller;
        this.callers = callers;
        this.place = random.nextInt();
    }

    boolean nextIsRead() {
        int percent = cell.mix().readPercent();
        return percent == PERCENT || percent > 0 && random.nextInt(PERCENT) < percent;
    }

    /** A key to read. */
    byte[] keyToRead() {
        return payload.key(cell.mix().zipfian() ? zipfian.draw(place++) : random.nextInt(payload.count()));
    }

    /** A key to overwrite; those drawn evenly are each one caller's alone. */
    byte[] keyToWrite() {
        if (cell.mix().zipfian()) {
            return payload.key(zipfian.draw(place++));
        }
        int share = payload.count() / callers;
        return payload.key(random.nextInt(share) * callers + caller);
    }

    byte[] value() {
        return payload.value(random.nextInt());
    }
}
