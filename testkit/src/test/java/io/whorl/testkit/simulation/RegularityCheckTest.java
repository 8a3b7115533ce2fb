package io.whorl.testkit.simulation;

import static io.whorl.testkit.simulation.HandMade.dots;
import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.BucketOptions;
import io.whorl.api.Quorums;
import io.whorl.core.coordinate.RequestOptions;
import io.whorl.core.version.DotSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegularityCheckTest {
    private static final int HOSTS = 3;
    private static final RequestOptions AS_THE_BUCKET_SAYS = RequestOptions.of(0, 1);

    private final Kernel kernel = new Kernel(new Draws(1));
    private final Violations violations = new Violations(kernel);
    private final RegularityCheck check = new RegularityCheck(violations, new Epochs(violations, kernel.probes()));
    private final HandMade made =
            new HandMade(BucketOptions.builder().quorums(Quorums.STRICT).build(), HOSTS);

    private List<Checker> read(RequestOptions how, DotSet history) {
        ClientRequest read = made.read(how);
        check.begins(made.key, read);
        check.returned(made.key, read, history);
        return violations.found().stream().map(Violation::checker).toList();
    }

    @Test
    void a_read_that_began_later_has_to_know_of_an_acknowledged_write() {
        WriteEvent a = made.put();
        check.acknowledged(made.key, a);

        assertThat(read(AS_THE_BUCKET_SAYS, dots(a))).isEmpty();
        assertThat(read(AS_THE_BUCKET_SAYS, DotSet.empty())).containsExactly(Checker.STALE_READ);
        assertThat(check.checked()).isEqualTo(2);
    }

    @Test
    void a_successor_will_do() {
        WriteEvent a = made.put();
        WriteEvent b = made.put(a);
        check.acknowledged(made.key, a);

        assertThat(read(AS_THE_BUCKET_SAYS, dots(b))).isEmpty();
    }

    @Test
    void a_read_that_began_before_the_acknowledgement_owes_nothing() {
        WriteEvent a = made.put();
        ClientRequest read = made.read(AS_THE_BUCKET_SAYS);
        check.begins(made.key, read);
        check.acknowledged(made.key, a);
        check.returned(made.key, read, DotSet.empty());

        assertThat(violations.isEmpty()).isTrue();
    }

    @Test
    void whoever_knows_the_newest_acknowledged_write_need_not_name_what_it_had_seen() {
        WriteEvent a = made.put();
        check.acknowledged(made.key, a);
        WriteEvent b = made.delete(a);
        check.acknowledged(made.key, b);

        assertThat(made.key.owed).containsExactly(b);
        assertThat(read(AS_THE_BUCKET_SAYS, dots(a))).containsExactly(Checker.STALE_READ);
    }

    @Test
    void quorums_that_need_not_meet_promise_nothing() {
        check.acknowledged(made.key, made.put());

        assertThat(read(RequestOptions.of(1, 1), DotSet.empty())).isEmpty();
        assertThat(check.checked()).isZero();
    }

    @Test
    void sloppy_quorums_promise_nothing() {
        RequestOptions sloppy = new RequestOptions(0, Optional.of(Quorums.SLOPPY), 1);
        check.acknowledged(made.key, made.write(new byte[1], sloppy));
        assertThat(read(AS_THE_BUCKET_SAYS, DotSet.empty())).isEmpty();

        check.acknowledged(made.key, made.put());
        assertThat(read(sloppy, DotSet.empty())).isEmpty();
        assertThat(check.checked()).isZero();
    }

    @Test
    void the_loss_of_a_copy_is_an_excuse_that_is_counted() {
        WriteEvent a = made.put();
        a.heldBy(1, 1);
        a.lostBy(1, false);
        check.acknowledged(made.key, a);

        assertThat(read(AS_THE_BUCKET_SAYS, DotSet.empty())).isEmpty();
        assertThat(check.excused()).isEqualTo(1);
    }
}
