package io.whorl.core.ring;

import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.MalformedBytesException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bytes of layouts.
 *
 * <pre>
 * layout   = varint partitions | list … | varint epoch of the last change … | u8 goal (0, 1) | (list … if 1)
 *          | varint moves | move … by partition | varint retiring | retiring … by partition and node
 *          | varint resizings | resizing … by bucket
 * list     = varint owners | place …
 * move     = varint partition | varint bucket | varint rank | u8 phase (from 0, in their order)
 *          | varint outgoing | varint incoming (0 for nobody, else place + 1) | varint epoch
 * retiring = varint partition | place | varint bucket | varint above | varint up to, 0 for no bound
 * resizing = varint bucket | varint R | varint W | varint number of slots … one per partition
 * place    = varint, the member's place in the list of members, from 0
 * </pre>
 *
 * <p>A list of the goal that is equal to the ring's is written as an empty one.
 */
final class LayoutCodec {
    private static final int MIN_LIST_BYTES = 2;
    private static final int MIN_MOVE_BYTES = 7;
    private static final int MIN_RETIRING_BYTES = 5;
    private static final int MIN_RESIZING_BYTES = 4;
    private static final Move.Phase[] PHASES = Move.Phase.values();

    private LayoutCodec() {}

    static void write(ByteWriter out, Layout layout, Map<NodeId, Integer> places) {
        Ring ring = layout.ring();
        out.varint(ring.partitions());
        for (int partition = 0; partition < ring.partitions(); partition++) {
            write(out, ring.preferenceList(partition), places);
        }
        for (int partition = 0; partition < ring.partitions(); partition++) {
            out.varint(layout.changed(partition));
        }
        out.u8(layout.goal().isPresent() ? 1 : 0);
        layout.goal().ifPresent(goal -> {
            for (int partition = 0; partition < ring.partitions(); partition++) {
                List<NodeId> list = goal.preferenceList(partition);
                write(out, list.equals(ring.preferenceList(partition)) ? List.of() : list, places);
            }
        });
        out.varint(layout.moves().size());
        for (Move move : layout.moves()) {
            out.varint(move.partition())
                    .varint(move.bucket())
                    .varint(move.rank())
                    .u8(move.phase().ordinal());
            out.varint(place(move.outgoing(), places))
                    .varint(place(move.incoming(), places))
                    .varint(move.begun());
        }
        out.varint(layout.retiring().size());
        for (Retiring each : layout.retiring()) {
            int upTo = each.upTo() == Integer.MAX_VALUE ? 0 : each.upTo();
            out.varint(each.partition()).varint(places.get(each.node())).varint(each.bucket());
            out.varint(each.above()).varint(upTo);
        }
        out.varint(layout.resizings().size());
        for (Resizing each : layout.resizings()) {
            out.varint(each.bucket()).varint(each.readQuorum()).varint(each.writeQuorum());
            each.copies().forEach(out::varint);
        }
    }

    private static int place(Optional<NodeId> node, Map<NodeId, Integer> places) {
        return node.map(each -> places.get(each) + 1).orElse(0);
    }

    static void write(ByteWriter out, List<NodeId> nodes, Map<NodeId, Integer> places) {
        out.varint(nodes.size());
        for (NodeId node : nodes) {
            out.varint(places.get(node));
        }
    }

    static Layout read(ByteReader in, List<Member> members) {
        int partitions = in.count(MIN_LIST_BYTES, "partitions");
        List<List<NodeId>> lists = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            lists.add(readNodes(in, members, "owners"));
        }
        Ring ring = Ring.of(lists);
        long[] changed = new long[partitions];
        for (int i = 0; i < partitions; i++) {
            changed[i] = in.varint(Long.MAX_VALUE, "an epoch");
        }
        Optional<Ring> goal = flag(in) ? Optional.of(readGoal(in, ring, members)) : Optional.empty();
        return new Layout(ring, goal, moves(in, members), retiring(in, members), resizings(in, partitions), changed);
    }

    private static boolean flag(ByteReader in) {
        int at = in.offset();
        int flag = in.u8();
        if (flag > 1) {
            throw new MalformedBytesException(Kind.NOT_CANONICAL, "a flag of " + flag, at, "0 or 1");
        }
        return flag == 1;
    }

    private static Ring readGoal(ByteReader in, Ring ring, List<Member> members) {
        List<List<NodeId>> lists = new ArrayList<>();
        for (int i = 0; i < ring.partitions(); i++) {
            List<NodeId> list = readNodes(in, members, "owners to come");
            lists.add(list.isEmpty() ? ring.preferenceList(i) : list);
        }
        return Ring.of(lists);
    }

    private static List<Move> moves(ByteReader in, List<Member> members) {
        int count = in.count(MIN_MOVE_BYTES, "moves");
        List<Move> moves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int partition = partition(in);
            long bucket = in.varint(Long.MAX_VALUE, "a bucket number");
            int rank = (int) in.varint(Ring.MAX_LISTED, "a rank");
            int at = in.offset();
            int phase = in.u8();
            if (phase >= PHASES.length) {
                throw new MalformedBytesException(Kind.UNKNOWN_FORMAT, "a phase of code " + phase, at, "0 to 4");
            }
            moves.add(new Move(
                    partition,
                    bucket,
                    rank,
                    PHASES[phase],
                    somebody(in, members),
                    somebody(in, members),
                    in.varint(Long.MAX_VALUE, "an epoch")));
        }
        return moves;
    }

    private static int partition(ByteReader in) {
        return (int) in.varint(Ring.MAX_PARTITIONS - 1, "a partition");
    }

    private static Optional<NodeId> somebody(ByteReader in, List<Member> members) {
        long place = in.varint(members.size(), "a member's place");
        return place == 0
                ? Optional.empty()
                : Optional.of(members.get((int) place - 1).id());
    }

    private static List<Retiring> retiring(ByteReader in, List<Member> members) {
        int count = in.count(MIN_RETIRING_BYTES, "retiring holders");
        List<Retiring> retiring = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int partition = partition(in);
            NodeId node = members.get((int) in.varint(members.size() - 1L, "a member's place"))
                    .id();
            long bucket = in.varint(Long.MAX_VALUE, "a bucket number");
            int above = (int) in.varint(Ring.MAX_LISTED, "a number of slots");
            int upTo = (int) in.varint(Ring.MAX_LISTED, "a number of slots");
            retiring.add(new Retiring(partition, node, bucket, above, upTo == 0 ? Integer.MAX_VALUE : upTo));
        }
        return retiring;
    }

    private static List<Resizing> resizings(ByteReader in, int partitions) {
        int count = in.count(MIN_RESIZING_BYTES, "buckets that change");
        List<Resizing> resizings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long bucket = in.varint(Long.MAX_VALUE, "a bucket number");
            int read = (int) in.varint(Ring.MAX_LISTED, "R");
            int write = (int) in.varint(Ring.MAX_LISTED, "W");
            List<Integer> copies = new ArrayList<>();
            for (int partition = 0; partition < partitions; partition++) {
                copies.add((int) in.varint(Ring.MAX_LISTED, "a number of slots"));
            }
            resizings.add(new Resizing(bucket, read, write, copies));
        }
        return resizings;
    }

    static List<NodeId> readNodes(ByteReader in, List<Member> members, String what) {
        int count = in.count(1, what);
        List<NodeId> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = in.offset();
            long place = in.varint();
            if (place < 0 || place >= members.size()) {
                throw new MalformedBytesException(
                        Kind.NOT_CANONICAL,
                        "member " + Long.toUnsignedString(place) + " among the " + what,
                        at,
                        "one of the " + members.size() + " members");
            }
            nodes.add(members.get((int) place).id());
        }
        return nodes;
    }
}
