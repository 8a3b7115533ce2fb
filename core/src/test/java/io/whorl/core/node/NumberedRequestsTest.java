package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.coordinate.Request;
import io.whorl.core.message.Failure;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ClusterState;
import io.whorl.core.ring.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NumberedRequestsTest {
    private static final long FORWARD = 1L << 62;

    /** A request that is told nothing. */
    private static final class Silent implements Request {
        @Override
        public void answered(NodeId from, ReplicaMessage answer) {}

        @Override
        public void disconnected(NodeId node) {}

        @Override
        public void slotsChanged(ClusterState state) {}

        @Override
        public void abort(Failure.Kind kind, String detail) {}
    }

    @Test
    void says_what_a_sorted_map_says_whatever_comes_and_goes() {
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            NumberedRequests requests = new NumberedRequests();
            TreeMap<Long, Request> model = new TreeMap<>();
            long next = 1;
            int most = random.nextInt(1, 400);
            for (int step = 0; step < 1_500; step++) {
                long known = 1 + random.nextLong(next);
                long number = random.nextBoolean() ? known : FORWARD | known;
                if (random.nextBoolean() && model.size() < most) {
                    long fresh = random.nextInt(4) == 0 ? FORWARD | next : next;
                    next++;
                    Request request = new Silent();
                    requests.put(fresh, request, Runnable::run);
                    model.put(fresh, request);
                } else {
                    assertThat(requests.remove(number)).isEqualTo(model.remove(number) != null);
                }
                assertThat(requests.get(number)).isSameAs(model.get(number));
                assertThat(requests.size()).isEqualTo(model.size());
            }
            assertThat(requests.inOrder().stream()
                            .map(NumberedRequests.Numbered::number)
                            .toList())
                    .containsExactlyElementsOf(model.keySet());
            for (Long number : model.keySet()) {
                assertThat(requests.get(number)).isSameAs(model.get(number));
            }
            requests.clear();
            assertThat(requests.inOrder()).isEmpty();
            List<Request> left = new ArrayList<>();
            model.keySet().forEach(number -> left.add(requests.get(number)));
            assertThat(left).allMatch(request -> request == null);
        }
    }

    @Test
    void no_request_has_the_number_of_none() {
        NumberedRequests requests = new NumberedRequests();
        assertThat(requests.get(0)).isNull();
        assertThat(requests.remove(0)).isFalse();
    }
}
