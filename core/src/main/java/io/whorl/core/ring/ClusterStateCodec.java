package io.whorl.core.ring;

import io.whorl.core.version.ByteReader;
import io.whorl.core.version.ByteWriter;
import io.whorl.core.version.MalformedBytesException;
import io.whorl.core.version.MalformedBytesException.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of cluster states.
 *
 * <pre>
 * state  = u8 format (2) | i64 cluster id | i64 line | text name | varint epoch
 *        | varint members | member … ascending by id
 *        | varint removed | i64 node …
 *        | varint buckets | bucket … ascending by number   ({@link BucketCodec})
 *        | layout   ({@link LayoutCodec})
 *        | varint voters | place … ascending
 *        | nothing more where no run was ever closed or frozen; else
 *          closed runs   (as in {@link io.whorl.core.version.ClosedRuns#write})
 *        | u8 1 if runs are frozen: varint epoch | varint runs | i64 run … | varint members | i64 node …; else 0
 * member = i64 id | text host | varint port | text zone | varint weight | u8 status (0 active, 1 leaving, 2 removed)
 * place  = varint, the member's place in the list above, from 0
 * </pre>
 *
 * <p>Only what {@code encode} writes is decoded; bytes that say the same in another way are refused.
 */
final class ClusterStateCodec {
    private static final int FORMAT = 2;
    private static final int MIN_MEMBER_BYTES = 14;
    private static final int NODE_BYTES = 8;
    private static final Member.Status[] STATUSES = Member.Status.values();

    private ClusterStateCodec() {}

    static byte[] encode(ClusterState state) {
        Map<NodeId, Integer> places = new LinkedHashMap<>();
        ByteWriter out = new ByteWriter(4 * state.ring().partitions() + 256);
        out.u8(FORMAT)
                .i64(state.id().value())
                .i64(state.line())
                .text(state.name())
                .varint(state.epoch());
        out.varint(state.members().size());
        for (Member member : state.members()) {
            places.put(member.id(), places.size());
            write(out, member);
        }
        out.varint(state.removed().size());
        state.removed().forEach(node -> out.i64(node.value()));
        out.varint(state.buckets().size());
        for (BucketDefinition bucket : state.buckets()) {
            BucketCodec.write(out, bucket);
        }
        LayoutCodec.write(out, state.layout(), places);
        LayoutCodec.write(out, state.voters(), places);
        if (!state.closings().equals(Closings.NONE)) {
            state.closings().write(out);
        }
        return out.toByteArray();
    }

    static ClusterState decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int format = in.u8();
        if (format != FORMAT) {
            throw new MalformedBytesException(
                    Kind.UNKNOWN_FORMAT, "cluster state format " + format, 0, "format " + FORMAT);
        }
        ClusterState state;
        try {
            state = read(in);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException(
                    Kind.NOT_CANONICAL, "a part that breaks a rule (" + e.getMessage() + ")", in.offset(), "a state");
        }
        in.expectEnd();
        int difference = Arrays.mismatch(bytes, encode(state));
        if (difference >= 0) {
            throw new MalformedBytesException(
                    Kind.NOT_CANONICAL, "another spelling of a cluster state", difference, "its canonical bytes");
        }
        return state;
    }

    private static ClusterState read(ByteReader in) {
        ClusterId id = new ClusterId(in.i64());
        long line = in.i64();
        String name = in.text();
        long epoch = in.varint(Long.MAX_VALUE, "an epoch");
        int memberCount = in.count(MIN_MEMBER_BYTES, "members");
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < memberCount; i++) {
            members.add(readMember(in));
        }
        int removedCount = in.count(NODE_BYTES, "removed nodes");
        List<NodeId> removed = new ArrayList<>();
        for (int i = 0; i < removedCount; i++) {
            removed.add(new NodeId(in.i64()));
        }
        int bucketCount = in.count(BucketCodec.MIN_BUCKET_BYTES, "buckets");
        List<BucketDefinition> buckets = new ArrayList<>();
        for (int i = 0; i < bucketCount; i++) {
            buckets.add(BucketCodec.read(in));
        }
        Layout layout = LayoutCodec.read(in, members);
        List<NodeId> voters = LayoutCodec.readNodes(in, members, "voters");
        Closings closings = in.remaining() == 0 ? Closings.NONE : Closings.read(in);
        return new ClusterState(id, line, name, epoch, members, removed, buckets, layout, voters, closings);
    }

    static void write(ByteWriter out, Member member) {
        out.i64(member.id().value())
                .text(member.address().host())
                .varint(member.address().port())
                .text(member.zone())
                .varint(member.weight())
                .u8(member.status().ordinal());
    }

    static Member readMember(ByteReader in) {
        NodeId id = new NodeId(in.i64());
        String host = in.text();
        Address address = new Address(host, (int) in.varint(Address.MAX_PORT, "a port"));
        String zone = in.text();
        int weight = (int) in.varint(Member.MAX_WEIGHT, "a weight");
        int at = in.offset();
        int status = in.u8();
        if (status >= STATUSES.length) {
            throw new MalformedBytesException(Kind.UNKNOWN_FORMAT, "a status of code " + status, at, "0 to 2");
        }
        return new Member(id, address, zone, weight, STATUSES[status]);
    }
}
