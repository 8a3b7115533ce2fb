package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whorl.api.BucketOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
    private static final ClusterId ID = new ClusterId(42);
    private static final BucketOptions DEFAULTS = BucketOptions.defaults();
    private static final BucketOptions FIVE =
            BucketOptions.builder().replicas(5).build();

    private final List<Member> members = RingFixtures.members(3, new SplittableRandom(1));
    private final NodeId founder = members.get(1).id();
    private final ClusterState founded =
            ClusterState.found(ID, "shop", members, 16, founder, List.of(new BucketDefinition(1, "carts", DEFAULTS)));

    @Test
    void founding_makes_epoch_one_with_the_planned_ring_and_the_founder_as_voter() {
        assertThat(founded.epoch()).isEqualTo(1);
        assertThat(founded.id()).isEqualTo(ID);
        assertThat(founded.name()).isEqualTo("shop");
        assertThat(founded.ring()).isEqualTo(Placement.plan(members, 16, Optional.empty()));
        assertThat(founded.voters()).containsExactly(founder);
        assertThat(founded.members()).containsExactlyInAnyOrderElementsOf(members);
    }

    @Test
    void the_order_in_which_parts_are_given_does_not_matter() {
        List<Member> reversed = new ArrayList<>(members);
        Collections.reverse(reversed);
        ClusterState other = ClusterState.found(
                ID, "shop", reversed, 16, founder, List.of(new BucketDefinition(1, "carts", DEFAULTS)));
        assertThat(other).isEqualTo(founded).hasSameHashCodeAs(founded);
        assertThat(other.encode()).isEqualTo(founded.encode());
    }

    @Test
    void members_and_buckets_are_found() {
        assertThat(founded.member(founder)).contains(members.get(1));
        assertThat(founded.member(new NodeId(2))).isEmpty();
        assertThat(founded.bucket("carts")).contains(new BucketDefinition(1, "carts", DEFAULTS));
        assertThat(founded.bucket(1)).isEqualTo(founded.bucket("carts"));
        assertThat(founded.bucket("Carts")).isEmpty();
        assertThat(founded.bucket(2)).isEmpty();
    }

    @Test
    void a_created_bucket_takes_the_next_epoch_as_its_number() {
        ClusterState second = founded.createBucket("sessions", FIVE);
        ClusterState third = second.createBucket("flags", DEFAULTS);
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(third.epoch()).isEqualTo(3);
        assertThat(third.buckets())
                .containsExactly(
                        new BucketDefinition(1, "carts", DEFAULTS),
                        new BucketDefinition(2, "sessions", FIVE),
                        new BucketDefinition(3, "flags", DEFAULTS));
        assertThat(third.ring()).isEqualTo(founded.ring());
        assertThat(founded.buckets()).hasSize(1);
    }

    @Test
    void creating_a_bucket_again_with_equal_options_changes_nothing() {
        ClusterState second = founded.createBucket("sessions", FIVE);
        assertThat(second.createBucket(
                        "sessions", BucketOptions.builder().replicas(5).build()))
                .isSameAs(second);
    }

    @Test
    void creating_a_bucket_again_with_other_options_is_refused() {
        assertThatThrownBy(() -> founded.createBucket("carts", FIVE))
                .isInstanceOfSatisfying(BucketExistsException.class, refusal -> {
                    assertThat(refusal.existing()).isEqualTo(new BucketDefinition(1, "carts", DEFAULTS));
                    assertThat(refusal.demanded()).isEqualTo(FIVE);
                })
                .hasMessageContaining("\"carts\"")
                .hasMessageContaining("replicas=3")
                .hasMessageContaining("replicas=5");
    }

    @Test
    void a_bucket_of_a_bad_name_is_refused() {
        assertThatThrownBy(() -> founded.createBucket("a b", DEFAULTS)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void two_buckets_cannot_share_the_first_epoch() {
        assertThatThrownBy(() ->
                        found("shop", new BucketDefinition(1, "a", DEFAULTS), new BucketDefinition(1, "b", DEFAULTS)))
                .hasMessageContaining("no two buckets have one number");
        assertThatThrownBy(() ->
                        found("shop", new BucketDefinition(1, "a", DEFAULTS), new BucketDefinition(2, "b", DEFAULTS)))
                .hasMessageContaining("of an epoch after 1");
    }

    @Test
    void parts_that_do_not_agree_are_refused() {
        Member stranger = RingFixtures.members(1, new SplittableRandom(99)).get(0);
        Ring ring = founded.ring();
        assertThatThrownBy(() -> found("a b")).hasMessageContaining("cluster name");
        assertThatThrownBy(() -> ClusterState.found(ID, "shop", members, 16, stranger.id(), List.of()))
                .hasMessageContaining("voter " + stranger.id() + " is no member");
        assertThatThrownBy(() -> ClusterState.found(ID, "shop", members, 10, founder, List.of()))
                .hasMessageContaining("power of two");
        assertThatThrownBy(() -> ClusterState.found(ID, "shop", List.of(), 16, founder, List.of()))
                .hasMessageContaining("at least one member");
        assertThatThrownBy(() -> state(0, members, List.of(), List.of(founder), ring))
                .hasMessageContaining("at least 1, not 0");
        assertThatThrownBy(() -> state(1, members, List.of(), List.of(), ring)).hasMessageContaining("voter");
        assertThatThrownBy(() -> state(1, members, List.of(), List.of(founder, founder), ring))
                .hasMessageContaining("voters");
        assertThatThrownBy(() -> state(1, members.subList(0, 2), List.of(), List.of(founder), ring))
                .hasMessageContaining("owner in the ring");
        assertThatThrownBy(() -> state(
                        3,
                        members,
                        List.of(new BucketDefinition(1, "a", DEFAULTS), new BucketDefinition(2, "a", FIVE)),
                        List.of(founder),
                        ring))
                .hasMessageContaining("no two buckets have one name");
    }

    private ClusterState found(String name, BucketDefinition... initial) {
        return ClusterState.found(ID, name, members, 16, founder, List.of(initial));
    }

    private static ClusterState state(
            long epoch, List<Member> members, List<BucketDefinition> buckets, List<NodeId> voters, Ring ring) {
        return new ClusterState(ID, "shop", epoch, members, buckets, ring, voters);
    }
}
