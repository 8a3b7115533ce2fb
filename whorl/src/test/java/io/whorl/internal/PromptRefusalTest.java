package io.whorl.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.Outcome;
import io.whorl.core.coordinate.Callback;
import io.whorl.core.message.Failure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptRefusalTest {
    private static final Failure FAILURE = new Failure(Failure.Kind.OVERLOADED, Outcome.NOT_APPLIED, 1, 0, "full");

    private final List<String> direct = new ArrayList<>();
    private final List<String> onExecutor = new ArrayList<>();
    private final PromptRefusal<String> refusal = new PromptRefusal<>(noting(direct), noting(onExecutor));

    private static Callback<String> noting(List<String> notes) {
        return new Callback<>() {
            @Override
            public void succeeded(String result) {
                notes.add(result);
            }

            @Override
            public void failed(Failure failure) {
                notes.add(failure.detail());
            }
        };
    }

    @Test
    void a_refusal_during_the_call_does_not_wait_for_the_executor() {
        refusal.failed(FAILURE);
        assertThat(direct).containsExactly("full");
        assertThat(onExecutor).isEmpty();
    }

    @Test
    void a_failure_after_the_call_comes_on_the_executor() {
        refusal.returning();
        refusal.failed(FAILURE);
        assertThat(direct).isEmpty();
        assertThat(onExecutor).containsExactly("full");
    }

    @Test
    void a_failure_on_another_thread_comes_on_the_executor_though_the_call_has_not_returned() throws Exception {
        Thread lane = new Thread(() -> refusal.failed(FAILURE));
        lane.start();
        lane.join();
        assertThat(direct).isEmpty();
        assertThat(onExecutor).containsExactly("full");
    }

    @Test
    void a_success_always_comes_on_the_executor_where_it_is_decoded() {
        refusal.succeeded("value");
        assertThat(direct).isEmpty();
        assertThat(onExecutor).containsExactly("value");
    }
}
