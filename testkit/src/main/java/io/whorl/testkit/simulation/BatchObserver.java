package io.whorl.testkit.simulation;

import io.whorl.core.spi.WriteBatch;

/** Sees every batch at the instant before it takes effect. */
interface BatchObserver {
    void applying(SimulatedHost host, WriteBatch batch);
}
