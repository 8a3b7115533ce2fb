package io.whorl.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UrgencyTest {

    @Test
    void every_kind_of_message_to_a_lane_has_its_place() {
        List<Class<?>> kinds = new ArrayList<>();
        collect(ReplicaMessage.class, kinds);
        collect(RepairMessage.class, kinds);
        assertThat(kinds)
                .as("messages that Urgency does not know: say how long each can wait")
                .isNotEmpty()
                .allSatisfy(kind -> assertThat(Urgency.ofKind(kind)).isNotNull());
    }

    private static void collect(Class<?> type, List<Class<?>> leaves) {
        if (type.isSealed()) {
            Stream.of(type.getPermittedSubclasses()).forEach(sub -> collect(sub, leaves));
        } else {
            leaves.add(type);
        }
    }

    @Test
    void a_record_that_nobody_waits_for_is_less_urgent_than_one_of_a_write() {
        assertThat(Urgency.of(replicate(0))).isEqualTo(Urgency.REPAIR);
        assertThat(Urgency.of(replicate(5))).isEqualTo(Urgency.CALLER);
    }

    private static ReplicaMessage replicate(long timeoutNanos) {
        return new ReplicaMessage.Replicate(
                1, new ReplicaId(1, 1), 2, new byte[1], Record.empty(), DotSet.empty(), DotSet.empty(), timeoutNanos);
    }

    @Test
    void callers_are_refused_last() {
        assertThat(Stream.of(Urgency.values()).map(Urgency::percent).toList()).isSorted();
        assertThat(Urgency.CALLER.percent()).isEqualTo(100);
    }
}
