package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.StorageEngine.Completion;
import io.whorl.core.spi.StorageException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A completion that remembers what it was told, and how often. */
public final class CountingCompletion implements Completion {
    private static final long DEADLINE_SECONDS = 60;

    private final AtomicInteger successes = new AtomicInteger();
    private final List<StorageException> failures = new CopyOnWriteArrayList<>();
    private final CountDownLatch told = new CountDownLatch(1);
    private final Runnable onSuccess;

    /** A completion that only counts. */
    public CountingCompletion() {
        this(() -> {});
    }

    /** A completion that does something when it succeeds. */
    public CountingCompletion(Runnable onSuccess) {
        this.onSuccess = onSuccess;
    }

    @Override
    public void succeeded() {
        successes.incrementAndGet();
        onSuccess.run();
        told.countDown();
    }

    @Override
    public void failed(StorageException failure) {
        failures.add(failure);
        told.countDown();
    }

    /** Waits until it was told an outcome; fails the test if that takes a minute. */
    public void awaitOutcome() throws InterruptedException {
        assertThat(told.await(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .as("the sync ended")
                .isTrue();
    }

    /** How often it was told of a success. */
    public int successes() {
        return successes.get();
    }

    /** The failures that it was told of. */
    public List<StorageException> failures() {
        return failures;
    }
}
