package io.whorl.core.version;

import java.util.Arrays;

/**
 * Sets of counters of one actor, as arrays {@code from0, to0, from1, to1, …}: bounds included, at least 1, ascending,
 * disjoint and not adjacent, so that equal sets are equal arrays. The empty set is the empty array.
 *
 * <p>Nothing here changes an array it was given; where a result equals an argument, the argument itself is returned, so
 * that sets share arrays and callers see by identity that nothing changed. No sum {@code to + 1} is formed, as it could
 * overflow: since bounds are at least 1, {@code from - 1} is always safe.
 */
final class Intervals {
    static final long[] NONE = {};

    private Intervals() {}

    static boolean contains(long[] set, long counter) {
        int at = reaching(set, counter);
        return at < set.length && set[at] <= counter;
    }

    /** The index of the first interval that ends at or after the counter; the length when there is none. */
    private static int reaching(long[] set, long counter) {
        int low = 0;
        int high = set.length >> 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (set[2 * middle + 1] < counter) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return 2 * low;
    }

    static long base(long[] set) {
        return set.length > 0 && set[0] == 1 ? set[1] : 0;
    }

    /** Whether none of these sets has anything but its base. */
    static boolean areBases(long[][] sets) {
        for (long[] set : sets) {
            if (set.length != 2 || set[0] != 1) {
                return false;
            }
        }
        return true;
    }

    /** The interval that begins at 1; the empty set if there is none. */
    static long[] baseOf(long[] set) {
        if (set.length == 0 || set[0] != 1) {
            return NONE;
        }
        return set.length == 2 ? set : new long[] {1, set[1]};
    }

    static boolean containsAll(long[] set, long[] other) {
        if (set == other) {
            return true;
        }
        int at = 0;
        for (int i = 0; i < other.length; i += 2) {
            while (at < set.length && set[at + 1] < other[i]) {
                at += 2;
            }
            // Canonical sets do not break a run of counters, so one interval holds the whole of the other's or none
            // does.
            if (at == set.length || set[at] > other[i] || set[at + 1] < other[i + 1]) {
                return false;
            }
        }
        return true;
    }

    static long[] add(long[] set, long counter) {
        int at = reaching(set, counter);
        if (at < set.length && set[at] <= counter) {
            return set;
        }
        boolean extendsLeft = at > 0 && set[at - 1] == counter - 1;
        boolean extendsRight = at < set.length && set[at] - 1 == counter;
        if (extendsLeft && extendsRight) {
            long[] result = new long[set.length - 2];
            System.arraycopy(set, 0, result, 0, at - 1);
            System.arraycopy(set, at + 1, result, at - 1, set.length - at - 1);
            return result;
        }
        if (extendsLeft || extendsRight) {
            long[] result = set.clone();
            result[extendsLeft ? at - 1 : at] = counter;
            return result;
        }
        long[] result = new long[set.length + 2];
        System.arraycopy(set, 0, result, 0, at);
        result[at] = counter;
        result[at + 1] = counter;
        System.arraycopy(set, at, result, at + 2, set.length - at);
        return result;
    }

    static long[] union(long[] a, long[] b) {
        if (containsAll(a, b)) {
            return a;
        }
        if (containsAll(b, a)) {
            return b;
        }
        long[] out = new long[a.length + b.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < a.length || j < b.length) {
            boolean fromA = j == b.length || (i < a.length && a[i] <= b[j]);
            long from = fromA ? a[i] : b[j];
            long to = fromA ? a[i + 1] : b[j + 1];
            if (fromA) {
                i += 2;
            } else {
                j += 2;
            }
            if (size > 0 && out[size - 1] >= from - 1) {
                out[size - 1] = Math.max(out[size - 1], to);
            } else {
                out[size] = from;
                out[size + 1] = to;
                size += 2;
            }
        }
        return trimmed(out, size);
    }

    /** Whether there is a counter in both. */
    static boolean overlap(long[] a, long[] b) {
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            if (a[i + 1] < b[j]) {
                i += 2;
            } else if (b[j + 1] < a[i]) {
                j += 2;
            } else {
                return true;
            }
        }
        return false;
    }

    static long[] minus(long[] a, long[] b) {
        if (!overlap(a, b)) {
            return a;
        }
        if (containsAll(b, a)) {
            return NONE;
        }
        long[] out = new long[a.length + b.length];
        int size = 0;
        int j = 0;
        for (int i = 0; i < a.length; i += 2) {
            long from = a[i];
            long to = a[i + 1];
            boolean open = true;
            while (j < b.length && b[j + 1] < from) {
                j += 2;
            }
            for (int k = j; open && k < b.length && b[k] <= to; k += 2) {
                if (b[k] > from) {
                    out[size] = from;
                    out[size + 1] = b[k] - 1;
                    size += 2;
                }
                open = b[k + 1] < to;
                from = open ? b[k + 1] + 1 : from;
            }
            if (open) {
                out[size] = from;
                out[size + 1] = to;
                size += 2;
            }
        }
        return trimmed(out, size);
    }

    static long[] intersect(long[] a, long[] b) {
        if (containsAll(b, a)) {
            return a;
        }
        if (containsAll(a, b)) {
            return b;
        }
        long[] out = new long[a.length + b.length];
        int size = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            long from = Math.max(a[i], b[j]);
            long to = Math.min(a[i + 1], b[j + 1]);
            if (from <= to) {
                out[size] = from;
                out[size + 1] = to;
                size += 2;
            }
            if (a[i + 1] <= b[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return trimmed(out, size);
    }

    /** The canonical set of the first {@code length} numbers of pairs in any order, overlapping or not. */
    static long[] normalised(long[] pairs, int from, int length) {
        if (length <= 2) {
            return length == 0 ? NONE : new long[] {pairs[from], pairs[from + 1]};
        }
        int half = (length / 4) * 2;
        return union(normalised(pairs, from, half), normalised(pairs, from + half, length - half));
    }

    /** How many counters, or {@link Long#MAX_VALUE} (which no set can exceed: it would need a counter 0). */
    static long size(long[] set) {
        long size = 0;
        for (int i = 0; i < set.length; i += 2) {
            size += set[i + 1] - set[i] + 1;
        }
        return size;
    }

    private static long[] trimmed(long[] out, int size) {
        return size == 0 ? NONE : size == out.length ? out : Arrays.copyOf(out, size);
    }
}
