package io.whorl.core.ring;

import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.ClosedRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a cluster has agreed on about runs that have ended: which are closed, and which are frozen, to be closed if all replicas turn
 * out to have seen the same of them.
 *
 * @param closed the runs that are closed, and the number of the closing of each
 * @param freeze what is frozen; empty while nothing is
 */
public record Closings(ClosedRuns closed, Optional<Freeze> freeze) {
    /** Nothing closed, nothing frozen. */
    public static final Closings NONE = new Closings(ClosedRuns.none(), Optional.empty());

    /** Requires both parts. */
    public Closings {
        Objects.requireNonNull(closed, "closed");
        Objects.requireNonNull(freeze, "freeze");
    }

    /**
     * Runs that are frozen: nobody takes dots of theirs that it has not seen, from who has not reported yet.
     *
     * @param number the epoch in which the freeze began; the closing's number, if it comes to that
     * @param runs which runs, ascending as unsigned
     * @param members who was a member then, by id: all of them have to report
     */
    public record Freeze(long number, List<Long> runs, List<NodeId> members) {
        /** Sorts both lists; each names everything once. */
        public Freeze {
            TreeSet<Long> sorted = new TreeSet<>(Long::compareUnsigned);
            sorted.addAll(runs);
            runs = List.copyOf(sorted);
            members = List.copyOf(new TreeSet<>(members));
            if (number < 1 || runs.isEmpty()) {
                throw new IllegalArgumentException("a freeze of an epoch and of runs, not " + number + " of " + runs);
            }
        }

        /** Whether this run is frozen. */
        public boolean freezes(long run) {
            return runs.contains(run);
        }
    }

    /**
     * The number of the newest freeze or closing; a message of somebody who has reported for that one is fit to be taken.
     *
     * @return 0 if there was none
     */
    public long newest() {
        return freeze.map(Freeze::number).orElse(closed.newest());
    }

    /**
     * Which closing, or freeze, a run belongs to.
     *
     * @param run the run
     * @return its number; 0 if the run is neither closed nor frozen
     */
    public long number(long run) {
        long closing = closed.closing(run);
        return closing == 0 && freeze.isPresent() && freeze.get().freezes(run)
                ? freeze.get().number()
                : closing;
    }

    void write(ByteWriter out) {
        closed.write(out);
        out.u8(freeze.isPresent() ? 1 : 0);
        freeze.ifPresent(each -> {
            out.varint(each.number());
            writeRuns(out, each.runs());
            writeNodes(out, each.members());
        });
    }

    static Closings read(ByteReader in) {
        ClosedRuns closed = ClosedRuns.read(in);
        if (in.u8() == 0) {
            return new Closings(closed, Optional.empty());
        }
        long number = in.varint(Long.MAX_VALUE, "an epoch");
        return new Closings(closed, Optional.of(new Freeze(number, readRuns(in), readNodes(in))));
    }

    static void writeRuns(ByteWriter out, List<Long> runs) {
        out.varint(runs.size());
        runs.forEach(out::i64);
    }

    static List<Long> readRuns(ByteReader in) {
        int count = in.count(Long.BYTES, "runs");
        List<Long> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(in.i64());
        }
        return runs;
    }

    static void writeNodes(ByteWriter out, List<NodeId> nodes) {
        out.varint(nodes.size());
        nodes.forEach(node -> out.i64(node.value()));
    }

    static List<NodeId> readNodes(ByteReader in) {
        int count = in.count(Long.BYTES, "nodes");
        List<NodeId> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new NodeId(in.i64()));
        }
        return nodes;
    }
}
