package io.whorl.core.closing;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.ring.NodeId;
import io.whorl.core.ring.ReplicaId;
import io.whorl.core.version.Actor;
import io.whorl.core.version.ClosedRuns;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Generators;
import io.whorl.core.version.Record;
import io.whorl.core.version.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the messages of puts and gets say of closings. */
class ResolutionTest {
    private static final ReplicaId REPLICA = new ReplicaId(1, 2);
    private static final byte[] KEY = {1};
    private static final int CLOSINGS = 5;

    @Test
    void the_newest_closing_of_a_message_is_that_of_any_set_in_it() {
        for (int seed = 0; seed < 2_000; seed++) {
            Generators generators = new Generators(seed);
            for (Message message : messages(generators)) {
                assertThat(Resolution.newest(message))
                        .as("seed %d: %s", seed, message.getClass())
                        .isEqualTo(Resolution.newestOfAll(message));
            }
        }
    }

    @Test
    void finds_a_closing_wherever_it_is() {
        DotSet closed = DotSet.closedAsOf(3, table());
        DotSet none = DotSet.empty();
        Record says = new Record(List.of(), closed);
        assertThat(Resolution.newest(replicate(says, none, none))).isEqualTo(3);
        assertThat(Resolution.newest(replicate(Record.empty(), closed, none))).isEqualTo(3);
        assertThat(Resolution.newest(replicate(Record.empty(), none, closed))).isEqualTo(3);
        assertThat(Resolution.newest(replicate(Record.empty(), none, none))).isZero();
    }

    private static List<Message> messages(Generators generators) {
        Record record = new Record(generators.record().siblings(), set(generators));
        return List.of(
                replicate(record, set(generators), set(generators)),
                new ReplicaMessage.ReadAnswer(1, REPLICA, record, set(generators)),
                new HintMessage.Keep(1, REPLICA, 2, new NodeId(3), KEY, record, set(generators), set(generators), 4),
                new ReplicaMessage.Read(1, REPLICA, 2, KEY, true, false, 3),
                new ReplicaMessage.Acknowledge(1, REPLICA));
    }

    private static ReplicaMessage.Replicate replicate(Record record, DotSet bases, DotSet announced) {
        return new ReplicaMessage.Replicate(1, REPLICA, 2, KEY, record, bases, announced, 3);
    }

    private static DotSet set(Generators generators) {
        DotSet open = DotSet.of(
                new Dot(new Actor(99, 0, Role.REPLICA), 1 + generators.random().nextInt(9)));
        return generators.chance(0.5)
                ? open
                : open.join(DotSet.closedAsOf(1 + generators.random().nextInt(CLOSINGS), table()));
    }

    private static ClosedRuns table() {
        ClosedRuns table = ClosedRuns.none();
        for (long number = 1; number <= CLOSINGS; number++) {
            table = table.with(number, List.of(number));
        }
        return table;
    }
}
