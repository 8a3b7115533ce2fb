package io.whorl.internal.lane;

import java.util.Arrays;

/**
 * The timers of one lane, the earliest first; used by the thread that runs the lane alone.
 *
 * <p>A binary heap whose entries know their places, so that cancelling removes one in O(log n): most timers are deadlines of
 * requests, which are nearly always cancelled, and would otherwise pile up for as long as a request may take. Nearly all deadlines
 * are the latest so far, for which adding takes one step.
 */
final class TimerHeap {
    private static final int NOWHERE = -1;

    /** One timer. */
    static final class Entry {
        private final long due;
        private final Runnable task;
        private int place = NOWHERE;

        /** A timer that is due at an instant of {@link System#nanoTime}. */
        Entry(long due, Runnable task) {
            this.due = due;
            this.task = task;
        }

        /** What is to be run. */
        Runnable task() {
            return task;
        }
    }

    private Entry[] entries = new Entry[16];
    private int size;

    /** Adds a timer that is not in a heap yet. */
    void add(Entry entry) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
        }
        up(size++, entry);
    }

    /** Removes a timer if it is there. */
    void remove(Entry entry) {
        int hole = entry.place;
        if (hole == NOWHERE) {
            return;
        }
        entry.place = NOWHERE;
        Entry last = entries[--size];
        entries[size] = null;
        if (last != entry) {
            up(hole, last);
            if (last.place == hole) {
                down(hole, last);
            }
        }
    }

    /** Removes and returns the earliest timer if it is due at {@code now}; else null. */
    Entry poll(long now) {
        if (size == 0 || entries[0].due - now > 0) {
            return null;
        }
        Entry first = entries[0];
        remove(first);
        return first;
    }

    /** How many nanoseconds after {@code now} the earliest timer is due, at most 0 when it is; a day when there is none. */
    long untilNext(long now) {
        return size == 0 ? 86_400_000_000_000L : entries[0].due - now;
    }

    int size() {
        return size;
    }

    private void up(int hole, Entry entry) {
        int at = hole;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (entries[parent].due - entry.due <= 0) {
                break;
            }
            place(at, entries[parent]);
            at = parent;
        }
        place(at, entry);
    }

    private void down(int hole, Entry entry) {
        int at = hole;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && entries[child + 1].due - entries[child].due < 0) {
                child++;
            }
            if (entry.due - entries[child].due <= 0) {
                break;
            }
            place(at, entries[child]);
            at = child;
        }
        place(at, entry);
    }

    private void place(int at, Entry entry) {
        entries[at] = entry;
        entry.place = at;
    }
}
