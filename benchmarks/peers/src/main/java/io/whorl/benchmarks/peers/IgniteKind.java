package io.whorl.benchmarks.peers;

import io.whorl.benchmarks.sidebyside.engine.Engine;
import io.whorl.benchmarks.sidebyside.engine.EngineKind;
import java.nio.file.Path;

/** Ignite with native persistence. */
public final class IgniteKind implements EngineKind {

    @Override
    public String name() {
        return "ignite-wal";
    }

    @Override
    public String description() {
        return "Ignite 2 with native persistence, three nodes, two backups, FULL_SYNC, WAL LOG_ONLY, reads local (that is R=1)";
    }

    @Override
    public String cells() {
        return ".*";
    }

    @Override
    public Engine open(Path directory) throws Exception {
        return new IgniteEngine(directory);
    }
}
