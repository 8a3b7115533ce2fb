package io.whorl.benchmarks.peers;

import io.whorl.benchmarks.sidebyside.engine.Engine;
import io.whorl.benchmarks.sidebyside.engine.EngineKind;
import java.nio.file.Path;

/** Hazelcast, open edition. */
public final class HazelcastKind implements EngineKind {

    @Override
    public String name() {
        return "hazelcast";
    }

    @Override
    public String description() {
        return "Hazelcast 5, in memory, three members, two synchronous backups, reads at the primary";
    }

    @Override
    public String cells() {
        return ".*";
    }

    @Override
    public Engine open(Path directory) throws Exception {
        return new HazelcastEngine();
    }
}
