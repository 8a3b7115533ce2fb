package io.whorl.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Durability;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.ring.BucketDefinition;
import io.whorl.core.version.Actor;
import io.whorl.core.version.Dot;
import io.whorl.core.version.DotSet;
import io.whorl.core.version.Role;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventCheckTest {
    private static final int HOSTS = 3;

    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final History history = new History(kernel, violations, new Fleet());
    private final EventCheck check = new EventCheck(history, violations);
    private final KeyHistory key = new KeyHistory(new byte[] {'k'});
    private Durability durability = Durability.ASYNC;

    private WriteEvent put(WriteEvent... seen) {
        return event(new byte[] {1}, seen);
    }

    private WriteEvent delete(WriteEvent... seen) {
        return event(null, seen);
    }

    private WriteEvent event(byte[] value, WriteEvent... seen) {
        BucketOptions options = BucketOptions.builder().durability(durability).build();
        ClientRequest request = new ClientRequest(
                key.events.size() + 1,
                value == null ? ClientRequest.Kind.DELETE : ClientRequest.Kind.PUT,
                null,
                new BucketDefinition(1, "b", options),
                key.key,
                value,
                null,
                RequestOptions.of(0, 1),
                0);
        BitSet bits = new BitSet();
        for (WriteEvent each : seen) {
            bits.set(each.number);
            bits.or(each.seen);
        }
        Dot dot = new Dot(new Actor(1, 0, Role.REPLICA), key.events.size() + 1);
        WriteEvent event = new WriteEvent(key.events.size(), dot, request, bits, HOSTS);
        key.events.add(event);
        return event;
    }

    private static DotSet dots(WriteEvent... events) {
        DotSet.Builder dots = DotSet.builder();
        for (WriteEvent each : events) {
            dots.add(each.dot);
        }
        return dots.build();
    }

    private List<Checker> found(DotSet seen, WriteEvent... present) {
        check.check(key, seen, List.of(present).stream().map(each -> each.dot).toList());
        return violations.found().stream().map(Violation::checker).toList();
    }

    @Test
    void what_nothing_replaced_has_to_be_there() {
        WriteEvent a = put();
        WriteEvent b = put();
        assertThat(found(dots(a, b), a, b)).isEmpty();
        assertThat(found(dots(a, b), a)).containsExactly(Checker.LOST_WRITE);
    }

    @Test
    void what_a_surviving_put_had_seen_must_not_be_there() {
        WriteEvent a = put();
        WriteEvent b = put(a);
        assertThat(found(dots(a, b), b)).isEmpty();
        assertThat(found(dots(a, b), a, b)).containsExactly(Checker.FALSE_SIBLING);
    }

    @Test
    void what_a_surviving_delete_had_seen_must_not_come_back() {
        WriteEvent a = put();
        WriteEvent b = delete(a);
        assertThat(found(dots(a, b))).isEmpty();
        assertThat(found(dots(a, b), a)).containsExactly(Checker.CAME_BACK);
    }

    @Test
    void what_only_a_lost_event_had_seen_may_be_there_or_not() {
        WriteEvent a = put();
        delete(a);
        assertThat(found(dots(a), a)).isEmpty();
        assertThat(found(dots(a))).isEmpty();
    }

    @Test
    void what_a_seen_event_had_seen_through_another_counts() {
        WriteEvent a = put();
        WriteEvent b = put(a);
        WriteEvent c = put(b);
        assertThat(found(dots(a, c), a, c)).containsExactly(Checker.FALSE_SIBLING);
    }

    @Test
    void an_acknowledged_write_may_vanish_only_with_as_many_disks_as_acknowledged_it() {
        WriteEvent a = put();
        a.request.acknowledged = true;
        a.lost.set(0);
        a.lost.set(2);
        assertThat(found(DotSet.empty())).isEmpty();
        assertThat(history.excused()).isEqualTo(1);
        a.lost.clear(2);
        assertThat(found(DotSet.empty())).containsExactly(Checker.LOST_WRITE);
    }

    @Test
    void no_power_loss_excuses_the_loss_of_what_was_synced() {
        durability = Durability.FSYNC;
        WriteEvent a = put();
        a.request.acknowledged = true;
        a.lost.set(0, HOSTS);
        assertThat(found(DotSet.empty())).containsExactly(Checker.LOST_WRITE);
    }

    @Test
    void lost_disks_excuse_the_loss_of_what_was_synced() {
        durability = Durability.FSYNC;
        WriteEvent a = put();
        a.request.acknowledged = true;
        a.lostBy(0, true);
        a.lostBy(2, true);
        assertThat(found(DotSet.empty())).isEmpty();
        assertThat(history.excused()).isEqualTo(1);
    }

    @Test
    void an_acknowledged_write_is_not_lost_when_its_successor_is_there() {
        WriteEvent a = put();
        WriteEvent b = put(a);
        a.request.acknowledged = true;
        assertThat(found(dots(b), b)).isEmpty();
    }
}
