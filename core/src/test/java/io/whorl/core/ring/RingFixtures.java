package io.whorl.core.ring;

import io.whorl.api.BucketOptions;
import io.whorl.api.Conflicts;
import io.whorl.api.Durability;
import io.whorl.api.Quorums;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Seeded members and cluster states for the tests of this package. */
final class RingFixtures {
    private RingFixtures() {}

    static List<Member> members(int count, SplittableRandom random) {
        TreeSet<NodeId> ids = new TreeSet<>();
        List<Member> members = new ArrayList<>();
        while (members.size() < count) {
            NodeId id = new NodeId(random.nextLong() | 1);
            if (ids.add(id)) {
                members.add(Member.of(id, new Address("node-" + members.size() + ".test", 7701)));
            }
        }
        return members;
    }

    /** Members with up to six zones, sometimes none, where some name none at times, and weights that differ up to tenfold. */
    static List<Member> placedMembers(int count, SplittableRandom random) {
        int zones = random.nextInt(7);
        boolean allNameOne = random.nextInt(4) > 0;
        int weights = random.nextBoolean() ? 1 : random.nextInt(2, 11);
        List<Member> members = new ArrayList<>();
        for (Member plain : members(count, random)) {
            boolean namesOne = zones > 0 && (allNameOne || random.nextInt(4) > 0);
            String zone = namesOne ? "zone-" + random.nextInt(zones) : "";
            members.add(placed(plain, zone, random.nextInt(1, weights + 1)));
        }
        return members;
    }

    static Member placed(Member member, String zone, int weight) {
        return new Member(member.id(), member.address(), zone, weight, member.status());
    }

    static Owners anyOwners(SplittableRandom random) {
        return Owners.of(placedMembers(random.nextInt(1, 20), random));
    }

    /** Owners by zone, weight, zone, weight and so on. */
    static Owners owners(Object... zonesAndWeights) {
        List<Member> members = members(zonesAndWeights.length / 2, new SplittableRandom(4));
        for (int i = 0; i < members.size(); i++) {
            members.set(
                    i, placed(members.get(i), (String) zonesAndWeights[2 * i], (Integer) zonesAndWeights[2 * i + 1]));
        }
        return Owners.of(members);
    }

    static ClusterState anyState(SplittableRandom random) {
        List<Member> members = new ArrayList<>();
        for (Member plain : members(random.nextInt(1, 9), random)) {
            String zone = random.nextBoolean() ? "" : "zone-" + random.nextInt(3);
            members.add(new Member(plain.id(), plain.address(), zone, random.nextInt(1, 1_001), Member.Status.ACTIVE));
        }
        NodeId founder = members.get(random.nextInt(members.size())).id();
        List<BucketDefinition> initial =
                random.nextBoolean() ? List.of() : List.of(new BucketDefinition(1, "default", anyOptions(random)));
        ClusterState state = ClusterState.found(
                new ClusterId(random.nextLong() | 1),
                "cluster-" + random.nextInt(100),
                members,
                1 << random.nextInt(7),
                initial);
        for (int i = random.nextInt(4); i > 0; i--) {
            state = state.after(new Change.CreateBucket("bucket_" + i, anyOptions(random)))
                    .state();
        }
        return state;
    }

    /** A former holder has dropped what it had of a partition, and knows this state. */
    static Change.Dropped dropped(ClusterState state, NodeId node, int partition) {
        long changed = state.layout().changed(partition);
        return new Change.Dropped(node, List.of(new Change.Retired(partition, changed)));
    }

    static BucketOptions anyOptions(SplittableRandom random) {
        int replicas = random.nextInt(1, BucketOptions.MAX_REPLICAS + 1);
        return new BucketOptions(
                replicas,
                random.nextInt(1, replicas + 1),
                random.nextInt(1, replicas + 1),
                random.nextBoolean() ? Conflicts.SIBLINGS : Conflicts.LAST_WRITE_WINS,
                random.nextBoolean() ? Durability.ASYNC : Durability.FSYNC,
                random.nextBoolean() ? Quorums.SLOPPY : Quorums.STRICT);
    }
}
