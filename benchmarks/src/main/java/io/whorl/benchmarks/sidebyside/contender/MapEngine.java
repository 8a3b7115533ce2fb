package io.whorl.benchmarks.sidebyside.contender;

import io.whorl.benchmarks.sidebyside.engine.Completion;
import io.whorl.benchmarks.sidebyside.engine.Engine;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/** A map of the JDK, which shows what the harness itself costs. */
public final class MapEngine implements Engine {
    private final ConcurrentHashMap<ByteBuffer, byte[]> map = new ConcurrentHashMap<>();

    @Override
    public void put(int caller, byte[] key, byte[] value) {
        map.put(ByteBuffer.wrap(key), value);
    }

    @Override
    public byte[] get(int caller, byte[] key) {
        return map.get(ByteBuffer.wrap(key));
    }

    @Override
    public void putAsync(int caller, byte[] key, byte[] value, Completion done) {
        put(caller, key, value);
        done.completed(null, null);
    }

    @Override
    public void getAsync(int caller, byte[] key, Completion done) {
        done.completed(get(caller, key), null);
    }

    @Override
    public void close() {
        map.clear();
    }
}
