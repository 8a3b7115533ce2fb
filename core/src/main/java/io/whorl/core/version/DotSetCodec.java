package io.whorl.core.version;

import io.whorl.core.version.MalformedBytesException.Kind;

/**
 * The bytes of sets of dots and of dots. Canonical: equal sets have equal bytes, and bytes that no encoder writes are
 * refused.
 *
 * <pre>
 * set    = varint actors, then ascending by actor:  actor, varint (intervals - 1), interval …
 *          one that says closed as of c: varint (actors + 2^20 + 1), varint c, then the same
 * actor  = i64 run | varint (stint * 2 + role)            role: 0 replica, 1 fallback
 * interval = varint gap | varint (to - from)              gap: from - 1 for the first, else from - (last to) - 2
 * dot    = actor | varint (counter - 1)
 * </pre>
 *
 * Gaps leave out what disjoint and not adjacent intervals cannot have anyway, so every gap is a canonical one.
 */
public final class DotSetCodec {
    private static final int MIN_ACTOR_BYTES = 9; // run and stint
    private static final int MIN_INTERVAL_BYTES = 2;
    private static final int MIN_ENTRY_BYTES = MIN_ACTOR_BYTES + 1 + MIN_INTERVAL_BYTES;

    /** How many bytes a dot takes at least. */
    static final int MIN_DOT_BYTES = MIN_ACTOR_BYTES + 1;

    /** The number of actors that a decoder accepts; a set nears it after a million restarts of writing nodes. */
    static final int MAX_ACTORS = 1 << 20;

    /** What is added to the number of actors when a closing follows. */
    private static final int CLOSED = MAX_ACTORS + 1;

    private DotSetCodec() {}

    /** The bytes of a set. */
    public static byte[] encode(DotSet set) {
        ByteWriter out = new ByteWriter(size(set));
        write(out, set);
        return out.finish();
    }

    /** How many bytes {@link #encode} and {@link #write} make of a set. */
    public static int size(DotSet set) {
        int actors = set.actorCount();
        int size = set.closed() == 0
                ? ByteWriter.varintSize(actors)
                : ByteWriter.varintSize(actors + (long) CLOSED) + ByteWriter.varintSize(set.closed());
        for (int i = 0; i < actors; i++) {
            long[] intervals = set.intervalsAt(i);
            size += actorSize(set.actorAt(i)) + ByteWriter.varintSize(intervals.length / 2 - 1);
            long last = -1;
            for (int k = 0; k < intervals.length; k += 2) {
                size += ByteWriter.varintSize(intervals[k] - last - 2)
                        + ByteWriter.varintSize(intervals[k + 1] - intervals[k]);
                last = intervals[k + 1];
            }
        }
        return size;
    }

    /**
     * The set of these bytes, all of them.
     *
     * @throws MalformedBytesException if {@link #encode} does not write these
     */
    public static DotSet decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /**
     * The set of a part of an array, all of it.
     *
     * @param bytes the array
     * @param start the part's first byte
     * @param end the one after its last
     * @throws MalformedBytesException if {@link #encode} does not write these
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public static DotSet decode(byte[] bytes, int start, int end) {
        ByteReader in = new ByteReader(bytes, start, end);
        DotSet set = read(in);
        in.expectEnd();
        return set;
    }

    /**
     * Writes a set.
     *
     * @throws IllegalStateException if it has more than 2^20 actors, which no reader accepts
     */
    public static void write(ByteWriter out, DotSet set) {
        int actors = set.actorCount();
        if (actors > MAX_ACTORS) {
            throw new IllegalStateException("a set of dots with " + actors + " actors; expected at most " + MAX_ACTORS);
        }
        if (set.closed() == 0) {
            out.varint(actors);
        } else {
            out.varint(actors + (long) CLOSED).varint(set.closed());
        }
        for (int i = 0; i < actors; i++) {
            writeActor(out, set.actorAt(i));
            long[] intervals = set.intervalsAt(i);
            out.varint(intervals.length / 2 - 1);
            long last = -1;
            for (int k = 0; k < intervals.length; k += 2) {
                out.varint(intervals[k] - last - 2).varint(intervals[k + 1] - intervals[k]);
                last = intervals[k + 1];
            }
        }
    }

    /**
     * Reads a set. If it says closed as of a number, it is to be {@linkplain DotSet#resolved resolved} before it is asked.
     *
     * @throws MalformedBytesException if {@link #write} does not write these bytes
     */
    public static DotSet read(ByteReader in) {
        int began = in.offset();
        long head = in.varint(CLOSED + (long) MAX_ACTORS, "a number of actors");
        long closed = head < CLOSED ? 0 : in.varint(Long.MAX_VALUE, "a number of a closing");
        if (head >= CLOSED && closed == 0) {
            throw new MalformedBytesException(Kind.NOT_CANONICAL, "closed as of 0", began, "a number from 1, or none");
        }
        int count = (int) (head < CLOSED ? head : head - CLOSED);
        if (count > in.remaining() / MIN_ENTRY_BYTES) {
            throw new MalformedBytesException(
                    Kind.TOO_SHORT,
                    count + " actors",
                    began,
                    "at most what the remaining " + in.remaining() + " bytes can hold");
        }
        if (count == 0 && closed == 0) {
            return DotSet.empty();
        }
        Actor[] actors = new Actor[count];
        long[][] intervals = new long[count][];
        for (int i = 0; i < count; i++) {
            int at = in.offset();
            actors[i] = readActor(in);
            if (i > 0 && actors[i - 1].compareTo(actors[i]) >= 0) {
                throw new MalformedBytesException(
                        Kind.NOT_CANONICAL, "actor " + actors[i], at, "one above " + actors[i - 1]);
            }
            intervals[i] = readIntervals(in);
        }
        return new DotSet(actors, intervals, closed, null);
    }

    private static long[] readIntervals(ByteReader in) {
        int began = in.offset();
        long more = in.varint(Integer.MAX_VALUE, "a count of further intervals");
        if (more + 1 > in.remaining() / MIN_INTERVAL_BYTES) {
            throw new MalformedBytesException(
                    Kind.TOO_SHORT,
                    (more + 1) + " intervals",
                    began,
                    "at most what the remaining " + in.remaining() + " bytes can hold");
        }
        long[] intervals = new long[2 * ((int) more + 1)];
        long last = -1;
        for (int k = 0; k < intervals.length; k += 2) {
            // The lowest counter possible here is last + 2; where that is beyond the highest long, nothing fits.
            long room = last < 0 ? Long.MAX_VALUE - 1 : Long.MAX_VALUE - 2 - last;
            if (room < 0) {
                throw new MalformedBytesException(
                        Kind.NOT_CANONICAL, "an interval after counter " + last, in.offset(), "no further one");
            }
            intervals[k] = last + 2 + in.varint(room, "a gap between counters");
            intervals[k + 1] = intervals[k] + in.varint(Long.MAX_VALUE - intervals[k], "a length of an interval");
            last = intervals[k + 1];
        }
        return intervals;
    }

    /** Writes a dot. */
    public static void writeDot(ByteWriter out, Dot dot) {
        writeActor(out, dot.actor());
        out.varint(dot.counter() - 1);
    }

    /** How many bytes {@link #writeDot} writes. */
    static int dotSize(Dot dot) {
        return actorSize(dot.actor()) + ByteWriter.varintSize(dot.counter() - 1);
    }

    private static int actorSize(Actor actor) {
        return 8 + ByteWriter.varintSize(actor.stint() * 2L);
    }

    /**
     * Reads a dot.
     *
     * @throws MalformedBytesException if {@link #writeDot} does not write these bytes
     */
    public static Dot readDot(ByteReader in) {
        return new Dot(readActor(in), in.varint(Long.MAX_VALUE - 1, "a counter less one") + 1);
    }

    /** Writes an actor. */
    public static void writeActor(ByteWriter out, Actor actor) {
        out.i64(actor.run()).varint(actor.stint() * 2L + actor.role().ordinal());
    }

    /**
     * Reads an actor.
     *
     * @throws MalformedBytesException if {@link #writeActor} does not write these bytes
     */
    public static Actor readActor(ByteReader in) {
        long run = in.i64();
        long stintAndRole = in.varint(Integer.MAX_VALUE * 2L + 1, "a stint and role");
        return new Actor(run, (int) (stintAndRole >>> 1), (stintAndRole & 1) == 0 ? Role.REPLICA : Role.FALLBACK);
    }
}
