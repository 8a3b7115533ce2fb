package io.whorl.core.node;

import io.whorl.core.coordinate.Request;
import io.whorl.core.spi.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Requests by their numbers: a hash table with open addressing and linear probing, since every request and every answer looks here.
 * Whoever goes through all of them does so in the order of the numbers, never of the table.
 */
final class NumberedRequests {
    private static final int SMALLEST = 64;
    /** 2^64 divided by the golden ratio. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /** 0 where there is none. */
    private long[] numbers = new long[SMALLEST];

    private Request[] requests = new Request[SMALLEST];
    private Lane.Trace[] traces = new Lane.Trace[SMALLEST];
    private int size;

    /** One of them, and what it is traced by. */
    record Numbered(long number, Request request, Lane.Trace trace) {}

    int size() {
        return size;
    }

    /** @param number of no other one, and not 0 */
    void put(long number, Request request, Lane.Trace trace) {
        if (2 * (size + 1) > numbers.length) {
            resize(2 * numbers.length);
        }
        int place = place(number);
        numbers[place] = number;
        requests[place] = request;
        traces[place] = trace;
        size++;
    }

    /** Null if there is none of that number. */
    Request get(long number) {
        return requests[place(number)];
    }

    /** Whether there was one. */
    boolean remove(long number) {
        int hole = place(number);
        if (requests[hole] == null) {
            return false;
        }
        size--;
        // Whatever stands behind without a gap may be there because its own place was taken: it moves up (Knuth, 6.4,
        // algorithm R).
        int mask = numbers.length - 1;
        for (int next = hole + 1 & mask; requests[next] != null; next = next + 1 & mask) {
            if ((next - home(numbers[next]) & mask) >= (next - hole & mask)) {
                move(next, hole);
                hole = next;
            }
        }
        numbers[hole] = 0;
        requests[hole] = null;
        traces[hole] = null;
        return true;
    }

    private void move(int from, int to) {
        numbers[to] = numbers[from];
        requests[to] = requests[from];
        traces[to] = traces[from];
    }

    void clear() {
        Arrays.fill(numbers, 0);
        Arrays.fill(requests, null);
        Arrays.fill(traces, null);
        size = 0;
    }

    /** All of them as they are now, by their numbers. */
    List<Numbered> inOrder() {
        List<Numbered> all = new ArrayList<>(size);
        for (int i = 0; i < numbers.length; i++) {
            if (requests[i] != null) {
                all.add(new Numbered(numbers[i], requests[i], traces[i]));
            }
        }
        all.sort(Comparator.comparingLong(Numbered::number));
        return all;
    }

    /** Where the number is, or would be put. */
    private int place(long number) {
        int mask = numbers.length - 1;
        int place = home(number);
        while (requests[place] != null && numbers[place] != number) {
            place = place + 1 & mask;
        }
        return place;
    }

    /** Numbers follow one another, in two sequences: multiplied, they do not pile up in one stretch (Knuth, 6.4). */
    private int home(long number) {
        return (int) (number * SPREAD >>> Long.numberOfLeadingZeros(numbers.length - 1));
    }

    private void resize(int places) {
        List<Numbered> all = inOrder();
        numbers = new long[places];
        requests = new Request[places];
        traces = new Lane.Trace[places];
        size = 0;
        for (Numbered each : all) {
            put(each.number(), each.request(), each.trace());
        }
    }
}
