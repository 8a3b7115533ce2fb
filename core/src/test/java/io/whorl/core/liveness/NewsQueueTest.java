package io.whorl.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.message.LivenessMessage.News;
import io.whorl.core.message.LivenessMessage.Status;
import io.whorl.core.ring.NodeId;
import org.junit.jupiter.api.Test;

class NewsQueueTest {
    private static final NodeId NOBODY = new NodeId(99);
    private final NewsQueue queue = new NewsQueue();

    private static News news(int member, long incarnation, Status status, int by) {
        return new News(new NodeId(member), 7, incarnation, status, new NodeId(by));
    }

    @Test
    void tells_each_piece_a_bounded_number_of_times_and_the_least_told_first() {
        queue.add(news(1, 0, Status.SUSPECT, 1));
        assertThat(queue.take(1, 3, NOBODY)).hasSize(1);
        queue.add(news(2, 0, Status.SUSPECT, 1));
        assertThat(queue.take(1, 3, NOBODY)).containsExactly(news(2, 0, Status.SUSPECT, 1));
        int told = 2;
        while (queue.size() > 0) {
            told += queue.take(1, 3, NOBODY).size();
        }
        assertThat(told).isEqualTo(6);
    }

    @Test
    void what_is_settled_is_not_told_any_more() {
        queue.add(news(1, 0, Status.SUSPECT, 1));
        queue.add(news(1, 0, Status.SUSPECT, 2));
        assertThat(queue.size()).as("two findings").isEqualTo(2);
        queue.add(news(1, 1, Status.ALIVE, 1));
        assertThat(queue.take(9, 3, NOBODY)).containsExactly(news(1, 1, Status.ALIVE, 1));
        queue.add(news(1, 1, Status.SUSPECT, 3));
        assertThat(queue.size()).isEqualTo(1);
        queue.forget(new NodeId(1));
        assertThat(queue.size()).isZero();
    }

    @Test
    void tells_nobody_about_himself() {
        queue.add(news(1, 0, Status.DEAD, 2));
        assertThat(queue.take(9, 3, new NodeId(1))).isEmpty();
        assertThat(queue.size()).isEqualTo(1);
    }
}
