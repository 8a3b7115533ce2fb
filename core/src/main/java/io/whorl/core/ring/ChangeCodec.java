package io.whorl.core.ring;

import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.MalformedBytesException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of changes, for messages.
 *
 * <pre>
 * change  = u8 format (1) | u8 kind, 1 to 19 in the order of the cases below | its parts in their order
 * node    = i64        member = as in {@link ClusterStateCodec}        options = as in {@link BucketCodec}
 * move id = varint partition | varint epoch                                retired = varint partition | varint epoch
 * </pre>
 *
 * Kind 15 is read, and no longer written: it is kind 19 of former holders that do not say as of which epoch.
 */
final class ChangeCodec {
    private static final int FORMAT = 1;
    private static final int MIN_MOVE_BYTES = 2;

    private ChangeCodec() {}

    static byte[] encode(Change change) {
        ByteWriter out = new ByteWriter();
        out.u8(FORMAT);
        if (change instanceof Change.CreateBucket create) {
            out.u8(1).text(create.name());
            BucketCodec.write(out, create.options());
        } else if (change instanceof Change.ChangeBucket changeBucket) {
            out.u8(2).text(changeBucket.name());
            BucketCodec.write(out, changeBucket.options());
        } else if (change instanceof Change.DropBucket drop) {
            out.u8(3).varint(drop.number());
        } else if (change instanceof Change.Admit admit) {
            ClusterStateCodec.write(out.u8(4), admit.member());
            out.u8(admit.replaced().isPresent() ? 1 : 0);
            admit.replaced().ifPresent(replaced -> out.i64(replaced.value()));
        } else if (change instanceof Change.Relocate relocate) {
            out.u8(5).i64(relocate.node().value());
            out.text(relocate.address().host()).varint(relocate.address().port());
        } else if (change instanceof Change.Reweigh reweigh) {
            out.u8(6).i64(reweigh.node().value()).varint(reweigh.weight());
        } else if (change instanceof Change.Leave leave) {
            out.u8(7).i64(leave.node().value());
        } else if (change instanceof Change.Left left) {
            out.u8(8).i64(left.node().value());
        } else if (change instanceof Change.Remove remove) {
            out.u8(9).i64(remove.node().value());
        } else if (change instanceof Change.Replace replace) {
            out.u8(10).i64(replace.lost().value()).i64(replace.by().value());
        } else {
            encodeMoves(out, change);
        }
        return out.toByteArray();
    }

    private static void encodeMoves(ByteWriter out, Change change) {
        if (change instanceof Change.BeginMoves begin) {
            out.u8(11).i64(begin.driver().value()).varint(begin.most());
        } else if (change instanceof Change.ExcludeHolder exclude) {
            write(out.u8(12), exclude.move());
        } else if (change instanceof Change.FinishMoves finish) {
            out.u8(13).varint(finish.moves().size());
            finish.moves().forEach(move -> write(out, move));
        } else if (change instanceof Change.AbortMove abort) {
            write(out.u8(14), abort.move());
        } else if (change instanceof Change.Dropped dropped) {
            out.u8(19).i64(dropped.node().value()).varint(dropped.slots().size());
            dropped.slots().forEach(slot -> out.varint(slot.partition()).varint(slot.changed()));
        } else {
            encodeClosings(out, change);
        }
    }

    private static void encodeClosings(ByteWriter out, Change change) {
        if (change instanceof Change.FreezeRuns freeze) {
            Closings.writeRuns(out.u8(16), freeze.runs());
            Closings.writeNodes(out, freeze.members());
        } else if (change instanceof Change.CloseRuns close) {
            out.u8(17).varint(close.number());
        } else if (change instanceof Change.LiftFreeze lift) {
            out.u8(18).varint(lift.number());
        } else {
            throw new IllegalArgumentException("a change of no known kind: " + change);
        }
    }

    private static void write(ByteWriter out, Change.MoveId move) {
        out.varint(move.partition()).varint(move.begun());
    }

    static Change decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int format = in.u8();
        if (format != FORMAT) {
            throw new MalformedBytesException(Kind.UNKNOWN_FORMAT, "change format " + format, 0, "format " + FORMAT);
        }
        Change change;
        try {
            change = read(in);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException(
                    Kind.NOT_CANONICAL, "a part that breaks a rule (" + e.getMessage() + ")", in.offset(), "a change");
        }
        in.expectEnd();
        return change;
    }

    private static Change read(ByteReader in) {
        int at = in.offset();
        int kind = in.u8();
        return switch (kind) {
            case 1 -> new Change.CreateBucket(in.text(), BucketCodec.readOptions(in));
            case 2 -> new Change.ChangeBucket(in.text(), BucketCodec.readOptions(in));
            case 3 -> new Change.DropBucket(in.varint(Long.MAX_VALUE, "a bucket number"));
            case 4 ->
                new Change.Admit(
                        ClusterStateCodec.readMember(in), in.u8() == 0 ? Optional.empty() : Optional.of(node(in)));
            case 5 ->
                new Change.Relocate(node(in), new Address(in.text(), (int) in.varint(Address.MAX_PORT, "a port")));
            case 6 -> new Change.Reweigh(node(in), (int) in.varint(Integer.MAX_VALUE, "a weight"));
            case 7 -> new Change.Leave(node(in));
            case 8 -> new Change.Left(node(in));
            case 9 -> new Change.Remove(node(in));
            case 10 -> new Change.Replace(node(in), node(in));
            case 11 -> new Change.BeginMoves(node(in), (int) in.varint(Integer.MAX_VALUE, "a number of moves"));
            case 12 -> new Change.ExcludeHolder(move(in));
            case 13 -> new Change.FinishMoves(moves(in));
            case 14 -> new Change.AbortMove(move(in));
            case 15 -> new Change.Dropped(node(in), partitions(in));
            case 16 -> new Change.FreezeRuns(Closings.readRuns(in), Closings.readNodes(in));
            case 17 -> new Change.CloseRuns(in.varint(Long.MAX_VALUE, "an epoch"));
            case 18 -> new Change.LiftFreeze(in.varint(Long.MAX_VALUE, "an epoch"));
            case 19 -> new Change.Dropped(node(in), retired(in));
            default ->
                throw new MalformedBytesException(Kind.UNKNOWN_FORMAT, "a change of kind " + kind, at, "kinds 1 to 19");
        };
    }

    private static NodeId node(ByteReader in) {
        return new NodeId(in.i64());
    }

    private static Change.MoveId move(ByteReader in) {
        return new Change.MoveId(partition(in), in.varint(Long.MAX_VALUE, "an epoch"));
    }

    private static int partition(ByteReader in) {
        return (int) in.varint(Ring.MAX_PARTITIONS - 1, "a partition");
    }

    private static List<Change.MoveId> moves(ByteReader in) {
        int count = in.count(MIN_MOVE_BYTES, "moves");
        List<Change.MoveId> moves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            moves.add(move(in));
        }
        return moves;
    }

    private static List<Change.Retired> partitions(ByteReader in) {
        int count = in.count(1, "partitions");
        List<Change.Retired> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(new Change.Retired(partition(in), 0));
        }
        return slots;
    }

    private static List<Change.Retired> retired(ByteReader in) {
        int count = in.count(MIN_MOVE_BYTES, "partitions");
        List<Change.Retired> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(new Change.Retired(partition(in), in.varint(Long.MAX_VALUE, "an epoch")));
        }
        return slots;
    }
}
