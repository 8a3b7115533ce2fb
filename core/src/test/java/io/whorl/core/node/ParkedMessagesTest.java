package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import org.junit.jupiter.api.Test;

class ParkedMessagesTest {
    private static final NodeId PEER = new NodeId(1);
    private static final ReplicaId ID = new ReplicaId(1, 0);

    private static ParkedMessages.Parked read(long epoch, long since, long timeout) {
        return new ParkedMessages.Parked(
                PEER,
                7,
                epoch,
                0,
                new ReplicaMessage.Read(1, ID, 2, new byte[10], true, true, timeout),
                since,
                Runnable::run);
    }

    @Test
    void each_message_keeps_the_epoch_that_it_was_made_in_and_its_turn() {
        ParkedMessages parked = new ParkedMessages(1_000_000);
        assertThat(parked.park(read(5, 0, 100), 0)).isTrue();
        assertThat(parked.park(read(9, 1, 100), 1)).isTrue();
        assertThat(parked.takeAll().stream().map(ParkedMessages.Parked::epoch)).containsExactly(5L, 9L);
        assertThat(parked.takeAll()).isEmpty();
    }

    @Test
    void there_is_room_for_so_many_bytes_and_what_nobody_waits_for_any_more_makes_room() {
        ParkedMessages parked = new ParkedMessages(1_000);
        int count = 0;
        while (parked.park(read(5, 0, 100), 0)) {
            count++;
        }
        assertThat(count).isBetween(2, 4);
        assertThat(parked.park(read(5, 99, 100), 99)).isFalse();
        assertThat(parked.park(read(6, 100, 100), 100)).isTrue();
        assertThat(parked.takeAll().stream().map(ParkedMessages.Parked::epoch)).containsExactly(6L);
    }

    @Test
    void there_is_room_for_so_many_messages() {
        ParkedMessages parked = new ParkedMessages(Long.MAX_VALUE);
        int count = 0;
        while (parked.park(read(5, 0, 0), 1_000)) {
            count++;
        }
        assertThat(count).isEqualTo(1_024);
    }
}
