package io.whorl.testkit.simulation;

import io.whorl.core.spi.RandomSource;

/** A node's random numbers, from the run's seed. */
final class SimulatedRandom implements RandomSource {
    private final Draws draws;

    SimulatedRandom(Draws draws) {
        this.draws = draws;
    }

    @Override
    public long nextLong() {
        return draws.next();
    }

    @Override
    public RandomSource fork(String name) {
        return new SimulatedRandom(draws.fork(name));
    }
}
