package io.whorl.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharesTest {

    @Test
    void shares_are_the_weights_where_nothing_limits_them() {
        Owners owners = RingFixtures.owners("", 1, "", 2, "", 3, "", 4);
        Shares shares = Shares.of(owners, 1, 100);
        assertThat(least(shares, owners)).containsExactlyInAnyOrder(10, 20, 30, 40);
        assertThat(most(shares, owners)).containsExactlyInAnyOrder(10, 20, 30, 40);
    }

    @Test
    void a_weight_cannot_force_two_replicas_of_a_partition_on_a_node() {
        Owners owners = RingFixtures.owners("", 1_000, "", 1, "", 1);
        assertThat(least(Shares.of(owners, 2, 64), owners)).containsExactlyInAnyOrder(64, 32, 32);
        assertThat(least(Shares.of(owners, 3, 64), owners)).containsExactlyInAnyOrder(64, 64, 64);
    }

    @Test
    void a_zone_cannot_have_two_replicas_of_a_partition_if_there_are_enough_zones() {
        Owners owners = RingFixtures.owners("a", 1, "a", 3, "b", 1, "c", 1);
        assertThat(least(Shares.of(owners, 3, 64), owners)).containsExactlyInAnyOrder(16, 48, 64, 64);
        // At N = 2 zone a would have four sixths of 128: it has 64, and the others share the other 64.
        assertThat(least(Shares.of(owners, 2, 64), owners)).containsExactlyInAnyOrder(16, 48, 32, 32);
        assertThat(least(Shares.of(owners, 1, 60), owners)).containsExactlyInAnyOrder(10, 30, 10, 10);
    }

    @Test
    void a_zone_has_at_least_one_replica_of_a_partition_if_there_are_fewer_zones() {
        Owners owners = RingFixtures.owners("a", 1, "b", 5, "b", 5, "b", 5);
        assertThat(least(Shares.of(owners, 3, 60), owners)).containsExactlyInAnyOrder(60, 40, 40, 40);
    }

    @Test
    void shares_satisfy_the_definition() {
        SplittableRandom random = new SplittableRandom(1);
        for (int seed = 0; seed < 3_000; seed++) {
            Owners owners = RingFixtures.anyOwners(random);
            int partitions = 1 << random.nextInt(11);
            for (int n = 1; n <= Math.min(Placement.BALANCED_RANKS, owners.count()); n++) {
                double[] fair = fairShares(owners, n, partitions);
                Shares shares = Shares.of(owners, n, partitions);
                for (int node = 0; node < owners.count(); node++) {
                    assertThat(shares.most(node) - shares.least(node)).isBetween(0, 1);
                    double middle = (shares.least(node) + shares.most(node)) / 2.0;
                    assertThat(fair[node]).isCloseTo(middle, within(0.501));
                }
            }
        }
    }

    @Test
    void no_share_shrinks_as_n_grows() {
        SplittableRandom random = new SplittableRandom(2);
        for (int seed = 0; seed < 3_000; seed++) {
            Owners owners = RingFixtures.anyOwners(random);
            for (int n = 2; n <= Math.min(Placement.BALANCED_RANKS, owners.count()); n++) {
                Shares fewer = Shares.of(owners, n - 1, 256);
                Shares more = Shares.of(owners, n, 256);
                for (int node = 0; node < owners.count(); node++) {
                    assertThat(more.least(node)).isGreaterThanOrEqualTo(fewer.least(node));
                    assertThat(more.most(node)).isGreaterThanOrEqualTo(fewer.most(node));
                }
            }
        }
    }

    /** The definition in Shares, another way: levels found by bisection. */
    private static double[] fairShares(Owners owners, int n, int partitions) {
        double[] zoneSlots = new double[owners.zoneCount()];
        bisect(1e7, (double) n * partitions, level -> {
            double sum = 0;
            for (int zone = 0; zone < zoneSlots.length; zone++) {
                double wanted = ofZone(owners, zone, level, partitions);
                zoneSlots[zone] = n <= zoneSlots.length ? Math.min(partitions, wanted) : Math.max(partitions, wanted);
                sum += zoneSlots[zone];
            }
            return sum;
        });
        double[] fair = new double[owners.count()];
        for (int zone = 0; zone < zoneSlots.length; zone++) {
            int ours = zone;
            double level = bisect(1e7, zoneSlots[zone], candidate -> ofZone(owners, ours, candidate, partitions));
            for (int node = 0; node < fair.length; node++) {
                if (owners.zone(node) == zone) {
                    fair[node] = Math.min(partitions, level * owners.weight(node));
                }
            }
        }
        return fair;
    }

    private static double ofZone(Owners owners, int zone, double level, int partitions) {
        double sum = 0;
        for (int node = 0; node < owners.count(); node++) {
            sum += owners.zone(node) == zone ? Math.min(partitions, level * owners.weight(node)) : 0;
        }
        return sum;
    }

    private static double bisect(double high, double target, DoubleUnaryOperator rising) {
        double low = 0;
        double up = high;
        for (int step = 0; step < 100; step++) {
            double middle = (low + up) / 2;
            if (rising.applyAsDouble(middle) < target) {
                low = middle;
            } else {
                up = middle;
            }
        }
        rising.applyAsDouble(up);
        return up;
    }

    private static List<Integer> least(Shares shares, Owners owners) {
        return IntStream.range(0, owners.count()).map(shares::least).boxed().toList();
    }

    private static List<Integer> most(Shares shares, Owners owners) {
        return IntStream.range(0, owners.count()).map(shares::most).boxed().toList();
    }
}
