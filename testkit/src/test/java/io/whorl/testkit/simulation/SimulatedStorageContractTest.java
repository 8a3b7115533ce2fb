package io.whorl.testkit.simulation;

import io.whorl.core.spi.Space;
import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.WriteBatch;
import io.whorl.storage.StorageEngineContract;
import java.util.List;

/** The simulated engine keeps the contract of all engines; what it leaves to later happens at once here. */
class SimulatedStorageContractTest extends StorageEngineContract {

    @Override
    protected StorageEngine open() {
        Kernel kernel = new Kernel(new Draws(1));
        Violations violations = new Violations(kernel);
        SimulatedHost host = new SimulatedHost(
                kernel,
                new SimulatedNetwork(kernel, new Draws(2), 1, Kernel.MILLI),
                new History(kernel, violations, new Fleet()),
                violations,
                0,
                1,
                new Draws(3));
        SimulatedProcess process = new SimulatedProcess(kernel, host);
        return new Prompt(
                kernel, new SimulatedStorage(kernel, process, new SimulatedDisk(), (where, batch) -> {}, new Draws(4)));
    }

    /** Lets simulated time pass with every sync. */
    private record Prompt(Kernel kernel, StorageEngine engine) implements StorageEngine {
        @Override
        public byte[] get(Space space, byte[] key) {
            return engine.get(space, key);
        }

        @Override
        public List<byte[]> multiGet(Space space, List<byte[]> keys) {
            return engine.multiGet(space, keys);
        }

        @Override
        public Cursor scan(Space space, byte[] from, byte[] to) {
            return engine.scan(space, from, to);
        }

        @Override
        public void apply(WriteBatch batch) {
            engine.apply(batch);
        }

        @Override
        public void sync(Completion completion) {
            engine.sync(completion);
            kernel.runUntil(kernel.now() + Kernel.SECOND);
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
