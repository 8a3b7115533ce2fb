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
            ClusterState.found(ID, "shop", members, 16, List.of(new BucketDefinition(1, "carts", DEFAULTS)));

    @Test
    void founding_makes_epoch_one_with_the_planned_ring_and_an_odd_number_of_voters() {
        assertThat(founded.epoch()).isEqualTo(1);
        assertThat(founded.id()).isEqualTo(ID);
        assertThat(founded.name()).isEqualTo("shop");
        assertThat(founded.ring()).isEqualTo(Placement.plan(members, 16, Optional.empty()));
        assertThat(founded.voters()).isEqualTo(Voters.choose(members, List.of()));
        assertThat(founded.members()).containsExactlyInAnyOrderElementsOf(members);
    }

    @Test
    void the_order_in_which_parts_are_given_does_not_matter() {
        List<Member> reversed = new ArrayList<>(members);
        Collections.reverse(reversed);
        ClusterState other =
                ClusterState.found(ID, "shop", reversed, 16, List.of(new BucketDefinition(1, "carts", DEFAULTS)));
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
        ClusterState second =
                founded.after(new Change.CreateBucket("sessions", FIVE)).state();
        ClusterState third =
                second.after(new Change.CreateBucket("flags", DEFAULTS)).state();
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
        ClusterState second =
                founded.after(new Change.CreateBucket("sessions", FIVE)).state();
        assertThat(second.after(new Change.CreateBucket(
                                "sessions", BucketOptions.builder().replicas(5).build()))
                        .state())
                .isSameAs(second);
    }

    @Test
    void creating_a_bucket_again_with_other_options_is_refused() {
        Change.Result result = founded.after(new Change.CreateBucket("carts", FIVE));
        assertThat(result.state()).isSameAs(founded);
        assertThat(result.judgement()).isInstanceOfSatisfying(Change.Refused.class, refused -> {
            assertThat(refused.why()).isEqualTo(Change.Why.MISMATCH);
            assertThat(refused.reason()).contains("'carts'", "replicas=3", "replicas=5");
        });
    }

    @Test
    void a_bucket_of_a_bad_name_is_refused() {
        assertThat(founded.after(new Change.CreateBucket("a b", DEFAULTS)).judgement())
                .isInstanceOfSatisfying(
                        Change.Refused.class,
                        refused -> assertThat(refused.why()).isEqualTo(Change.Why.INVALID));
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
        assertThatThrownBy(() -> state(1, members, List.of(), List.of(stranger.id()), ring))
                .hasMessageContaining("voter " + stranger.id() + " is no member");
        assertThatThrownBy(() -> ClusterState.found(ID, "shop", members, 10, List.of()))
                .hasMessageContaining("power of two");
        assertThatThrownBy(() -> ClusterState.found(ID, "shop", List.of(), 16, List.of()))
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
        return ClusterState.found(ID, name, members, 16, List.of(initial));
    }

    private static ClusterState state(
            long epoch, List<Member> members, List<BucketDefinition> buckets, List<NodeId> voters, Ring ring) {
        return new ClusterState(ID, 0, "shop", epoch, members, List.of(), buckets, Layout.atRest(ring, 1), voters);
    }
}
