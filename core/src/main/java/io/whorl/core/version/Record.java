package io.whorl.core.version;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * What a replica stores for a key: the concurrent values, and the context, a set of events that the key is known to have
 * seen. The dots of the siblings belong to the record's history without being listed in the context.
 *
 * <p>A stored record is <em>stripped</em> of what the bases of the replica's seen-set say already; it is <em>filled</em>
 * with them before it leaves the replica or is joined (DottedDB, SRDS 2017, section IV). In a healthy cluster a stored
 * record is a value and one dot, and a deleted key is {@linkplain #isEmpty() nothing}.
 *
 * @param siblings the concurrent values, ascending by dot, each dot once; unmodifiable
 * @param context what was seen
 */
public record Record(List<Sibling> siblings, DotSet context) {
    private static final Record EMPTY = new Record(List.of(), DotSet.empty());
    private static final Comparator<Sibling> NEWEST_FIRST = Comparator.comparingLong(Sibling::timestamp)
            .thenComparing(Sibling::dot)
            .reversed();

    /**
     * Checks the parts, and copies the list unless it is unmodifiable already.
     *
     * @throws IllegalArgumentException if the siblings are not strictly ascending by dot
     */
    public Record {
        siblings = List.copyOf(siblings);
        Objects.requireNonNull(context, "context");
        for (int i = 1; i < siblings.size(); i++) {
            if (siblings.get(i - 1).dot().compareTo(siblings.get(i).dot()) >= 0) {
                throw new IllegalArgumentException("sibling " + siblings.get(i - 1) + " stands before "
                        + siblings.get(i) + "; expected ascending dots, each once");
            }
        }
    }

    /** The record of a key of which nothing is known: no siblings, no context. */
    public static Record empty() {
        return EMPTY;
    }

    /** Whether there are neither siblings nor a context. Such a record is not stored. */
    public boolean isEmpty() {
        return siblings.isEmpty() && context.isEmpty();
    }

    /** The siblings' dots. */
    public DotSet siblingDots() {
        if (siblings.isEmpty()) {
            return DotSet.empty();
        }
        if (siblings.size() == 1) {
            return DotSet.of(siblings.get(0).dot());
        }
        DotSet.Builder dots = DotSet.builder();
        for (Sibling sibling : siblings) {
            dots.add(sibling.dot());
        }
        return dots.build();
    }

    /** All that the record has seen: the context and the siblings' dots. */
    public DotSet history() {
        return withSiblingDots(context);
    }

    /** These dots and the siblings'; the very set if it has those already, as a filled record's context has as a rule. */
    public DotSet withSiblingDots(DotSet dots) {
        for (int i = 0; i < siblings.size(); i++) {
            if (!dots.contains(siblings.get(i).dot())) {
                return siblings.size() == 1 ? dots.add(siblings.get(0).dot()) : dots.join(siblingDots());
            }
        }
        return dots;
    }

    /**
     * Rule 1: a sibling stays if both have it, or if the side that lacks it has not seen it; the contexts are joined.
     * Commutative, associative, idempotent. Where one side withholds a value, the other side's value is kept. A dot names
     * one value for ever, so two values under the same dot are not compared.
     *
     * <p>Both records must be filled, or come from nobody's seen-set (as hints do). A dropped sibling needs no listing: it
     * was dropped because the other's context contains it.
     *
     * @return this very record when the other adds nothing
     */
    public Record join(Record other) {
        if (this == other || other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        Sibling[] joined = new Sibling[siblings.size() + other.siblings.size()];
        int size = 0;
        boolean mine = true;
        boolean theirs = true;
        int i = 0;
        int j = 0;
        while (i < siblings.size() || j < other.siblings.size()) {
            Sibling a = i < siblings.size() ? siblings.get(i) : null;
            Sibling b = j < other.siblings.size() ? other.siblings.get(j) : null;
            int order = a == null ? 1 : b == null ? -1 : a.dot().compareTo(b.dot());
            if (order == 0) {
                boolean told = a.isWithheld() && !b.isWithheld();
                mine &= !told;
                theirs &= told;
                joined[size++] = told ? b : a;
                i++;
                j++;
            } else if (order < 0) {
                boolean stays = !other.context.contains(a.dot());
                mine &= stays;
                theirs &= !stays;
                if (stays) {
                    joined[size++] = a;
                }
                i++;
            } else {
                boolean stays = !context.contains(b.dot());
                mine &= !stays;
                theirs &= stays;
                if (stays) {
                    joined[size++] = b;
                }
                j++;
            }
        }
        DotSet contexts = context.join(other.context);
        if (mine) {
            return withContext(contexts);
        }
        return theirs ? other.withContext(contexts) : new Record(List.of(Arrays.copyOf(joined, size)), contexts);
    }

    /** Rule 2: the context joined with the bases of a seen-set, as before leaving the replica or being joined. */
    public Record fill(DotSet seen) {
        return withContext(context.join(seen.bases()));
    }

    /**
     * Rule 2: what is to be stored, that is the context without what the bases of the seen-set say and without the
     * siblings' own dots. Filled again with the same or a later seen-set, the history holds all it held before.
     */
    public Record strip(DotSet seen) {
        if (context.isEmpty()) {
            return this;
        }
        DotSet beyond = context.minus(seen.bases());
        return withContext(beyond.isEmpty() ? beyond : beyond.minus(siblingDots()));
    }

    /**
     * This record after a put: siblings contained in the given context go, the context becomes the given context and this
     * record's history, and the new value joins the siblings. Call it on a filled record.
     *
     * @param seen the context the writer had read; this record's {@link #history()} to supersede everything here
     * @param dot the new event
     * @param value the bytes, shared
     * @param timestamp a {@link HybridTimestamp}
     * @param expiry milliseconds since 1970 UTC, or 0 for never
     * @throws IllegalArgumentException if the context or this record contains the dot already: an event happens once
     */
    public Record put(DotSet seen, Dot dot, byte[] value, long timestamp, long expiry) {
        Objects.requireNonNull(value, "value");
        return write(seen, dot, new Sibling(dot, value, timestamp, expiry));
    }

    /**
     * This record after a delete: as {@link #put}, without a new sibling; the event joins the context.
     *
     * @param seen the context the writer had read
     * @param dot the new event
     * @throws IllegalArgumentException if the context or this record contains the dot already: an event happens once
     */
    public Record delete(DotSet seen, Dot dot) {
        return write(seen, dot, null);
    }

    private Record write(DotSet seen, Dot dot, Sibling added) {
        DotSet history = history().join(seen);
        if (history.contains(dot)) {
            throw new IllegalArgumentException(
                    "dot " + dot + " names an event that this record or the given context has"
                            + " seen already; expected a new one");
        }
        return new Record(remaining(seen, added), added == null ? history.add(dot) : history);
    }

    /** The siblings that a context does not contain, and the added one unless it is null. */
    private List<Sibling> remaining(DotSet seen, Sibling added) {
        boolean none = true;
        for (int i = 0; none && i < siblings.size(); i++) {
            none = seen.contains(siblings.get(i).dot());
        }
        if (none) {
            return added == null ? List.of() : List.of(added);
        }
        List<Sibling> kept = new ArrayList<>(siblings.size() + 1);
        boolean pending = added != null;
        for (Sibling sibling : siblings) {
            if (pending && added.dot().compareTo(sibling.dot()) < 0) {
                kept.add(added);
                pending = false;
            }
            if (!seen.contains(sibling.dot())) {
                kept.add(sibling);
            }
        }
        if (pending) {
            kept.add(added);
        }
        return kept;
    }

    /** This record with every value withheld: dots identify values exactly, so an answer of dots needs no digest. */
    public Record withheld() {
        if (siblings.isEmpty()) {
            return this;
        }
        if (siblings.size() == 1) {
            Sibling bare = siblings.get(0).withheld();
            return bare == siblings.get(0) ? this : new Record(List.of(bare), context);
        }
        List<Sibling> bare = new ArrayList<>(siblings.size());
        for (Sibling sibling : siblings) {
            bare.add(sibling.withheld());
        }
        return new Record(bare, context);
    }

    /** Whether one of the siblings has this dot. */
    public boolean has(Dot dot) {
        for (int i = 0; i < siblings.size(); i++) {
            if (siblings.get(i).dot().equals(dot)) {
                return true;
            }
        }
        return false;
    }

    /** Whether no value is withheld. */
    public boolean isComplete() {
        for (int i = 0; i < siblings.size(); i++) {
            if (siblings.get(i).isWithheld()) {
                return false;
            }
        }
        return true;
    }

    /** The siblings, the one with the highest (timestamp, dot) first; unmodifiable. */
    public List<Sibling> newestFirst() {
        if (siblings.size() < 2) {
            return siblings;
        }
        List<Sibling> sorted = new ArrayList<>(siblings);
        sorted.sort(NEWEST_FIRST);
        return List.copyOf(sorted);
    }

    /**
     * This record with a context that knows which runs its closing covers.
     *
     * @throws IllegalArgumentException if the closing is not known: a newer cluster state is needed first
     */
    public Record resolved(ClosedRuns known) {
        return withContext(context.resolved(known));
    }

    private Record withContext(DotSet other) {
        return other == context ? this : new Record(siblings, other);
    }
}
